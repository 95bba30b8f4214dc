"""One round: take the lease, ask the cloud, hand the answer to the mirror, decide when the next round is due."""

from __future__ import annotations

import logging
from collections.abc import Collection
from datetime import datetime, timedelta

from django import db
from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone

from jobs import mail
from jobs.domain import ACTIVE_STATUSES, is_within
from jobs.lease import Lease
from jobs.metrics.catalogue import REFRESHES
from jobs.models import ApiKey, Organization
from jobs.storing import refusal_in
from jobs.sync import apply, catalogue, dataset_counts, diff, fetch, reconcile, schedule
from jobs.sync.connection import client_for
from jobs.viam.errors import CloudError, CredentialsUnreadable, Incomplete, NoKey, NotStored, Refused

log = logging.getLogger(__name__)


def refresh_due(organization: Organization, *, everything: bool = False) -> bool:
    """Refreshes the organization when it is due and nobody else does. True when this call did it.

    `everything` asks for the complete list and the datasets even when they aren't due yet.
    """
    lease = schedule.take(organization)
    if lease is None:
        return False
    try:
        _ask(organization, lease, everything)
    finally:
        schedule.release(lease)
    if organization.credentials and organization.problem in mail.REFUSALS:
        mail.tell_of_refusal(organization.credentials)
    return True


def refresh_now(organization: Organization) -> bool:
    """Refreshes at once, due or not, all of it. False when another process is at it just now."""
    Organization.objects.filter(pk=organization.pk).update(due_at=None)
    return refresh_due(organization, everything=True)


def _ask(organization: Organization, lease: Lease, everything: bool) -> None:
    organization.refresh_from_db()
    try:
        if organization.credentials is None:
            raise NoKey
        cloud = client_for(organization.credentials)
        now = timezone.now()
        asked_about = reconcile.awaited(organization)
        wants_everything = everything or _wants_everything(organization, asked_about, now)
        answer = None if wants_everything else fetch.fetch_active(organization, cloud)
        answer = answer or fetch.fetch_everything(organization, cloud)
        difference = _keep(organization, lease, answer, asked_about)
    except CloudError as error:
        _failed(organization, lease, error)
        return
    except db.Error as error:
        _failed(organization, lease, _not_stored(error))
        return
    if difference is None:
        return
    REFRESHES.add(organization.slug, "complete" if answer.is_complete else "active")
    apply.tell(apply.JobsChanged(organization, difference, answer.is_complete))
    if everything or _wants_catalogue(organization, now):
        catalogue.refresh(organization, cloud)
        dataset_counts.count_again(organization, cloud)
    log.debug(
        "%s: %d new, %d changed, %d gone",
        organization.slug,
        *map(len, (difference.new, difference.changed, difference.gone)),
    )


@transaction.atomic
def _keep(
    organization: Organization, lease: Lease, answer: fetch.Answer, asked_about: Collection[int]
) -> diff.Difference | None:
    """The whole answer and its success, or nothing; None when somebody took us for dead: theirs is younger."""
    difference = apply.apply_answer(organization, answer)
    if organization.lease_owner != lease.owner:
        transaction.set_rollback(True)
        return None
    reconcile.learn_clock(organization, difference.new)
    reconcile.reconcile(organization, answer, asked_about)
    _succeeded(organization, answer)
    return difference


def _wants_everything(organization: Organization, awaited: Collection[int], now: datetime) -> bool:
    """Nothing was loaded yet, or the complete list is old, or its emptiness is doubted and asked for again.

    `awaited` are the actions of unknown outcome: they wait for complete lists.
    """
    if organization.completed_at is None or organization.doubted_at is not None:
        return True
    if awaited and reconcile.wants_first_list(organization):
        return True
    is_active = bool(awaited) or any(organization.counts.get(status.word) for status in ACTIVE_STATUSES)
    return not is_within(organization.completed_at, schedule.between_complete_lists(is_active=is_active), now)


def _wants_catalogue(organization: Organization, now: datetime) -> bool:
    age = timedelta(seconds=settings.REFRESH_CATALOGUE_SECONDS)
    return not is_within(organization.catalogue_at, age, now)


def _succeeded(organization: Organization, answer: fetch.Answer) -> None:
    """Called with the organization locked: notes the success and when to come back."""
    is_active = any(organization.counts.get(status.word) for status in ACTIVE_STATUSES)
    is_doubted = organization.doubted_at is not None
    problem = Incomplete.kind if is_doubted else ""
    # Pages told of the problem, or that nothing was loaded yet: an organization without jobs differs in that alone.
    if organization.problem != problem or organization.fetched_at is None:
        organization.version += 1
        organization.problem_since = timezone.now() if is_doubted else None
    if answer.is_complete and not is_doubted:
        organization.completed_at = answer.request.sent_at
    organization.fetched_at = answer.request.sent_at
    organization.problem, organization.problem_words = problem, ""
    organization.failures = 0
    is_watched = is_within(organization.viewed_at, schedule.watched_for(), timezone.now())
    organization.due_at = Now() + schedule.after_success(is_active=is_active or is_doubted, is_watched=is_watched)
    organization.save(update_fields=[*_STATE, "completed_at", "fetched_at"])
    _credentials_worked(organization.credentials)


_STATE = ("version", "problem", "problem_words", "problem_since", "failures", "due_at")


def _not_stored(error: db.Error) -> NotStored:
    """Where even this can't be stored, the caller hears of it (write_failures.py)."""
    return (refusal_in(error) or NotStored)(str(error))


@transaction.atomic
def _failed(organization: Organization, lease: Lease, error: CloudError) -> None:
    REFRESHES.add(organization.slug, error.kind)
    organization.refresh_from_db(from_queryset=Organization.objects.select_for_update())
    if organization.lease_owner != lease.owner:
        return
    if organization.problem != error.kind:
        organization.version += 1
        organization.problem_since = timezone.now()
        # A key that doesn't open may have been tampered with: that is more than a cloud that is away.
        level = logging.ERROR if isinstance(error, CredentialsUnreadable) else logging.WARNING
        log.log(level, "%s: %s %s", organization.slug, error.sentence, error.words)
    organization.problem, organization.problem_words = error.kind, error.words
    organization.failures += 1
    organization.due_at = Now() + schedule.after_failure(error, organization.failures)
    organization.save(update_fields=_STATE)
    if isinstance(error, Refused | CredentialsUnreadable):
        _credentials_failed(organization.credentials, error)


def _credentials_worked(credentials: ApiKey | None) -> None:
    """Noted at most once a minute: it is for people, and every write waits for the database's one writer."""
    if credentials is None:
        return
    is_news = credentials.problem or credentials.notified_at or credentials.works_since is None
    if is_news or not is_within(credentials.worked_at, timedelta(minutes=1), timezone.now()):
        credentials.works_now()
        if mail.outage_is_over(credentials):
            credentials.notified_at = None
        credentials.note()


def _credentials_failed(credentials: ApiKey | None, error: CloudError) -> None:
    if credentials is not None:
        credentials.fails_now(error.kind, error.words)
        credentials.note()
