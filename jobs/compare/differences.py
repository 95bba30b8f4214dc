"""What a job is made of, in words, and what differs between two of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

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
        "Task": str(job.type.label),
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


# How long two jobs waited and ran, one beside the other.


SHARES = {
    4 / 5: "four fifths of",
    3 / 4: "three quarters of",
    2 / 3: "two thirds of",
    1 / 2: "half",
    1 / 3: "a third of",
    1 / 4: "a quarter of",
    1 / 5: "a fifth of",
    1 / 6: "a sixth of",
    1 / 8: "an eighth of",
    1 / 10: "a tenth of",
}
LEAST_SHARE = 0.09


def running_times(earlier: Job, job: Job) -> Iterator[Difference]:
    """One line when both ran; up to now for one that still runs."""
    was, now = (one.spans(timezone.now()).running for one in (earlier, job))
    if was is not None and now is not None:
        yield _beside("Run time", was, now)


def queue_times(earlier: Job, job: Job) -> Iterator[Difference]:
    was, now = (one.spans(timezone.now()).queued for one in (earlier, job))
    if was is not None and now is not None:
        yield _beside("Queue time", was, now)


def _beside(what: str, was: timedelta, now: timedelta) -> Difference:
    texts = rounded(was.total_seconds()), rounded(now.total_seconds())
    return Difference(what, *texts, ratio(was, now), differs=texts[0] != texts[1])


def ratio(was: timedelta, now: timedelta) -> str:
    """For instance: 2.4 times as long. Empty when they differ by less than a tenth, or one took no time at all."""
    if not was or not now:
        return ""
    times = now / was
    if 0.9 < times < 1.1:
        return ""
    return f"{_factor(times)} as long" if times > 1 else f"{_share(times)} the time"


def _factor(times: float) -> str:
    if 1.95 <= times < 2.05:
        return "twice"
    return f"{times:.0f} times" if times >= 9.95 else f"{times:.1f} times"


def _share(times: float) -> str:
    """The nearest of the shares that have a name."""
    if times < LEAST_SHARE:
        return "less than a tenth of"
    return SHARES[min(SHARES, key=lambda share: abs(share - times))]
