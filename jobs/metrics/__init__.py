"""What is counted and measured, for /metrics. Nothing is, unless METRICS_TOKEN is set: without it nobody may ask.

    catalogue.py     every metric, by name
    kinds.py         counters, gauges, histograms: how each is noted, and how it is written
    tally.py         the counts of one process, in a file of its own
    processes.py     the processes that count, and what each of them uses
    text.py          all of it as Prometheus reads it

Leaves of the tree: whoever has something to count imports this, and it imports nobody.
"""

from jobs.metrics.catalogue import (
    CLOUD_CALLS,
    DATABASE,
    EVERY,
    HTTP_REQUESTS,
    JOBS,
    LOG_LINES,
    MIRROR_AGE,
    PROBLEM,
    REFRESHES,
)
from jobs.metrics.processes import of_processes
from jobs.metrics.text import CONTENT_TYPE, Line, counted, text_of

__all__ = [
    "CLOUD_CALLS",
    "CONTENT_TYPE",
    "DATABASE",
    "EVERY",
    "HTTP_REQUESTS",
    "JOBS",
    "LOG_LINES",
    "MIRROR_AGE",
    "PROBLEM",
    "REFRESHES",
    "Line",
    "counted",
    "of_processes",
    "text_of",
]
