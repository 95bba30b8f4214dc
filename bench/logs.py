"""A job with 100,000 log lines: saved over the port, opened, searched, filtered, downloaded.

`python -m bench.logs [--lines N]` prints a table.
"""

from __future__ import annotations

import argparse
import time

from django.urls import reverse

from bench.site import Site, site
from bench.timing import Measured, measure, table
from jobs.domain import JobStatus
from jobs.models import Job, JobLog
from jobs.sync import log_sync
from jobs.sync.connection import cloud_of


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=100_000)
    lines: int = parser.parse_args().lines
    with site(jobs=60) as here:
        job = _job_with_log(here, lines)
        print(f"\n{lines:,} lines of one job, SQLite, in process\n\n{table(_rows(here, job), here.floor())}")


def _job_with_log(here: Site, lines: int) -> Job:
    job = here.bolt.jobs.filter(is_custom=True, status=JobStatus.COMPLETED).order_by("-sorted_on")[0]
    here.cloud.world.set_log_lines(job.viam_id, lines)
    log, _ = JobLog.objects.get_or_create(job=job)
    began = time.perf_counter()
    log_sync.save(log, cloud_of(here.bolt))
    seconds = time.perf_counter() - began
    if log.line_count != lines:
        raise RuntimeError(f"{log.line_count} lines were saved: {log.problem} {log.problem_words}")
    print(f"saved over the port in {seconds:.1f} s, {lines / seconds:,.0f} lines a second")
    return job


def _rows(here: Site, job: Job) -> list[Measured]:
    page = reverse("jobs:log", args=[here.bolt.slug, job.viam_id])
    whole = reverse("jobs:log-text", args=[here.bolt.slug, job.viam_id])
    middle = JobLog.objects.get(job=job).line_count // 2
    size = len(here.client.get(page).content)
    return [
        measure("open the page, newest lines", lambda: here.get(page), note=f"{size / 1024:.0f} KiB"),
        measure("a window in the middle", lambda: here.get(f"{page}?line={middle}")),
        measure("errors only", lambda: here.get(f"{page}?level=error")),
        measure("search with hits", lambda: here.get(f"{page}?q=epoch")),
        measure("search without a hit", lambda: here.get(f"{page}?q=no+such+words")),
        measure("a poll without news", lambda: here.get(f"{page}new/?after=999999999")),
        measure("download everything as text", lambda: here.get(whole), runs=3),
    ]


if __name__ == "__main__":
    main()
