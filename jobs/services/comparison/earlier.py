"""What changed since it last worked: a job beside the nearest earlier success."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q

from jobs.domain import JobStatus
from jobs.models import Job
from jobs.services.comparison.times import running_times
from jobs.services.comparison.traits import Difference, differences, traits_of_job


@dataclass(frozen=True, slots=True)
class Comparison:
    """A job beside an earlier one: `differences` is empty when they were made alike."""

    earlier: Job
    differences: list[Difference]


def since_it_last_worked(job: Job) -> Comparison | None:
    """The nearest earlier success of the same model, or else of the same script, and what is different now."""
    earlier = job.organization.jobs.filter(status=JobStatus.COMPLETED, sorted_on__lt=job.sorted_on)
    same = Q(model_name=job.model_name)
    nearest = earlier.filter(same).order_by("-sorted_on").first()
    if nearest is None and job.script_id:
        nearest = earlier.filter(script_id=job.script_id).order_by("-sorted_on").first()
    if nearest is None:
        return None
    made = differences(traits_of_job(nearest), traits_of_job(job))
    return Comparison(nearest, [*made, *running_times(nearest, job)])
