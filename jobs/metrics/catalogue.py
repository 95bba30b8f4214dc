"""Every metric, by name. docs/operating.md tells of each what it is good for; a test compares the two."""

from __future__ import annotations

from jobs.metrics.kinds import Counter, Gauge, Histogram, Metric

# Counted where it happens, by every process.
REFRESHES = Counter(
    "trainyard_refreshes_total", "Refreshes of the mirror, by how they ended.", "organization", "outcome"
)
CLOUD_CALLS = Histogram("trainyard_cloud_call_seconds", "Calls of Viam's cloud, repeats included.", "method", "code")
HTTP_REQUESTS = Histogram("trainyard_http_request_seconds", "Requests answered.", "view", "method", "status")

# Read from the database when somebody asks.
DATABASE = Gauge("trainyard_database_up", "1 when the database answered, 0 when it did not.")
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
    MIRROR_AGE,
    PROBLEM,
    JOBS,
    LOG_LINES,
    CPU,
    MEMORY,
    THREADS,
    DESCRIPTORS,
)
