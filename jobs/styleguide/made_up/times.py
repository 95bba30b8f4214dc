"""Moments of jobs that might have been, told from now."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from jobs.domain import JobStatus


def ago(**told: float) -> datetime:
    """`ago(minutes=4)`."""
    return timezone.now() - timedelta(**told)


def lived(status: int, queued: timedelta | None, ran: timedelta | None = None, *, since: timedelta) -> dict[str, Any]:
    """The times of a job that waited and ran so long; when it is over, since then. `queued` None: it tells nothing."""
    is_over = JobStatus(status).is_final
    end = timezone.now() - since if is_over else timezone.now()
    started = end - ran if ran is not None else None
    created = None if queued is None else (started or end) - queued
    return {
        "status": status,
        "created_on": created,
        "sorted_on": created or end,
        "training_started": started,
        "training_ended": end if is_over and ran is not None else None,
    }
