"""Leases: one of all threads, processes and hosts works on a row. By compare-and-swap and the database's clock."""

from __future__ import annotations

import os
import secrets
import socket
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Self

from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from jobs.models import lease_is_over

ALWAYS = Q()


@dataclass(frozen=True, slots=True)
class Lease:
    """Of one row, in its columns `lease_owner` and `lease_until`: organizations, logs and bulk runs have them."""

    row: QuerySet[Any]
    owner: str
    lasts: timedelta

    @classmethod
    def take(cls, row: QuerySet[Any], lasts: timedelta, *, when: Q = ALWAYS, **changes: Any) -> Self | None:
        """With the first changes of whoever takes it. None when it is somebody's, or the row isn't as `when` says."""
        lease = cls(row, f"{socket.gethostname()[:40]}:{os.getpid()}:{secrets.token_hex(4)}", lasts)
        free = row.filter(when, lease_is_over(lasts))
        return lease if free.update(lease_owner=lease.owner, lease_until=Now() + lasts, **changes) else None

    def renew(self, *, when: Q = ALWAYS) -> bool:
        """False when it is somebody else's by now. In a transaction nobody else can take it before that one ends."""
        return bool(self._own().filter(when).update(lease_until=Now() + self.lasts))

    def release(self, **changes: Any) -> bool:
        """With the last changes of whoever held it. False, and nothing changes, when it is somebody else's by now."""
        return bool(self._own().update(lease_owner="", lease_until=None, **changes))

    def _own(self) -> QuerySet[Any]:
        return self.row.filter(lease_owner=self.owner)
