"""What differs between an answer and the mirror. Nothing is written here but the doubt about an empty answer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.utils import timezone

from jobs.domain import CloudJob, ListedJob
from jobs.mirror.asking import Answer
from jobs.mirror.shaping import BATCH, shape, turn, values_of
from jobs.models import Job, Organization, StatusChange

# A job that we know from our own submit, or from an answer a moment ago, may be missing in a list made just before.
GRACE = timedelta(seconds=60)

# The cloud's clock and ours may differ by some minutes.
CLOCKS_DIFFER = timedelta(minutes=5)

# By the id in the cloud: status, last_modified, gone_at.
Known = dict[str, tuple[int, datetime | None, datetime | None]]


@dataclass(slots=True)
class Difference:
    """What a refresh changed."""

    new: list[Job] = field(default_factory=list)
    changed: list[Job] = field(default_factory=list)
    gone: list[Job] = field(default_factory=list)
    turns: list[StatusChange] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.new or self.changed or self.gone)


def compare(organization: Organization, answer: Answer) -> Difference:
    """What this answer changes. Raises nothing; `organization` is locked."""
    known = _known(organization, answer)
    suspects = [job for job in answer.jobs if job.id in known and _may_differ(job, answer, *known[job.id])]
    difference = Difference()
    # The first load of an organization is its past: nobody saw those changes of status happen.
    is_first_load = organization.completed_at is None
    for job in answer.jobs:
        if job.id not in known:
            _add(organization, job.whole(), answer.asked_at, difference, with_turn=not is_first_load)
    for row, job in _rows_of(organization, suspects):
        _update(organization, row, job, difference)
    for row in [] if _is_doubtful(organization, answer, known) else _vanished(organization, answer, known):
        row.gone_at, row.version = timezone.now(), organization.version + 1
        difference.gone.append(row)
    return difference


def _known(organization: Organization, answer: Answer) -> Known:
    """What the mirror has of the jobs that the answer can speak of: all of them, or just those that it names."""
    rows = organization.jobs.all()
    if not answer.is_complete:
        rows = rows.filter(viam_id__in=[*(job.id for job in answer.jobs), *answer.missing])
    told = rows.values_list("viam_id", "status", "last_modified", "gone_at")
    return {viam_id: (status, last_modified, gone_at) for viam_id, status, last_modified, gone_at in told}


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
    job: ListedJob, answer: Answer, status: int, last_modified: datetime | None, gone_at: datetime | None
) -> bool:
    """Whether the stored row has to be looked at. An older answer never overwrites a newer one."""
    if gone_at is not None and gone_at >= answer.asked_at:
        return False
    told = job.last_modified
    if told is None or last_modified is None or gone_at is not None:
        return True
    if last_modified > answer.asked_at + CLOCKS_DIFFER:
        return True  # A stamp from the future tells no order.
    return told > last_modified or (told == last_modified and job.status != status)


def _rows_of(organization: Organization, jobs: list[ListedJob]) -> Iterable[tuple[Job, CloudJob]]:
    for start in range(0, len(jobs), BATCH):
        by_id = {job.id: job for job in jobs[start : start + BATCH]}
        for row in organization.jobs.filter(viam_id__in=by_id):
            yield row, by_id[row.viam_id].whole()


def _add(organization: Organization, job: CloudJob, now: datetime, difference: Difference, *, with_turn: bool) -> None:
    row = Job(organization=organization, viam_id=job.id, seen_at=now, **values_of(job))
    shape(row, organization)
    difference.new.append(row)
    if with_turn:
        difference.turns.append(turn(row))


def _update(organization: Organization, row: Job, job: CloudJob, difference: Difference) -> None:
    values = values_of(job)
    if row.gone_at is None and all(getattr(row, name) == value for name, value in values.items()):
        return
    turns = row.status != values["status"]
    for name, value in values.items():
        setattr(row, name, value)
    row.gone_at = None
    shape(row, organization)
    difference.changed.append(row)
    if turns:
        difference.turns.append(turn(row))


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
