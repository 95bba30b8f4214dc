"""How long a job waited, and how long it ran."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta


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
