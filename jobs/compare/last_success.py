"""What changed since the last success: a job beside an earlier success."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Q

from jobs.compare.differences import Difference, dataset_of, differences, running_times, traits_of_job
from jobs.domain import JobStatus
from jobs.models import Job

# So many differences stand there at once; the others are folded away.
MOST_AT_ONCE = 6
# What explains a failure first, when there are more than that: first words of traits.
TELLING = ("Training", "Script", "Argument", "Dataset", "Container", "Labels")


@dataclass(frozen=True, slots=True)
class Comparison:
    """A job beside an earlier one: `differences` is empty when they were made alike."""

    earlier: Job
    differences: list[Difference]

    @property
    def first(self) -> list[Difference]:
        """The most telling differences."""
        return self.differences[:MOST_AT_ONCE]

    @property
    def rest(self) -> list[Difference]:
        return self.differences[MOST_AT_ONCE:]


def since_it_last_worked(job: Job) -> Comparison | None:
    """The nearest earlier success that was most like it, and what is different now."""
    earlier = job.organization.jobs.filter(status=JobStatus.COMPLETED, sorted_on__lt=job.sorted_on)
    for like_it in _likenesses(job):
        nearest = earlier.filter(like_it).order_by("-sorted_on").first()
        if nearest is not None:
            made = differences(_traits(nearest, job), _traits(job, nearest))
            found = [*made, *running_times(nearest, job)]
            return Comparison(nearest, found if len(found) <= MOST_AT_ONCE else sorted(found, key=_rank))
    return None


def _likenesses(job: Job) -> Iterator[Q]:
    """The same model trained in the same way, then the same script, then the same model however it was trained."""
    same_model = Q(model_name=job.model_name)
    yield same_model & Q(is_custom=job.is_custom)
    if job.script_id:
        yield Q(script_id=job.script_id)
    yield same_model


def _traits(job: Job, other: Job) -> dict[str, str]:
    """What it was made of; and who trained, the script or Viam, where that explains all the rest."""
    way = {"Training": "Custom script" if job.is_custom else "Managed"} if job.is_custom != other.is_custom else {}
    return way | traits_of_job(job) | {"Dataset": dataset_of(job)}


def _rank(one: Difference) -> int:
    first = one.what.partition(" ")[0]
    return TELLING.index(first) if first in TELLING else len(TELLING)
