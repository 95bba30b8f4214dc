"""Counts, rates and percentiles of a span of time, and durations in words."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from jobs.compare.differences import rounded
from jobs.domain import JobStatus, success_rate
from jobs.insights.queries import Rows

# What became of a job, in the order in which bars are piled up. A status that we don't know counts as under way.
OUTCOMES = {"completed": "Completed", "failed": "Failed", "canceled": "Canceled", "active": "Active"}
_FINAL = {JobStatus.COMPLETED: "completed", JobStatus.FAILED: "failed", JobStatus.CANCELED: "canceled"}
_WORDS = {status.value: word for status, word in _FINAL.items()}
# In addresses of the list.
STATUSES = {
    **{word: word for word in _WORDS.values()},
    "active": "pending,in_progress,canceling",
}


def outcome_of(status: int) -> str:
    return _WORDS.get(status, "active")


@dataclass(frozen=True, slots=True)
class Percentiles:
    """Seconds; half of the jobs took no longer than `half`, nine in ten no longer than `most`. None without jobs."""

    half: int | None
    most: int | None


@dataclass(slots=True, kw_only=True)
class Tally:
    """Some jobs, by what became of them."""

    outcomes: Counter[str] = field(default_factory=Counter)

    @property
    def total(self) -> int:
        return self.outcomes.total()

    @property
    def ended(self) -> int:
        """How many ended by themselves; canceling is a person's decision."""
        return self.outcomes["completed"] + self.outcomes["failed"]

    @property
    def rate(self) -> float | None:
        """The share that completed of those that ended by themselves."""
        return success_rate(self.outcomes["completed"], self.outcomes["failed"])


@dataclass(slots=True, kw_only=True)
class Figures(Tally):
    """What happened in a span of time, or in several: jobs by outcome, and for each bucket how long they waited and
    ran, in order of size."""

    queued: list[list[int]] = field(default_factory=list)
    # Of completed jobs: one that failed after three seconds says nothing about how long training takes.
    ran: list[list[int]] = field(default_factory=list)

    @property
    def waiting(self) -> Percentiles:
        return percentiles(self.queued)

    @property
    def running(self) -> Percentiles:
        return percentiles(self.ran)


@dataclass(frozen=True, slots=True)
class BucketFigures:
    """A day or a week with its figures; `query` leads to its jobs in the list."""

    label: str
    since: date
    until: date
    query: str
    figures: Figures


def percentiles(parts: Sequence[Sequence[int]]) -> Percentiles:
    """Of values that are in order within each part. By nearest rank: both are times that a job really took."""
    full = [part for part in parts if part]
    return Percentiles(_ranked(full, 50), _ranked(full, 90))


def _ranked(parts: Sequence[Sequence[int]], percent: int) -> int | None:
    """The smallest value that `percent` of all are no greater than. It is closed in on from both sides: to bring the
    values of all parts into one order would take a tenth of the whole answer's time."""
    rank = -(-percent * sum(map(len, parts)) // 100)
    if len(parts) < 2:
        return parts[0][rank - 1] if parts else None
    values = range(max(part[-1] for part in parts))
    return bisect_left(values, rank, key=lambda value: sum(bisect_right(part, value) for part in parts))


def by_number(rows: Rows, count: int) -> list[Figures]:
    """The answer to `queries.over_time`, sorted into its buckets."""
    found = [Figures(queued=[[]], ran=[[]]) for _ in range(count)]
    for number, status, jobs, queued, ran in rows:
        figures = found[number]
        figures.outcomes[outcome_of(status)] += jobs
        figures.queued[0] += queued
        figures.ran[0] += ran
    for figures in found:
        figures.queued[0].sort()
        figures.ran[0].sort()
    return found


def together(parts: Sequence[Figures]) -> Figures:
    whole = Figures()
    for part in parts:
        whole.outcomes.update(part.outcomes)
        whole.queued += part.queued
        whole.ran += part.ran
    return whole


def about(seconds: float) -> str:
    """How long, roughly, for people: hours from two hours on."""
    hours = seconds / 3600
    if hours >= 100:
        return f"{hours:,.0f} h"
    return f"{hours:.1f} h" if hours >= 2 else rounded(seconds)
