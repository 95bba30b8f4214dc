"""What is counted and measured, for /metrics. Nothing is, unless METRICS_TOKEN is set: without it nobody may ask.

    catalogue.py     every metric, by name
    kinds.py         counters, gauges, histograms: how each is noted and how it reads in Prometheus's text
    tally.py         the counts of one process, in a file of its own
    processes.py     the processes that count, and what each of them uses

Leaves of the tree: whoever has something to count imports this, and it imports nobody.
"""

from jobs.metrics.catalogue import (
    CLOUD_CALLS,
    DATABASE,
    EVERY,
    HTTP_REQUESTS,
    INFO,
    JOBS,
    LOG_LINES,
    MIRROR_AGE,
    PROBLEM,
    REFRESHES,
)
from jobs.metrics.kinds import Counter, Gauge, Histogram, Metric
from jobs.metrics.processes import of_processes
from jobs.metrics.tally import everywhere

__all__ = [
    "CLOUD_CALLS",
    "DATABASE",
    "EVERY",
    "HTTP_REQUESTS",
    "INFO",
    "JOBS",
    "LOG_LINES",
    "MIRROR_AGE",
    "PROBLEM",
    "REFRESHES",
    "Counter",
    "Gauge",
    "Histogram",
    "Metric",
    "everywhere",
    "of_processes",
]
