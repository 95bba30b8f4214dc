"""What differs between two jobs, or between a job and one that is about to be submitted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Q
from django.utils import timezone

from jobs.domain import CustomJobRequest, JobRequest, JobStatus, ManagedJobRequest, ModelFramework, ModelType
from jobs.models import Job


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that differs; empty text where there is nothing on that side."""

    what: str
    was: str
    now: str


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
    return Comparison(nearest, [*differences(traits_of_job(nearest), traits_of_job(job)), *_durations(nearest, job)])


def differences(was: Mapping[str, str], now: Mapping[str, str]) -> list[Difference]:
    """By trait, in the order of `was`, then what is only in `now`."""
    traits = [*was, *(trait for trait in now if trait not in was)]
    return [
        Difference(trait, was.get(trait, ""), now.get(trait, ""))
        for trait in traits
        if was.get(trait, "") != now.get(trait, "")
    ]


def traits_of_job(job: Job) -> dict[str, str]:
    """What a job was made of, in words; the version of the model apart, which always differs."""
    return {
        "Model name": job.model_name,
        "Dataset": job.dataset_id,
        "Task": _label(job.type),
        "Framework": _label(job.framework),
        "Labels": ", ".join(sorted(job.labels)),
        "Script": job.script_id,
        "Script version": job.script_version,
        "Container": job.container_id or job.container_version,
        **{f"Argument {key}": value for key, value in sorted(job.arguments.items())},
    }


def traits_of_request(request: JobRequest) -> dict[str, str]:
    """The same of a job that is about to be sent."""
    shared = {"Model name": request.model_name, "Dataset": request.dataset_id}
    if isinstance(request, ManagedJobRequest):
        return shared | {
            "Task": _label(request.model_type),
            "Framework": _label(request.model_framework),
            "Labels": ", ".join(sorted(request.labels)),
        }
    return shared | {
        "Script": request.script_id,
        "Script version": request.script_version,
        "Container": request.container_id or request.container_version,
        **{f"Argument {key}": value for key, value in sorted(request.arguments.items())},
    }


def differences_to_source(source: Job, request: JobRequest) -> list[Difference]:
    """What a resubmitted job would do differently. Task and framework of a custom job come from its script."""
    was = traits_of_job(source)
    if isinstance(request, CustomJobRequest):
        was = {trait: value for trait, value in was.items() if trait not in ("Task", "Framework", "Labels")}
    return differences(was, traits_of_request(request))


def _durations(earlier: Job, job: Job) -> list[Difference]:
    was, now = (one.spans(timezone.now()).running for one in (earlier, job))
    if was is None or now is None:
        return []
    return [Difference("Running time", rounded(was.total_seconds()), rounded(now.total_seconds()))]


def rounded(seconds: float) -> str:
    """How long, roughly, for people."""
    return f"{seconds / 60:.0f} min" if seconds >= 60 else f"{seconds:.0f} s"


def _label(kind: ModelType | ModelFramework) -> str:
    return str(kind.label) if kind else ""
