"""Counts, rates and percentiles of a stretch of time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from jobs.domain import JobStatus
from jobs.services.insights.questions import Rows

# What became of a job, in the order in which bars are piled up. A status that we don't know counts as under way.
OUTCOMES = {"completed": "Completed", "failed": "Failed", "canceled": "Canceled", "active": "Under way"}
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
    count: int


@dataclass(slots=True)
class Figures:
    """What happened in a stretch of time: jobs by outcome, and how long they waited and ran."""

    outcomes: Counter[str] = field(default_factory=Counter)
    queued: list[int] = field(default_factory=list)
    # Of completed jobs: one that failed after three seconds says nothing about how long training takes.
    ran: list[int] = field(default_factory=list)

    @property
    def total(self) -> int:
        return self.outcomes.total()

    @property
    def rate(self) -> float | None:
        """The share that completed of those that ended by themselves; canceling is a person's decision."""
        return rate(self.outcomes)

    @property
    def waiting(self) -> Percentiles:
        return percentiles(self.queued)

    @property
    def running(self) -> Percentiles:
        return percentiles(self.ran)


@dataclass(frozen=True, slots=True)
class StretchFigures:
    """A day or a week with its figures; `query` leads to its jobs in the list."""

    label: str
    since: date
    until: date
    query: str
    figures: Figures


def rate(outcomes: Counter[str]) -> float | None:
    ended = outcomes["completed"] + outcomes["failed"]
    return outcomes["completed"] / ended if ended else None


def percentiles(values: Iterable[int]) -> Percentiles:
    """By nearest rank: both are times that a job really took."""
    ordered = sorted(values)
    return Percentiles(_ranked(ordered, 50), _ranked(ordered, 90), len(ordered))


def _ranked(ordered: Sequence[int], percent: int) -> int | None:
    return ordered[-(-percent * len(ordered) // 100) - 1] if ordered else None


def by_number(rows: Rows, count: int) -> list[Figures]:
    """The answer to `questions.over_time`, sorted into its stretches."""
    found = [Figures() for _ in range(count)]
    for number, total, completed, failed, canceled, queued, ran in rows:
        active = total - completed - failed - canceled
        outcomes = Counter(completed=completed, failed=failed, canceled=canceled, active=active)
        found[number] = Figures(outcomes, queued, ran)
    return found


def together(parts: Sequence[Figures]) -> Figures:
    whole = Figures()
    for part in parts:
        whole.outcomes.update(part.outcomes)
        whole.queued.extend(part.queued)
        whole.ran.extend(part.ran)
    # Made of parts that are in order: quickly done, and the last time.
    whole.queued.sort()
    whole.ran.sort()
    return whole
