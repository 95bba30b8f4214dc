"""How long two jobs waited and ran, one beside the other."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.utils import timezone

from jobs.models import Job
from jobs.services.comparison.traits import Difference, rounded

SHARES = {
    4 / 5: "four fifths of",
    3 / 4: "three quarters of",
    2 / 3: "two thirds of",
    1 / 2: "half",
    1 / 3: "a third of",
    1 / 4: "a quarter of",
    1 / 5: "a fifth of",
    1 / 6: "a sixth of",
    1 / 8: "an eighth of",
    1 / 10: "a tenth of",
}
LEAST_SHARE = 0.09


def running_times(earlier: Job, job: Job) -> Iterator[Difference]:
    """One line when both ran; up to now for one that still runs."""
    was, now = (one.spans(timezone.now()).running for one in (earlier, job))
    if was is not None and now is not None:
        yield _beside("Run time", was, now)


def queue_times(earlier: Job, job: Job) -> Iterator[Difference]:
    was, now = (one.spans(timezone.now()).queued for one in (earlier, job))
    if was is not None and now is not None:
        yield _beside("Queue time", was, now)


def _beside(what: str, was: timedelta, now: timedelta) -> Difference:
    texts = rounded(was.total_seconds()), rounded(now.total_seconds())
    return Difference(what, *texts, ratio(was, now), differs=texts[0] != texts[1])


def ratio(was: timedelta, now: timedelta) -> str:
    """For instance: 2.4 times as long. Empty when they differ by less than a tenth, or one took no time at all."""
    if not was or not now:
        return ""
    times = now / was
    if 0.9 < times < 1.1:
        return ""
    return f"{_factor(times)} as long" if times > 1 else f"{_share(times)} the time"


def _factor(times: float) -> str:
    if 1.95 <= times < 2.05:
        return "twice"
    return f"{times:.0f} times" if times >= 9.95 else f"{times:.1f} times"


def _share(times: float) -> str:
    """The nearest of the shares that have a name."""
    if times < LEAST_SHARE:
        return "less than a tenth of"
    return SHARES[min(SHARES, key=lambda share: abs(share - times))]
