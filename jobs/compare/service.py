"""Two jobs side by side: differences, likenesses, where their logs part; what changed since the last success."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Q

from jobs.compare.differences import (
    Difference,
    LogParting,
    dataset_of,
    differences,
    parting,
    queue_times,
    running_times,
    traits_of_job,
)
from jobs.domain import JobStatus
from jobs.models import DatasetCount, Job, Organization, trained_on
from jobs.search.query import mentioning

OFFERED = 8
# Of the groups of offers all but the last hold so many.
OFFERED_ALIKE = 4


@dataclass(frozen=True, slots=True)
class Side:
    """One side: the id that was asked for, and the job if there is one."""

    wanted: str
    job: Job | None

    @property
    def is_unknown(self) -> bool:
        return bool(self.wanted) and self.job is None


@dataclass(frozen=True, slots=True)
class Offers:
    """Jobs that can be chosen, and what they have in common."""

    why: str
    jobs: list[Job]


@dataclass(frozen=True, slots=True)
class Pair:
    """Both sides; `differences` and `equal` once there are two different jobs. `offers` can be chosen for `side`;
    there are none while nobody chooses.
    """

    a: Side
    b: Side
    differences: list[Difference]
    equal: list[Difference]
    logs: LogParting | None
    side: str
    query: str
    is_choosing: bool
    offers: list[Offers]

    @property
    def is_same(self) -> bool:
        return self.a.job is not None and self.a.job == self.b.job

    @property
    def is_complete(self) -> bool:
        return self.a.job is not None and self.b.job is not None and not self.is_same

    @property
    def is_unknown(self) -> bool:
        """Nothing that was asked for is there."""
        return self.a.is_unknown and self.b.is_unknown

    @property
    def beside(self) -> Job | None:
        """The job that stays when `side` is chosen anew."""
        return (self.b if self.side == "a" else self.a).job


def compare(organization: Organization, *, a: str = "", b: str = "", side: str = "", query: str = "") -> Pair:
    """`a` and `b` are ids of jobs; `side` says for which of them `query` looks for another one."""
    first, second = (_side(organization, wanted) for wanted in (a, b))
    is_choosing = bool(side or query) or first.job is None or second.job is None or first.job == second.job
    side = side if side in ("a", "b") else ("a" if first.job is None and second.job else "b")
    other = (second if side == "a" else first).job
    found, logs = _told(first.job, second.job)
    return Pair(
        a=first,
        b=second,
        differences=[one for one in found if one.differs],
        equal=[one for one in found if not one.differs],
        logs=logs,
        side=side,
        query=query,
        is_choosing=is_choosing,
        offers=list(_offers(organization, other, query)) if is_choosing else [],
    )


def _side(organization: Organization, wanted: str) -> Side:
    job = organization.jobs.select_related("organization").filter(viam_id=wanted).first() if wanted else None
    return Side(wanted, job)


def _told(was: Job | None, now: Job | None) -> tuple[list[Difference], LogParting | None]:
    if was is None or now is None or was == now:
        return [], None
    images = _images(was, now)
    traits = differences(all_traits(was) | images[0], all_traits(now) | images[1], with_equal=True)
    return [*traits, *queue_times(was, now), *running_times(was, now)], parting(was, now)


def _images(*jobs: Job) -> list[dict[str, str]]:
    """What each was trained on; empty where nobody knows that of all of them."""
    known = trained_on(jobs[0].organization, [job.viam_id for job in jobs])
    if len(known) < len(jobs):
        return [{} for _ in jobs]
    return [_told_images(known[job.viam_id].count) for job in jobs]


def _told_images(count: DatasetCount) -> dict[str, str]:
    labeled = {} if count.labeled is None else {"Labeled images": f"{count.labeled:,}"}
    by_label = {f"Images with {label}": f"{number:,}" for label, number in count.by_label.items()}
    return {"Images": f"{count.images:,}"} | labeled | by_label


def all_traits(job: Job) -> dict[str, str]:
    """What it was made of, by whom, and what became of it."""
    made = traits_of_job(job)
    return {
        "Model name": made.pop("Model name"),
        "Version": job.model_version,
        "Status": str(job.state.label),
        "Error": job.error_message,
        "Training": "Custom script" if job.is_custom else "Managed",
        **made,
        "Dataset": dataset_of(job),
        "Resources": ", ".join(sorted(job.resources)),
        "Submitted by": _starter(job),
    }


def _starter(job: Job) -> str:
    entry = (
        job.organization.actions.filter(job_id=job.viam_id, action="job:submit", outcome="done")
        .select_related("actor")
        .first()
    )
    if entry is None:
        return "outside Trainyard"
    return entry.actor.get_username() if entry.actor else "a former member"


def _offers(organization: Organization, beside: Job | None, query: str) -> Iterator[Offers]:
    """What the query finds; without one, what is most like the other job first. No job stands there twice."""
    named = organization.jobs.filter(mentioning(organization, query))
    jobs = named.select_related("organization").order_by("-sorted_on", "-id")
    if beside is not None:
        jobs = jobs.exclude(pk=beside.pk)
    groups = {} if query or beside is None else _alike(beside)
    shown: list[int] = []
    for why, like_it in groups.items():
        if found := list(jobs.filter(like_it).exclude(pk__in=shown)[:OFFERED_ALIKE]):
            shown += [job.pk for job in found]
            yield Offers(why, found)
    if found := list(jobs.exclude(pk__in=shown)[:OFFERED]):
        yield Offers("Results" if query else "Newest", found)


def _alike(job: Job) -> dict[str, Q]:
    """What somebody may want to see it beside, by what both have in common."""
    groups = {"Completed before": Q(model_name=job.model_name, status=JobStatus.COMPLETED, sorted_on__lt=job.sorted_on)}
    groups["Same model"] = Q(model_name=job.model_name)
    if job.script_id:
        groups["Same script"] = Q(script_id=job.script_id)
    if job.dataset_id:
        groups["Same dataset"] = Q(dataset_id=job.dataset_id)
    return groups


# So many differences stand there at once; the others are folded away.
MAX_AT_ONCE = 6
# What explains a failure first, when there are more than that: first words of traits.
TELLING = ("Training", "Script", "Argument", "Dataset", "Container", "Labels", "Images")


@dataclass(frozen=True, slots=True)
class Comparison:
    """A job beside an earlier one: `differences` is empty when they were made alike; `basis`: what they share."""

    earlier: Job
    differences: list[Difference]
    basis: str = ""

    @property
    def first(self) -> list[Difference]:
        """The most telling differences."""
        return self.differences[:MAX_AT_ONCE]

    @property
    def rest(self) -> list[Difference]:
        return self.differences[MAX_AT_ONCE:]


def since_it_last_worked(job: Job) -> Comparison | None:
    """The nearest earlier success that was most like it, and what is different now; None without any."""
    earlier = job.organization.jobs.filter(status=JobStatus.COMPLETED, sorted_on__lt=job.sorted_on)
    for basis, like_it in _likenesses(job):
        nearest = earlier.filter(like_it).order_by("-sorted_on").first()
        if nearest is not None:
            was, now = _images(nearest, job)
            made = differences(_traits(nearest, job) | was, _traits(job, nearest) | now)
            found = [*made, *running_times(nearest, job)]
            return Comparison(nearest, found if len(found) <= MAX_AT_ONCE else sorted(found, key=_rank), basis)
    return None


def _likenesses(job: Job) -> Iterator[tuple[str, Q]]:
    """The same model trained in the same way, then however it was trained, then another model of the same script."""
    if job.model_name:
        same_model = Q(model_name=job.model_name)
        yield "of this model", same_model & Q(is_custom=job.is_custom)
        yield f"of this model, {'managed' if job.is_custom else 'by a custom script'}", same_model
    if job.script_id:
        yield "of this script, for another model", Q(script_id=job.script_id)


def _traits(job: Job, other: Job) -> dict[str, str]:
    """What it was made of; and who trained, the script or Viam, where that explains all the rest."""
    way = {"Training": "Custom script" if job.is_custom else "Managed"} if job.is_custom != other.is_custom else {}
    return way | traits_of_job(job) | {"Dataset": dataset_of(job)}


def _rank(one: Difference) -> int:
    first = one.what.partition(" ")[0]
    return TELLING.index(first) if first in TELLING else len(TELLING)
