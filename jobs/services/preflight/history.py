"""What history says of jobs like this one."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median

from django.utils import timezone

from jobs.domain import CustomJobRequest, JobRequest, JobStatus
from jobs.models import Job, Organization
from jobs.services.comparison import rounded
from jobs.services.preflight.findings import Finding, ok

# Told from the last so many jobs that ended.
HISTORY = 50


def history(organization: Organization, request: JobRequest) -> Iterator[Finding]:
    """How jobs like this one ended: same script (or same kind of managed job) on the same dataset."""
    if not request.dataset_id:
        return
    alike = organization.jobs.filter(dataset_id=request.dataset_id, status__in=(JobStatus.COMPLETED, JobStatus.FAILED))
    if isinstance(request, CustomJobRequest):
        if not request.script_id:
            return
        alike, name = alike.filter(script_id=request.script_id), "This script"
    else:
        alike, name = alike.filter(is_custom=False, model_type=request.model_type), "This kind of training"
    past = list(alike.order_by("-sorted_on")[:HISTORY])
    if past:
        yield ok(f"{name} on this dataset: {_told(past)}.")


def _told(past: list[Job]) -> str:
    worked = [job for job in past if job.state == JobStatus.COMPLETED]
    text = f"{len(worked)} of {len(past)} succeeded"
    now = timezone.now()
    seconds = [span.total_seconds() for job in worked if (span := job.spans(now).running)]
    return f"{text}, median {rounded(median(seconds))}" if seconds else text
