"""One refresh of one organization: ask, compare, write the difference, and raise the version when a page would differ.

An error changes no job. What an answer leaves out is taken for gone only when the answer was complete.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import BooleanField, Count, ExpressionWrapper, Q, QuerySet
from django.utils import timezone

from jobs.domain import ACTIVE_STATUSES, GONE, CloudJob, JobStatus
from jobs.errors import NotFound
from jobs.models import Job, Organization, StatusChange
from jobs.viam import Cloud

# A job that we know from our own submit, or from an answer a moment ago, may be missing in a list made just before.
GRACE = timedelta(seconds=60)
# Jobs that left the active set are asked for one by one; when so many left at once, a complete list is cheaper.
MOST_SINGLE_CALLS = 20
BATCH = 500

MIRRORED = (
    "status",
    "created_on",
    "last_modified",
    "training_started",
    "training_ended",
    "model_name",
    "model_version",
    "model_type",
    "model_framework",
    "is_custom",
    "dataset_id",
    "labels",
    "script_id",
    "script_version",
    "container_version",
    "container_id",
    "arguments",
    "resources",
    "synced_model_id",
    "error_code",
    "error_message",
)
OURS = ("sorted_on", "gone_at", "version", "search_text")


@dataclass(frozen=True, slots=True)
class Answer:
    """What the cloud said, and when we asked: `missing` are ids that it no longer knows.

    `is_certain`: the missing are gone for sure, however young they are, because we deleted them ourselves.
    """

    jobs: Collection[CloudJob]
    asked_at: datetime
    is_complete: bool
    missing: Collection[str] = ()
    is_certain: bool = False


@dataclass(slots=True)
class Difference:
    """What a refresh changed."""

    new: list[Job] = field(default_factory=list)
    changed: list[Job] = field(default_factory=list)
    gone: list[Job] = field(default_factory=list)
    turns: list[StatusChange] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.new or self.changed or self.gone)


def ask_everything(organization: Organization, cloud: Cloud) -> Answer:
    """The complete list of jobs. Raises CloudError."""
    asked_at = timezone.now()
    jobs = cloud.list_jobs(organization.viam_id, expected=organization.jobs.count())
    return Answer(jobs, asked_at, is_complete=True)


def ask_active(organization: Organization, cloud: Cloud) -> Answer | None:
    """What is active, and what became of jobs that no longer are; None when that needs the complete list.

    A status is asked for only when something can be in it: new jobs are pending, and only active ones move on.
    Raises CloudError.
    """
    asked_at = timezone.now()
    known = organization.jobs.filter(status__in=ACTIVE_STATUSES, gone_at=None).values_list("viam_id", flat=True)
    active = list(known)
    statuses = ACTIVE_STATUSES if active else (JobStatus.PENDING,)
    found = {job.id: job for status in statuses for job in cloud.list_jobs(organization.viam_id, status)}
    left = [viam_id for viam_id in active if viam_id not in found]
    if len(left) > MOST_SINGLE_CALLS:
        return None
    missing = []
    for viam_id in left:
        try:
            found[viam_id] = cloud.get_job(viam_id)
        except NotFound:
            missing.append(viam_id)
    return Answer(list(found.values()), asked_at, is_complete=False, missing=missing)


@transaction.atomic
def take_over(organization: Organization, answer: Answer) -> Difference:
    """Writes what differs from the mirror, in one transaction; `organization` is locked and brought up to date."""
    organization.refresh_from_db(from_queryset=Organization.objects.select_for_update())
    difference = _compare(organization, answer)
    if difference:
        _write(difference)
        organization.version += 1
        organization.counts = count(organization.jobs.all())
        organization.save(update_fields=["version", "counts"])
    return difference


def count(jobs: QuerySet[Job]) -> dict[str, int]:
    """Jobs by status word; those that vanished count as "gone", whatever they were."""
    counts: dict[str, int] = {}
    vanished = ExpressionWrapper(Q(gone_at__isnull=False), output_field=BooleanField())
    rows = jobs.annotate(is_gone=vanished).values_list("status", "is_gone").annotate(Count("id")).order_by()
    for status, is_gone, number in rows:
        word = GONE if is_gone else JobStatus(status).word
        counts[word] = counts.get(word, 0) + number
    return counts


def _compare(organization: Organization, answer: Answer) -> Difference:
    known = {
        viam_id: (status, last_modified, gone_at)
        for viam_id, status, last_modified, gone_at in organization.jobs.values_list(
            "viam_id", "status", "last_modified", "gone_at"
        )
    }
    suspects = [job for job in answer.jobs if job.id in known and _may_differ(job, answer, *known[job.id])]
    difference = Difference()
    # The first load of an organization is its past: nobody saw those changes of status happen.
    is_first_load = organization.completed_at is None
    for job in answer.jobs:
        if job.id not in known:
            _add(organization, job, answer.asked_at, difference, with_turn=not is_first_load)
    for row, job in _rows_of(organization, suspects):
        _update(organization, row, job, difference)
    for row in [] if _is_doubtful(organization, answer, known) else _vanished(organization, answer, known):
        row.gone_at, row.version = timezone.now(), organization.version + 1
        difference.gone.append(row)
    return difference


Known = dict[str, tuple[int, datetime | None, datetime | None]]


def _is_doubtful(organization: Organization, answer: Answer, known: Known) -> bool:
    """A complete answer without a single job, after there were some: believed when a second one says so too."""
    if not answer.is_complete:
        return False
    lives = any(gone_at is None for _, _, gone_at in known.values())
    is_first = lives and not answer.jobs and organization.emptied_at is None
    if is_first or organization.emptied_at:
        organization.emptied_at = answer.asked_at if is_first else None
        organization.save(update_fields=["emptied_at"])
    return is_first


def _may_differ(
    job: CloudJob, answer: Answer, status: int, last_modified: datetime | None, gone_at: datetime | None
) -> bool:
    """Whether the stored row has to be looked at. An older answer never overwrites a newer one."""
    if gone_at is not None and gone_at >= answer.asked_at:
        return False
    if job.last_modified is None or last_modified is None or gone_at is not None:
        return True
    return job.last_modified > last_modified or (job.last_modified == last_modified and job.status != status)


def _rows_of(organization: Organization, jobs: list[CloudJob]) -> Iterable[tuple[Job, CloudJob]]:
    for start in range(0, len(jobs), BATCH):
        by_id = {job.id: job for job in jobs[start : start + BATCH]}
        for row in organization.jobs.filter(viam_id__in=by_id):
            yield row, by_id[row.viam_id]


def _add(organization: Organization, job: CloudJob, now: datetime, difference: Difference, *, with_turn: bool) -> None:
    row = Job(organization=organization, viam_id=job.id, seen_at=now, **_values(job))
    _shape(row, organization)
    difference.new.append(row)
    if with_turn:
        difference.turns.append(_turn(row))


def _update(organization: Organization, row: Job, job: CloudJob, difference: Difference) -> None:
    values = _values(job)
    if row.gone_at is None and all(getattr(row, name) == value for name, value in values.items()):
        return
    turns = row.status != values["status"]
    for name, value in values.items():
        setattr(row, name, value)
    row.gone_at = None
    _shape(row, organization)
    difference.changed.append(row)
    if turns:
        difference.turns.append(_turn(row))


def _values(job: CloudJob) -> dict[str, Any]:
    values = {name: getattr(job, name) for name in MIRRORED}
    values.update(
        status=int(job.status),
        model_type=int(job.model_type),
        model_framework=int(job.model_framework),
        labels=list(job.labels),
        arguments=dict(job.arguments),
        resources=list(job.resources),
    )
    return values


def _shape(row: Job, organization: Organization) -> None:
    row.sorted_on = row.created_on or row.seen_at
    row.version = organization.version + 1
    words = (row.model_name, row.model_version, row.viam_id, row.dataset_id, row.script_id, *row.labels)
    row.search_text = "\n".join(words).lower()


def _turn(row: Job) -> StatusChange:
    return StatusChange(job=row, status=row.status, seen_at=timezone.now(), cloud_time=row.last_modified)


def _vanished(organization: Organization, answer: Answer, known: Known) -> Iterable[Job]:
    missing = set(answer.missing)
    if answer.is_complete:
        told = {job.id for job in answer.jobs}
        missing |= {viam_id for viam_id, (_, _, gone_at) in known.items() if gone_at is None and viam_id not in told}
    in_order = sorted(missing)
    for start in range(0, len(in_order), BATCH):
        some = in_order[start : start + BATCH]
        rows = organization.jobs.filter(viam_id__in=some, gone_at=None)
        yield from rows if answer.is_certain else rows.filter(seen_at__lt=answer.asked_at - GRACE)


def _write(difference: Difference) -> None:
    Job.objects.bulk_create(difference.new, batch_size=BATCH)
    Job.objects.bulk_update(difference.changed, [*MIRRORED, *OURS], batch_size=BATCH)
    Job.objects.bulk_update(difference.gone, ["gone_at", "version"], batch_size=BATCH)
    StatusChange.objects.bulk_create(difference.turns, batch_size=BATCH)
