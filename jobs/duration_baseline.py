"""What history says of jobs like one: how they ended, and how long they usually run."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from django.db.models import QuerySet
from django.utils import timezone

from jobs.domain import JobStatus, Life
from jobs.models import Job, Organization

# Told from the last so many jobs that ended; fewer completed ones than that tell nothing usual.
HISTORY = 50
FEWEST = 3


@dataclass(frozen=True, slots=True)
class Usual:
    """The median running time of `count` jobs like one; of the same dataset when that has enough of them."""

    time: timedelta
    count: int
    same_dataset: bool

    def ends_at(self, job: Life) -> datetime | None:
        """When a job that runs has run as long as usual."""
        return job.after_running(self.time)

    def overrun_at(self, job: Life) -> datetime | None:
        """When a job that runs has run longer than usual, were it not to end before."""
        return job.overrun_after(self.time)


def alike(
    organization: Organization, *, script_id: str = "", model_type: int = 0, model_framework: int | None = None
) -> QuerySet[Job]:
    """Those of the same script, or else those that Viam trained to the same type and framework, ended by themselves."""
    ended = organization.jobs.filter(status__in=(JobStatus.COMPLETED, JobStatus.FAILED)).order_by("-sorted_on")
    if script_id:
        return ended.filter(script_id=script_id)
    managed = ended.filter(is_custom=False, model_type=model_type)
    return managed if model_framework is None else managed.filter(model_framework=model_framework)


def median_run(jobs: Iterable[Job]) -> float | None:
    """Seconds, of those that completed and tell how long they ran."""
    seconds = _run_seconds(jobs)
    return median(seconds) if seconds else None


def usual(job: Job) -> Usual | None:
    """How long jobs like this one run; None when too few have completed, or when it can't be said what is like it."""
    if job.is_custom and not job.script_id:
        return None
    script = job.script_id if job.is_custom else ""
    like_it = alike(
        job.organization, script_id=script, model_type=job.model_type, model_framework=job.model_framework
    ).exclude(pk=job.pk)
    completed = like_it.filter(status=JobStatus.COMPLETED)
    same = completed.filter(dataset_id=job.dataset_id)
    return _told(same, same_dataset=True) or _told(completed, same_dataset=False)


def _told(jobs: QuerySet[Job], *, same_dataset: bool) -> Usual | None:
    seconds = _run_seconds(jobs[:HISTORY])
    if len(seconds) < FEWEST:
        return None
    return Usual(timedelta(seconds=round(median(seconds))), len(seconds), same_dataset)


def _run_seconds(jobs: Iterable[Job]) -> list[float]:
    now = timezone.now()
    completed = (job.spans(now).running for job in jobs if job.state == JobStatus.COMPLETED)
    return [span.total_seconds() for span in completed if span]
