"""Writing what differs, in one transaction, and raising the version when a page would differ; then whoever listens is
told, one hook for all that follows.

    @receiver(jobs_changed)
    def tell_the_team(change: JobsChanged, **_: object) -> None: ...

Receivers run in the refresher, while its lease is held, or in the request of the action that asked; outside of the
transaction in both. They may write, and must not wait: what takes long is noted, and somebody else does it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django import db
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import BooleanField, Count, ExpressionWrapper, Q, QuerySet
from django.dispatch import Signal

from jobs.domain import GONE, JobStatus
from jobs.duration_baseline import usual
from jobs.models import Job, Organization, StatusChange
from jobs.sync.diff import Difference, compare
from jobs.sync.fetch import Answer
from jobs.sync.mapping import BATCH, MIRRORED, OURS


@transaction.atomic
def apply_answer(organization: Organization, answer: Answer) -> Difference:
    """Writes what differs from the mirror, in one transaction; `organization` is locked and brought up to date."""
    organization.refresh_from_db(from_queryset=Organization.objects.select_for_update())
    difference = compare(organization, answer)
    _write(organization, answer, difference)
    if difference:
        expect([*difference.new, *difference.changed])
        organization.version += 1
        organization.counts = count(organization.jobs.all())
        organization.save(update_fields=["version", "counts"])
    return difference


@transaction.atomic
def attribute(organization: Organization, viam_id: str, user: User | None, *, before: User | None = None) -> bool:
    """Notes whose job it is, None for nobody's, if it is still whose it was before; answers whether that was news."""
    organization.refresh_from_db(from_queryset=Organization.objects.select_for_update())
    theirs = organization.jobs.filter(viam_id=viam_id, submitted_by=before)
    is_news = theirs.update(submitted_by=user, version=organization.version + 1) > 0
    if is_news:
        organization.version += 1
        organization.save(update_fields=["version"])
    return is_news


def count(jobs: QuerySet[Job]) -> dict[str, int]:
    """Jobs by status word; those that vanished count as "gone", whatever they were."""
    counts: dict[str, int] = {}
    vanished = ExpressionWrapper(Q(missing_since__isnull=False), output_field=BooleanField())
    rows = jobs.annotate(is_gone=vanished).values_list("status", "is_gone").annotate(Count("id")).order_by()
    for status, is_gone, number in rows:
        word = GONE if is_gone else JobStatus(status).word
        counts[word] = counts.get(word, 0) + number
    return counts


def _write(organization: Organization, answer: Answer, difference: Difference) -> None:
    Job.objects.bulk_create(difference.new, batch_size=BATCH)
    Job.objects.bulk_update(difference.changed, [*MIRRORED, *OURS], batch_size=BATCH)
    Job.objects.bulk_update(difference.noted, ["request_number", "digest"], batch_size=BATCH)
    Job.objects.bulk_update(
        difference.gone, ["missing_since", "version", "request_number", "missing_in"], batch_size=BATCH
    )
    StatusChange.objects.bulk_create(difference.turns, batch_size=BATCH)
    _mark_missing(organization, difference.doubted, answer.request.number)
    _mark_missing(organization, difference.found, None)
    if not answer.is_single and answer.request.number > organization.newest_answer:
        _note_answer(organization, answer, difference)


def _mark_missing(organization: Organization, ids: list[str], number: int | None) -> None:
    for start in range(0, len(ids), BATCH):
        organization.jobs.filter(viam_id__in=ids[start : start + BATCH]).update(missing_in=number)


def _note_answer(organization: Organization, answer: Answer, difference: Difference) -> None:
    """Pages tell of a doubted list, so that a doubt which comes or goes is news to them."""
    organization.newest_answer = answer.request.number
    if answer.is_complete:
        organization.newest_list = answer.request.number
        organization.doubted_at = answer.request.sent_at if difference.doubted else None
    organization.save(update_fields=["newest_answer", "newest_list", "doubted_at"])


# What is expected of jobs that begin to run: looked up once, by whoever refreshes, so that no page has to.


def expect(jobs: Iterable[Job]) -> None:
    """Notes how long each that runs will usually run; jobs that are made alike share one look into the past."""
    told: dict[tuple[object, ...], int | None] = {}
    begun = [job for job in jobs if job.status == JobStatus.IN_PROGRESS and job.usual_seconds is None]
    for job in begun:
        recipe = (job.is_custom, job.script_id, job.model_type, job.model_framework, job.dataset_id)
        if recipe not in told:
            found = usual(job)
            told[recipe] = round(found.time.total_seconds()) if found else None
        job.usual_seconds = told[recipe]
    Job.objects.bulk_update([job for job in begun if job.usual_seconds is not None], ["usual_seconds"], BATCH)


jobs_changed = Signal()


@dataclass(frozen=True, slots=True)
class JobsChanged:
    """`difference` may be empty: then the cloud said what we knew. `is_complete`: it came of a complete list."""

    organization: Organization
    difference: Difference
    is_complete: bool


def store(organization: Organization, answer: Answer) -> None:
    """Stores an answer that an action asked for, and tells what it changed."""
    if difference := apply_answer(organization, answer):
        tell(JobsChanged(organization, difference, answer.is_complete))


def tell(change: JobsChanged) -> None:
    """A receiver that fails holds up no other, and Django logs it; what the database refuses is raised afterwards."""
    for _, failure in jobs_changed.send_robust(sender=Organization, change=change):
        if isinstance(failure, db.Error):
            raise failure
