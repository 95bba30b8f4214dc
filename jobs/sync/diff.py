"""What differs between an answer and the mirror. Nothing is written here.

The cloud is the truth, field by field, whatever its `last_modified` says. Only an answer to an earlier request never
overwrites one to a later request.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

from django.utils import timezone

from jobs.domain import ACTIVE_STATUSES, ListedJob
from jobs.models import Job, Organization, StatusChange
from jobs.sync.fetch import Answer
from jobs.sync.mapping import BATCH, shape, turn, values_of

# A job that we know from our own submit, or from an answer a moment ago, may be missing in a list made just before.
GRACE = timedelta(seconds=60)

# A list that lacks so many of the jobs that were there is asked for again before it is believed, as is an empty one.
# People delete jobs one by one or by the dozen; a cloud that answers from half of its data loses a large part. To ask
# once more costs one call, so the share is small.
DOUBTED_SHARE = 0.1
DOUBTED_COUNT = 5


class Known(NamedTuple):
    """What the mirror has of a job."""

    status: int
    missing_since: datetime | None
    request_number: int | None
    digest: int | None
    missing_in: int | None


@dataclass(slots=True)
class Difference:
    """What a refresh changed. `noted` are jobs that an answer told again as they are; no page differs for them.

    `doubted` are jobs that are missing in a list which isn't believed yet, `found` those that were, and are back.
    """

    new: list[Job] = field(default_factory=list)
    changed: list[Job] = field(default_factory=list)
    gone: list[Job] = field(default_factory=list)
    turns: list[StatusChange] = field(default_factory=list)
    noted: list[Job] = field(default_factory=list)
    doubted: list[str] = field(default_factory=list)
    found: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.new or self.changed or self.gone)


def compare(organization: Organization, answer: Answer) -> Difference:
    """What this answer changes. Raises nothing; `organization` is locked."""
    difference = Difference()
    number = answer.request.number
    if not answer.is_single and number < organization.newest_list:
        return difference
    known = _known(organization, answer)
    if answer.is_certain or number > organization.newest_list:
        for job in answer.jobs:
            if job.id not in known:
                _add(organization, job, answer, difference)
    suspects = [j for j in answer.jobs if j.id in known and _may_differ(organization, j, number, known[j.id])]
    for row, job in _rows_of(organization, suspects):
        _update(organization, row, job, number, difference)
    if answer.is_complete:
        _miss(organization, answer, known, difference)
    difference.gone += _vanished(organization, answer, [id_ for id_ in answer.missing if id_ in known], known)
    for row in difference.gone:
        row.missing_since, row.version, row.request_number = timezone.now(), organization.version + 1, number
        row.missing_in = None
    return difference


def _known(organization: Organization, answer: Answer) -> dict[str, Known]:
    """What the mirror has of the jobs that the answer can speak of: all of them, or just those that it names."""
    rows = organization.jobs.all()
    if not answer.is_complete:
        rows = rows.filter(viam_id__in=[*(job.id for job in answer.jobs), *answer.missing])
    return {viam_id: Known(*values) for viam_id, *values in rows.values_list("viam_id", *Known._fields)}


def _is_outdated(organization: Organization, number: int, known: Known) -> bool:
    """Whether a later request was answered about this job: by itself, by a complete list, or by a refresh, which speaks
    of all jobs that are active.
    """
    newest = max(known.request_number or 0, organization.newest_list)
    if known.missing_since is None and known.status in ACTIVE_STATUSES:
        newest = max(newest, organization.newest_answer)
    return number < newest


def _may_differ(organization: Organization, job: ListedJob, number: int, known: Known) -> bool:
    """Whether the stored row has to be looked at."""
    if _is_outdated(organization, number, known):
        return False
    return known.missing_since is not None or known.digest is None or known.digest != job.digest


def _rows_of(organization: Organization, jobs: list[ListedJob]) -> Iterable[tuple[Job, ListedJob]]:
    for start in range(0, len(jobs), BATCH):
        by_id = {job.id: job for job in jobs[start : start + BATCH]}
        for row in organization.jobs.filter(viam_id__in=by_id):
            yield row, by_id[row.viam_id]


def _add(organization: Organization, job: ListedJob, answer: Answer, difference: Difference) -> None:
    row = Job(organization=organization, viam_id=job.id, seen_at=answer.request.sent_at, **values_of(job.whole()))
    row.request_number, row.digest = answer.request.number, job.digest
    shape(row, organization)
    difference.new.append(row)
    # The first load of an organization is its past: nobody saw those changes of status happen.
    if organization.completed_at is not None:
        difference.turns.append(turn(row))


def _update(organization: Organization, row: Job, job: ListedJob, number: int, difference: Difference) -> None:
    values = values_of(job.whole())
    row.request_number, row.digest = number, job.digest
    if row.missing_since is None and all(getattr(row, name) == value for name, value in values.items()):
        difference.noted.append(row)
        return
    turns = row.status != values["status"]
    for name, value in values.items():
        setattr(row, name, value)
    row.missing_since = None
    shape(row, organization)
    difference.changed.append(row)
    if turns:
        difference.turns.append(turn(row))


def _miss(organization: Organization, answer: Answer, known: dict[str, Known], difference: Difference) -> None:
    """What a complete list lacks is gone; when that is too much, only what the doubted list before lacked too."""
    told = {job.id for job in answer.jobs}
    missing = [id_ for id_, values in known.items() if values.missing_since is None and id_ not in told]
    lacking = _vanished(organization, answer, missing, known)
    living = sum(values.missing_since is None for values in known.values())
    if _is_doubtful(len(lacking), living, is_empty=not told):
        difference.doubted = [row.viam_id for row in lacking if row.missing_in is None]
        lacking = [row for row in lacking if row.missing_in is not None]
    difference.gone += lacking
    difference.found = [id_ for id_, values in known.items() if values.missing_in is not None and id_ in told]


def _is_doubtful(missing: int, living: int, *, is_empty: bool) -> bool:
    return missing > 0 and (is_empty or (missing >= DOUBTED_COUNT and missing > living * DOUBTED_SHARE))


def _vanished(organization: Organization, answer: Answer, ids: Iterable[str], known: dict[str, Known]) -> list[Job]:
    """The rows of those that are gone, if nothing newer speaks of them, and none of them is too young."""
    number, in_order = answer.request.number, sorted(ids)
    in_order = [id_ for id_ in in_order if not _is_outdated(organization, number, known[id_])]
    found: list[Job] = []
    for start in range(0, len(in_order), BATCH):
        rows = organization.jobs.filter(viam_id__in=in_order[start : start + BATCH], missing_since=None)
        found += rows if answer.is_certain else [row for row in rows if not _is_young(row, answer)]
    return found


def _is_young(row: Job, answer: Answer) -> bool:
    """Seen just before the request was sent. A time in the future was written by a clock that was wrong."""
    return abs(answer.request.sent_at - row.seen_at) < GRACE
