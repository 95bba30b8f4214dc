"""Prometheus's text format, version 0.0.4: each metric once, its lines together below its head."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from jobs.metrics import tally
from jobs.metrics.catalogue import EVERY
from jobs.metrics.kinds import Metric

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

Line = tuple[Metric, str]


def counted() -> Iterator[Line]:
    """What all processes of this machine have counted."""
    metrics = {(metric.name, metric.size): metric for metric in EVERY}
    for (series, size), numbers in sorted(tally.everywhere().items()):
        metric = metrics.get((series.partition("{")[0], size))
        if metric:
            yield from ((metric, line) for line in metric.lines(series, numbers))


def text_of(lines: Iterable[Line]) -> str:
    found: dict[Metric, list[str]] = defaultdict(list)
    for metric, line in lines:
        found[metric].append(line)
    return "".join(f"{line}\n" for metric in EVERY if metric in found for line in (*metric.head, *found[metric]))
