"""Every metric by name, its kind, and how all of it reads in Prometheus's text format (0.0.4). docs/operating.md tells
of each metric what it is good for; a test compares the two.
"""

from __future__ import annotations

import os
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from pathlib import Path

from jobs.metrics import tally

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
# From a poll that finds nothing new to a submit that waits for the cloud.
SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
ESCAPED = str.maketrans({"\\": r"\\", '"': r"\"", "\n": r"\n"})
TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")


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


# Counted where it happens, by every process.
REFRESHES = Counter(
    "trainyard_refreshes_total", "Refreshes of the mirror, by how they ended.", "organization", "outcome"
)
CLOUD_CALLS = Histogram("trainyard_cloud_call_seconds", "Calls of Viam's cloud, repeats included.", "method", "code")
HTTP_REQUESTS = Histogram("trainyard_http_request_seconds", "Requests answered.", "view", "method", "status")

# Read from the database when somebody asks.
DATABASE = Gauge("trainyard_database_up", "1 when the database answered, 0 when it did not.")
REFRESHERS = Gauge("trainyard_refreshers", "Processes that refresh, of all hosts.")
MIRROR_AGE = Gauge("trainyard_mirror_age_seconds", "Since the jobs shown were asked for.", "organization")
PROBLEM = Gauge("trainyard_problem", "1 for an organization whose last refresh failed.", "organization", "problem")
JOBS = Gauge("trainyard_jobs", "Jobs in the mirror.", "organization", "status")
LOG_LINES = Gauge("trainyard_log_lines", "Lines of logs that are saved.")

# Of the processes themselves.
CPU = Counter("process_cpu_seconds_total", "Processor time used.", "process")
MEMORY = Gauge("process_resident_memory_bytes", "Memory in use.", "process")
THREADS = Gauge("process_threads", "Threads.", "process")
DESCRIPTORS = Gauge("process_open_fds", "Open files and connections.", "process")

EVERY: tuple[Metric, ...] = (
    REFRESHES,
    CLOUD_CALLS,
    HTTP_REQUESTS,
    DATABASE,
    REFRESHERS,
    MIRROR_AGE,
    PROBLEM,
    JOBS,
    LOG_LINES,
    CPU,
    MEMORY,
    THREADS,
    DESCRIPTORS,
)

Line = tuple[Metric, str]


def counted() -> Iterator[Line]:
    """What all processes of this machine have counted."""
    metrics = {(metric.name, metric.size): metric for metric in EVERY}
    for (series, size), numbers in sorted(tally.everywhere().items()):
        metric = metrics.get((series.partition("{")[0], size))
        if metric:
            yield from ((metric, line) for line in metric.lines(series, numbers))


def of_processes() -> Iterator[Line]:
    """What each living process that counts uses, as /proc tells it."""
    for name, place in tally.living():
        yield from _uses(name, place)


def text_of(lines: Iterable[Line]) -> str:
    found: dict[Metric, list[str]] = defaultdict(list)
    for metric, line in lines:
        found[metric].append(line)
    return "".join(f"{line}\n" for metric in EVERY if metric in found for line in (*metric.head, *found[metric]))


def _uses(name: str, process: Path) -> Iterator[Line]:
    try:
        # After the command's name, which may hold anything but is in brackets: man 5 proc, from field 3 on.
        fields = (process / "stat").read_text().rpartition(")")[2].split()
        descriptors = len(os.listdir(process / "fd"))
    except OSError:
        return
    yield CPU, CPU.line((int(fields[11]) + int(fields[12])) / TICKS, name)
    yield MEMORY, MEMORY.line(int(fields[21]) * PAGE, name)
    yield THREADS, THREADS.line(int(fields[17]), name)
    yield DESCRIPTORS, DESCRIPTORS.line(descriptors, name)


def _written(number: float) -> str:
    return f"{number:.6f}".rstrip("0").rstrip(".")
