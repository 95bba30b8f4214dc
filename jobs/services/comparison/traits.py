"""What a job is made of, in words, and what differs between two of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from jobs.domain import (
    HIDDEN,
    CustomJobRequest,
    JobRequest,
    ManagedJobRequest,
    ModelFramework,
    ModelType,
    looks_secret,
)
from jobs.models import Job

ARGUMENT = "Argument "


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that differs; empty text where there is nothing on that side. `note` says by how much. What looks like
    a secret is hidden on both sides, and `differs` all the same.
    """

    what: str
    was: str
    now: str
    note: str = ""
    differs: bool = True


def differences(was: Mapping[str, str], now: Mapping[str, str], *, with_equal: bool = False) -> list[Difference]:
    """By trait, in the order of `was`, then what is only in `now`; on request also what both have in common."""
    traits = [*was, *(trait for trait in now if trait not in was)]
    found = [_difference(trait, was.get(trait, ""), now.get(trait, "")) for trait in traits]
    return [one for one in found if one.differs or (with_equal and one.was)]


def _difference(trait: str, was: str, now: str) -> Difference:
    if not (trait.startswith(ARGUMENT) and looks_secret(trait.removeprefix(ARGUMENT))):
        return Difference(trait, was, now, differs=was != now)
    note = "another value" if was and now and was != now else ""
    return Difference(trait, HIDDEN if was else "", HIDDEN if now else "", note, differs=was != now)


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
        **{f"{ARGUMENT}{key}": value for key, value in sorted(job.arguments.items())},
    }


def dataset_of(job: Job) -> str:
    """Its name, where that is known, and its id: names are not unique."""
    name = job.organization.datasets.filter(viam_id=job.dataset_id).values_list("name", flat=True).first()
    return f"{name} ({job.dataset_id})" if name else job.dataset_id


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
        **{f"{ARGUMENT}{key}": value for key, value in sorted(request.arguments.items())},
    }


def differences_to_source(source: Job, request: JobRequest) -> list[Difference]:
    """What a resubmitted job would do differently. Task and framework of a custom job come from its script."""
    was = traits_of_job(source)
    if isinstance(request, CustomJobRequest):
        was = {trait: value for trait, value in was.items() if trait not in ("Task", "Framework", "Labels")}
    return differences(was, traits_of_request(request))


def rounded(seconds: float) -> str:
    """How long, roughly, for people."""
    return f"{seconds / 60:.0f} min" if seconds >= 60 else f"{seconds:.0f} s"


def _label(kind: ModelType | ModelFramework) -> str:
    return str(kind.label) if kind else ""
