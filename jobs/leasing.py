"""Leases: one of all threads, processes and hosts works on a row. By compare-and-swap and the database's clock.

A row has them in its columns `lease_owner` and `lease_until`.
"""

from __future__ import annotations

import os
import secrets
import socket
from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.db.models.functions import Now

from jobs.models import lease_is_over


def take(row: QuerySet[Any], lasts: timedelta, **changes: Any) -> str | None:
    """The name under which the lease of this one row was taken; None when it is somebody's, or `row` finds nothing."""
    owner = f"{socket.gethostname()[:40]}:{os.getpid()}:{secrets.token_hex(4)}"
    taken = row.filter(lease_is_over(lasts)).update(lease_owner=owner, lease_until=Now() + lasts, **changes)
    return owner if taken else None


def renew(row: QuerySet[Any], owner: str, lasts: timedelta) -> bool:
    """False when it is somebody else's by now. In a transaction nobody else can take it before that one ends."""
    return bool(row.filter(lease_owner=owner).update(lease_until=Now() + lasts))


def release(row: QuerySet[Any], owner: str, **changes: Any) -> bool:
    """With the last changes of whoever held it. False, and nothing is changed, when it is somebody else's by now."""
    return bool(row.filter(lease_owner=owner).update(lease_owner="", lease_until=None, **changes))
