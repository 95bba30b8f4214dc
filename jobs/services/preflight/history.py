"""What history says of jobs like this one."""

from __future__ import annotations

from collections.abc import Iterator

from jobs.domain import CustomJobRequest, JobRequest, JobStatus
from jobs.history import HISTORY, alike, median_run
from jobs.models import Job, Organization
from jobs.services.comparison import rounded
from jobs.services.preflight.findings import Finding, ok


def history(organization: Organization, request: JobRequest) -> Iterator[Finding]:
    """How jobs like this one ended: same script (or same kind of managed job) on the same dataset."""
    if not request.dataset_id:
        return
    if isinstance(request, CustomJobRequest):
        if not request.script_id:
            return
        like_it, name = alike(organization, script_id=request.script_id), "This script"
    else:
        like_it, name = alike(organization, model_type=request.model_type), "This kind of training"
    past = list(like_it.filter(dataset_id=request.dataset_id)[:HISTORY])
    if past:
        yield ok(f"{name} on this dataset: {_told(past)}.")


def _told(past: list[Job]) -> str:
    worked = sum(job.state == JobStatus.COMPLETED for job in past)
    text = f"{worked} of {len(past)} succeeded"
    seconds = median_run(past)
    return f"{text}, median {rounded(seconds)}" if seconds else text
