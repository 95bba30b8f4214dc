"""One worker per run over all threads, processes and hosts."""

from __future__ import annotations

from django.db.models import QuerySet

from jobs import leasing
from jobs.models import RUN_LEASE, BulkRun


def take(run: BulkRun) -> str | None:
    """The name under which the lease was taken; None when somebody works on the run, or it doesn't run."""
    return leasing.take(_running(run), RUN_LEASE)


def keep(run: BulkRun, owner: str) -> bool:
    """Once more, before each job; False when the run was stopped, or the lease is somebody else's by now."""
    return leasing.renew(_running(run), owner, RUN_LEASE)


def release(run: BulkRun, owner: str, **changes: str) -> None:
    leasing.release(BulkRun.objects.filter(pk=run.pk), owner, **changes)


def _running(run: BulkRun) -> QuerySet[BulkRun]:
    return BulkRun.objects.filter(pk=run.pk, state=BulkRun.State.RUNNING)
