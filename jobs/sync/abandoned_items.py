"""Items of bulk runs whose end nobody wrote down: the process died, or the cloud's answer was lost. Nothing is sent."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.db.models import Q
from django.db.models.functions import Now

from jobs.domain import JobStatus
from jobs.models import RUN_LEASE, AuditEntry, BulkItem, BulkRun, lease_is_over

State = BulkItem.State
Outcome = AuditEntry.Outcome

INTERRUPTED = "The site stopped while sending this. It is not sent again."
# What no list told in this time, none will.
AWAITED_FOR = timedelta(days=7)
LOST = "The answer was lost, but the job shows it."


def settle() -> None:
    """Of all runs at which nobody works."""
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
            end(item, State.UNKNOWN, INTERRUPTED, was=State.STARTED)
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
