"""Counters, gauges and histograms: how each is noted, and how it reads in Prometheus's text format (0.0.4)."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import accumulate

from jobs.metrics import tally

# From a poll that finds nothing new to a submit that waits for the cloud.
SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
ESCAPED = str.maketrans({"\\": r"\\", '"': r"\"", "\n": r"\n"})


class Metric:
    """A family of numbers, one for each combination of its labels' values; `size` numbers are kept for each."""

    kind = "gauge"
    size = 1

    def __init__(self, name: str, meaning: str, *labels: str) -> None:
        self.name = name
        self.meaning = meaning
        self.labels = labels
        self._series: dict[tuple[str, ...], str] = {}

    @property
    def head(self) -> tuple[str, str]:
        return f"# HELP {self.name} {self.meaning}", f"# TYPE {self.name} {self.kind}"

    def series(self, *values: str) -> str:
        """For instance `jobs{status="failed"}`."""
        if values not in self._series:
            pairs = zip(self.labels, values, strict=True)
            inside = ",".join(f'{label}="{value.translate(ESCAPED)}"' for label, value in pairs)
            self._series[values] = f"{self.name}{{{inside}}}" if inside else self.name
        return self._series[values]

    def lines(self, series: str, numbers: Sequence[float]) -> Iterator[str]:
        """What stands in the text for one combination of values."""
        yield f"{series} {_written(numbers[0])}"

    def line(self, number: float, *values: str) -> str:
        return next(self.lines(self.series(*values), [number]))


class Gauge(Metric):
    """Read when somebody asks."""


class Counter(Metric):
    """Only ever goes up."""

    kind = "counter"

    def add(self, *values: str) -> None:
        tally.add(self.series(*values), self.size, {0: 1.0})


class Histogram(Metric):
    """How often, how long altogether, and how many took at most so long. Kept as the sum, then a count per bucket."""

    kind = "histogram"
    size = len(SECONDS) + 2

    def observe(self, seconds: float, *values: str) -> None:
        bucket = 1 + bisect_left(SECONDS, seconds)
        tally.add(self.series(*values), self.size, {0: seconds, bucket: 1.0})

    def lines(self, series: str, numbers: Sequence[float]) -> Iterator[str]:
        labels = series.removeprefix(f"{self.name}{{").removesuffix("}")
        counts = [_written(count) for count in accumulate(numbers[1:])]
        for bound, count in zip((*map(_written, SECONDS), "+Inf"), counts, strict=True):
            yield f'{self.name}_bucket{{{labels},le="{bound}"}} {count}'
        yield f"{self.name}_sum{{{labels}}} {_written(numbers[0])}"
        yield f"{self.name}_count{{{labels}}} {counts[-1]}"


def _written(number: float) -> str:
    return f"{number:.6f}".rstrip("0").rstrip(".")
