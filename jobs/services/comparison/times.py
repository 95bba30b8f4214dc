"""How long two jobs waited and ran, one beside the other."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.utils import timezone

from jobs.models import Job
from jobs.services.comparison.traits import Difference, rounded


def running_times(earlier: Job, job: Job) -> Iterator[Difference]:
    """One line when both ran; up to now for one that still runs."""
    was, now = (one.spans(timezone.now()).running for one in (earlier, job))
    if was is not None and now is not None:
        yield _beside("Running time", was, now)


def queue_times(earlier: Job, job: Job) -> Iterator[Difference]:
    was, now = (one.spans(timezone.now()).queued for one in (earlier, job))
    if was is not None and now is not None:
        yield _beside("Time in the queue", was, now)


def _beside(what: str, was: timedelta, now: timedelta) -> Difference:
    return Difference(what, rounded(was.total_seconds()), rounded(now.total_seconds()), ratio(was, now))


def ratio(was: timedelta, now: timedelta) -> str:
    """For instance: 2.4 times as long. Empty when they differ by less than a tenth, or one took no time at all."""
    if not was or not now:
        return ""
    times = now / was
    if 0.9 < times < 1.1:
        return ""
    return f"{times:.1f} times as long" if times >= 1 else f"1/{1 / times:.1f} of the time"
