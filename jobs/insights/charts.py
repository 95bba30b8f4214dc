"""The charts: their figures for drawing and for the table behind them, and the sentence that says what they show."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from jobs.insights.stats import OUTCOMES, STATUSES, BucketFigures, Figures, Percentiles, Tally, about
from jobs.ui.text import percent

# A rate is drawn over so many jobs at least, looked for in so many buckets at most.
ENOUGH, MAX_LENGTH = 10, 21


@dataclass(frozen=True, slots=True)
class Line:
    """One line, or one layer of the bars. `role` is its colour; `status` filters the list to what it counts.

    What is not drawn stands in the table alone.
    """

    role: str
    label: str
    values: list[float | int | None]
    status: str = ""
    is_drawn: bool = True


@dataclass(frozen=True, slots=True)
class Cell:
    """A figure of the table, with the query that leads to its jobs; None where there is nothing to tell."""

    value: float | int | None
    query: str = ""


@dataclass(frozen=True, slots=True)
class Chart:
    """`unit` is count, share or seconds; `queries` lead to the jobs of each bucket."""

    name: str
    title: str
    sentence: str
    kind: str
    unit: str
    labels: list[str]
    queries: list[str]
    lines: list[Line]

    @property
    def element(self) -> str:
        """The id of the element that hands the data over."""
        return f"chart-{self.name}"

    @property
    def drawn(self) -> list[Line]:
        return [line for line in self.lines if line.is_drawn]

    @property
    def data(self) -> dict[str, Any]:
        """What the browser draws."""
        lines = [{"role": line.role, "label": line.label, "values": line.values} for line in self.drawn]
        return {"kind": self.kind, "unit": self.unit, "labels": self.labels, "queries": self.queries, "lines": lines}

    @property
    def rows(self) -> list[tuple[str, str, list[Cell]]]:
        """Label, query and figures of each bucket in which there is something to tell, the newest first."""
        found = [
            (label, query, [self._cell(line, position) for line in self.lines])
            for position, (label, query) in enumerate(zip(self.labels, self.queries, strict=True))
        ]
        return [row for row in reversed(found) if any(cell.value for cell in row[2])]

    def _cell(self, line: Line, position: int) -> Cell:
        query = f"{self.queries[position]}&status={line.status}" if line.status else ""
        return Cell(line.values[position], query)


def charts(buckets: Sequence[BucketFigures], whole: Figures, step: str) -> list[Chart]:
    return [_outcomes(buckets, step), _rate(buckets, whole), _waiting(buckets, whole), _running(buckets, whole)]


def _outcomes(buckets: Sequence[BucketFigures], step: str) -> Chart:
    busiest = max(buckets, key=lambda one: one.figures.total)
    jobs = f"{busiest.figures.total:,} job{'' if busiest.figures.total == 1 else 's'}"
    lines = [
        Line(word, label, [one.figures.outcomes[word] for one in buckets], STATUSES[word])
        for word, label in OUTCOMES.items()
    ]
    sentence = f"Busiest {step}: {busiest.label}, {jobs}."
    return _chart("outcomes", f"Jobs by {step}", sentence, "bars", "count", buckets, lines)


def _rate(buckets: Sequence[BucketFigures], whole: Figures) -> Chart:
    lines = [
        Line("completed", f"Last {ENOUGH} or more jobs", recent_rates([one.figures for one in buckets])),
        Line("completed", "Completed", [one.figures.rate for one in buckets], is_drawn=False),
    ]
    if whole.rate is None:
        sentence = "No jobs ended on their own."
    else:
        sentence = f"{percent(whole.rate)} of {whole.ended:,} jobs completed; canceled jobs are excluded."
    return _chart("rate", "Success rate", sentence, "lines", "share", buckets, lines)


def recent_rates(tallies: Sequence[Tally]) -> list[float | int | None]:
    """The share that completed of the jobs up to the end of each bucket: of at least ENOUGH that ended, from as few
    buckets as hold them. One job a day is 0 % or 100 %, which says nothing; None where even MAX_LENGTH hold too few.
    """
    return [_recent_rate(tallies[max(0, end - MAX_LENGTH) : end]) for end in range(1, len(tallies) + 1)]


def _recent_rate(tallies: Sequence[Tally]) -> float | None:
    together = Tally()
    for tally in reversed(tallies):
        together.outcomes.update(tally.outcomes)
        if together.ended >= ENOUGH:
            return together.rate
    return None


def _waiting(buckets: Sequence[BucketFigures], whole: Figures) -> Chart:
    sentence = _spread(whole.waiting, "Started jobs", "No jobs have started.")
    lines = _percentile_lines(buckets, lambda figures: figures.waiting)
    return _chart("waiting", "Queue time", sentence, "lines", "seconds", buckets, lines)


def _running(buckets: Sequence[BucketFigures], whole: Figures) -> Chart:
    sentence = _spread(whole.running, "Completed jobs", "No jobs have completed.")
    lines = _percentile_lines(buckets, lambda figures: figures.running)
    return _chart("running", "Run time", sentence, "lines", "seconds", buckets, lines)


def _percentile_lines(buckets: Sequence[BucketFigures], of: Callable[[Figures], Percentiles]) -> list[Line]:
    found = [of(one.figures) for one in buckets]
    return [
        Line("half", "Median", [one.half for one in found]),
        Line("most", "p90", [one.most for one in found]),
    ]


def _spread(times: Percentiles, what: str, nothing: str) -> str:
    if times.half is None or times.most is None:
        return nothing
    return f"{what}: median {about(times.half)}, p90 {about(times.most)}."


def _chart(
    name: str, title: str, sentence: str, kind: str, unit: str, buckets: Sequence[BucketFigures], lines: list[Line]
) -> Chart:
    labels, queries = [one.label for one in buckets], [one.query for one in buckets]
    return Chart(name, title, sentence, kind, unit, labels, queries, lines)
