"""One worker per run over all threads, processes and hosts: a row and compare-and-swap, by the database's time."""

from __future__ import annotations

import os
import secrets
import socket

from django.db.models import QuerySet
from django.db.models.functions import Now

from jobs.models import RUN_LEASE, BulkRun
from jobs.refresher.abandoned_items import is_free


def take(run: BulkRun) -> str | None:
    """The name under which the lease was taken; None when somebody works on the run, or it doesn't run."""
    owner = f"{socket.gethostname()[:40]}:{os.getpid()}:{secrets.token_hex(4)}"
    taken = _running(run).filter(is_free()).update(lease_owner=owner, lease_until=Now() + RUN_LEASE)
    return owner if taken else None


def keep(run: BulkRun, owner: str) -> bool:
    """Once more, before each job; False when the run was stopped, or the lease is somebody else's by now."""
    return bool(_running(run).filter(lease_owner=owner).update(lease_until=Now() + RUN_LEASE))


def release(run: BulkRun, owner: str, **changes: str) -> None:
    BulkRun.objects.filter(pk=run.pk, lease_owner=owner).update(lease_owner="", lease_until=None, **changes)


def _running(run: BulkRun) -> QuerySet[BulkRun]:
    return BulkRun.objects.filter(pk=run.pk, state=BulkRun.State.RUNNING)
