"""Entries that were begun and not ended: their process died, or its database was away for longer than it tried.

Items of bulk runs are among them. Any
process that refreshes finds them when their lease has run out, whether somebody looks or not.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import timedelta
from time import monotonic

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone

from jobs.domain import JobStatus
from jobs.models import (
    RUN_LEASE,
    SENT_TO_THE_CLOUD,
    AuditEntry,
    BulkItem,
    BulkRun,
    Organization,
    Submission,
    lease_is_over,
)
from jobs.sync import reconcile

log = logging.getLogger(__name__)

Outcome = AuditEntry.Outcome

INTERRUPTED = "The site stopped while sending this, so the answer was lost. It is not sent again."
NOTHING_DONE = "The site stopped before this was done, so nothing was changed. Try again if you still need it."
LEFT_OPEN = "The site stopped while doing this. Check whether it was done, and try again if not."

_checked_at = 0.0


def settle() -> None:
    """Looks once per interval."""
    global _checked_at
    if monotonic() < _checked_at + settings.REFRESH_ACTIVE_SECONDS:
        return
    settle_now()
    _checked_at = monotonic()


def settle_now() -> None:
    for entry in AuditEntry.abandoned().select_related("organization", "submission")[:500]:
        _settle(entry)
    reconcile.give_up_unreadable()
    _settle_items()


@transaction.atomic
def _settle(entry: AuditEntry) -> None:
    """What was asked of the cloud is open from now on, and its organization's lists tell the end (reconcile.py).

    All else is done in one transaction with the end of its entry (`AuditEntry.doing`), so it was not done. Whoever
    began it may be alive all the same, only slow: what they note later is the truth and stands.
    """
    is_open = entry.action in SENT_TO_THE_CLOUD
    outcome, words = (Outcome.UNKNOWN, INTERRUPTED) if is_open else _of_ours(entry)
    finished_at = None if is_open else timezone.now()
    found = AuditEntry.abandoned().filter(pk=entry.pk)
    if not found.update(outcome=outcome, words=words, finished_at=finished_at):
        return
    log.warning("%s, begun at %s, was never ended: settled now", entry, entry.started_at.isoformat())
    started = Submission.objects.filter(entry=entry, state=Submission.State.STARTED)
    started.update(state=Submission.State.UNKNOWN, words=INTERRUPTED)
    if is_open and entry.organization_id:
        Organization.objects.filter(pk=entry.organization_id).update(due_at=Now())


def _of_ours(entry: AuditEntry) -> tuple[AuditEntry.Outcome, str]:
    """Entries without a lease are of a version that did them and ended them apart."""
    return (Outcome.UNKNOWN, LEFT_OPEN) if entry.lease_until is None else (Outcome.NOT_DONE, NOTHING_DONE)


State = BulkItem.State
ITEM_INTERRUPTED = "The site stopped while sending this. It is not sent again."
# What no list told in this time, none will.
AWAITED_FOR = timedelta(days=7)
LOST = "The answer was lost, but the job shows it."


def _settle_items() -> None:
    """Items of bulk runs, of all runs at which nobody works. Nothing is sent."""
    is_young = Q(run__created_at__gte=Now() - AWAITED_FOR)
    open_ones = BulkItem.objects.filter(Q(state=State.STARTED) | Q(state=State.UNKNOWN) & is_young)
    for run in BulkRun.objects.filter(is_free(), pk__in=open_ones.values("run")).select_related("organization"):
        pick_up(run)


def pick_up(run: BulkRun) -> None:
    """What was started by somebody who died is never sent a second time; what never was sent waits again."""
    for item in _items(run, State.STARTED):
        if item.entry() is None:
            end(item, State.WAITING, was=State.STARTED)
        else:
            end(item, State.UNKNOWN, ITEM_INTERRUPTED, was=State.STARTED)
    settle_run(run)


def settle_run(run: BulkRun) -> None:
    """Items of unknown end whose entries tell by now what became of them."""
    for item in _items(run, State.UNKNOWN):
        entry = item.entry()
        if entry and entry.outcome == Outcome.DONE:
            end(item, State.DONE, LOST, made_id=item.made_by(entry), was=State.UNKNOWN)
        elif _shows(item):
            end(item, State.DONE, LOST, was=State.UNKNOWN)
        elif entry and entry.outcome in (Outcome.REJECTED, Outcome.NOT_DONE):
            end(item, State.REFUSED, entry.words, was=State.UNKNOWN)


def end(item: BulkItem, state: BulkItem.State, words: str = "", *, made_id: str = "", was: BulkItem.State) -> None:
    """Unless somebody else wrote its end meanwhile."""
    BulkItem.objects.filter(pk=item.pk, state=was).update(state=state, words=words, made_id=made_id)


def is_free() -> Q:
    """The runs whose lease is nobody's."""
    return lease_is_over(RUN_LEASE)


def _shows(item: BulkItem) -> bool:
    """Whether its job tells already, sooner than the next refresh settles the entry."""
    if item.run.verb == BulkRun.Verb.DELETE:
        return item.job.missing_since is not None
    return item.run.verb == BulkRun.Verb.CANCEL and item.job.state in (JobStatus.CANCELING, JobStatus.CANCELED)


def _items(run: BulkRun, state: BulkItem.State) -> Iterator[BulkItem]:
    for item in run.items.filter(state=state).select_related("job"):
        item.run = run
        yield item
