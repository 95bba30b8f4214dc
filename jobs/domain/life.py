"""What a job's status and times say about it, whatever form the job has: how long it waited, ran, and will run."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.utils import timezone

from jobs.domain.choices import JobStatus

# So many times as long as usual is longer than usual.
OVERRUN = 1.5


class Life:
    """For everything that has a job's status and times."""

    __slots__ = ()

    status: int
    created_on: datetime | None
    training_started: datetime | None
    training_ended: datetime | None
    missing_since: datetime | None

    @property
    def state(self) -> JobStatus:
        return JobStatus(self.status)

    @property
    def is_over(self) -> bool:
        """Nothing more will happen to it in the cloud."""
        return self.missing_since is not None or self.state.is_final

    @property
    def can_cancel(self) -> bool:
        return self.missing_since is None and self.state.can_cancel

    def spans(self, now: datetime) -> Spans:
        return spans(
            created=self.created_on,
            started=self.training_started,
            ended=self.training_ended or self.missing_since,
            now=now,
            is_final=self.is_over,
        )

    def after_running(self, span: timedelta) -> datetime | None:
        """When a job that runs has run so long, were it not to end before; None for one that doesn't run."""
        if self.training_started is None or self.state != JobStatus.IN_PROGRESS or self.missing_since:
            return None
        return later(self.training_started, span)

    def overrun_after(self, usual: timedelta) -> datetime | None:
        """When a job that runs has run longer than usual."""
        return self.after_running(OVERRUN * usual)


def later(moment: datetime, span: timedelta) -> datetime | None:
    """None for what is beyond the calendar: rows of before times were bounded (jobs/viam/values.py) may hold any."""
    try:
        return moment + span
    except OverflowError:
        return None


@dataclass(frozen=True, slots=True)
class Spans:
    """How long a job waited and how long it ran so far; None where it can't be said."""

    queued: timedelta | None
    running: timedelta | None


def spans(
    *, created: datetime | None, started: datetime | None, ended: datetime | None, now: datetime, is_final: bool
) -> Spans:
    """Queued = started - created, running = ended - started; still going on until `now`. Never negative.

    A job that ended without having started only waited: until its end when that is known.
    """
    until = ended or (None if is_final else now)
    return Spans(_between(created, started or until), _between(started, until) if started else None)


def _between(start: datetime | None, end: datetime | None) -> timedelta | None:
    return max(end - start, timedelta()) if start and end else None


def success_rate(completed: int, failed: int) -> float | None:
    """The share that completed of jobs that ended by themselves; None when there are none."""
    ended = completed + failed
    return completed / ended if ended else None


def in_readers_zone(moment: datetime) -> datetime:
    """In the zone of whoever looks; at an end of the calendar, which a zone can carry it over, in UTC."""
    try:
        return timezone.localtime(moment)
    except OverflowError:
        return moment.astimezone(UTC)


def is_within(moment: datetime | None, span: timedelta, now: datetime) -> bool:
    """Whether it was less than `span` ago.

    A moment in the future counts as never: a clock that was wrong wrote it, and whoever waited for it would wait as
    long as that clock was ahead. Hosts whose clocks differ by less than `span` are no reason to begin anew.
    """
    return moment is not None and now - span < moment < now + span
