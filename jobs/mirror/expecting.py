"""What is expected of jobs that begin to run: looked up once, by whoever refreshes, so that no page has to."""

from __future__ import annotations

from collections.abc import Iterable

from jobs.domain import JobStatus
from jobs.history import usual
from jobs.mirror.shaping import BATCH
from jobs.models import Job


def expect(jobs: Iterable[Job]) -> None:
    """Notes how long each that runs will usually run; jobs that are made alike share one look into the past."""
    told: dict[tuple[object, ...], int | None] = {}
    begun = [job for job in jobs if job.status == JobStatus.IN_PROGRESS and job.usual_seconds is None]
    for job in begun:
        making = (job.is_custom, job.script_id, job.model_type, job.model_framework, job.dataset_id)
        if making not in told:
            found = usual(job)
            told[making] = round(found.time.total_seconds()) if found else None
        job.usual_seconds = told[making]
    Job.objects.bulk_update([job for job in begun if job.usual_seconds is not None], ["usual_seconds"], BATCH)
