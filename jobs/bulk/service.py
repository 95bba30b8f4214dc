"""Confirming a bulk action and how far it is. What was confirmed is what is done: the confirmation holds the very jobs,
signed, and can be used once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core import signing
from django.db import IntegrityError, transaction
from django.db.models import Count, Max, Q
from django.utils import timezone

from jobs.bulk.choose import Choice
from jobs.bulk.worker import is_waiting, keep_going
from jobs.models import Actor, BulkItem, BulkRun, Organization
from jobs.models.bulk import new_secret
from jobs.storing import note
from jobs.sync import worker
from jobs.sync.abandoned import settle_run

_SALT = "jobs.bulk"
# Who comes back to an old tab looks at the jobs again first.
HOLDS = timedelta(hours=1)


def confirm(actor: Actor, organization: Organization, choice: Choice) -> str:
    """What the form of the confirmation carries."""
    return signing.dumps(
        {
            "who": actor.user.pk if actor.user else None,
            "where": organization.pk,
            "verb": choice.verb,
            "jobs": [job.pk for job in choice.jobs],
            "secret": new_secret(),
        },
        salt=_SALT,
        compress=True,
    )


def start(actor: Actor, organization: Organization, confirmation: str, reason: str = "") -> BulkRun | None:
    """The run of this confirmation, which works from now on; sent again, it finds the run of the first time.

    None for a confirmation that is too old, or was made for somebody else or for another organization.
    """
    try:
        told = signing.loads(confirmation, salt=_SALT, max_age=HOLDS)
    except signing.BadSignature:
        return None
    if actor.user is None or (told["who"], told["where"]) != (actor.user.pk, organization.pk):
        return None
    try:
        with transaction.atomic():
            run = _write_down(actor, organization, told, reason)
    except IntegrityError:
        return organization.runs.get(secret=told["secret"])
    keep_going(run)
    return run


def _write_down(actor: Actor, organization: Organization, told: dict[str, Any], reason: str) -> BulkRun:
    run = BulkRun.objects.create(
        organization=organization,
        actor=actor.user,
        actor_name=actor.name,
        address=actor.address,
        verb=told["verb"],
        secret=told["secret"],
        reason=reason,
    )
    there = set(organization.jobs.filter(pk__in=told["jobs"]).values_list("pk", flat=True))
    kept = [pk for pk in told["jobs"] if pk in there]
    BulkItem.objects.bulk_create(BulkItem(run=run, job_id=pk, number=number) for number, pk in enumerate(kept, 1))
    return run


# How far a run is: its jobs with what became of each.


# An answer that was lost shows in the mirror within some complete lists, or never.
WAITS_FOR = timedelta(minutes=15)

State = BulkItem.State
OPEN = (State.STARTED, State.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Progress:
    """`counts` by state; `ended` are the jobs for which there is nothing left to do.

    `is_waiting`: it has not begun, or not gone on, because so many others are under way.
    `waits_until`: so long a run that doesn't run any more is looked after for what became of its `open` jobs.
    """

    run: BulkRun
    items: list[BulkItem]
    counts: dict[str, int]
    waits_until: datetime
    is_waiting: bool = False

    @property
    def ended(self) -> int:
        return sum(self.counts.get(state, 0) for state in (State.DONE, State.REFUSED, State.UNKNOWN))

    @property
    def waiting(self) -> int:
        return self.counts.get(State.WAITING, 0)

    @property
    def open(self) -> int:
        return sum(self.counts.get(state, 0) for state in OPEN)

    @property
    def moves(self) -> bool:
        """Whether the page may change by itself."""
        is_awaited = self.open > 0 and timezone.now() < self.waits_until
        return self.run.state == BulkRun.State.RUNNING or is_awaited

    @property
    def tag(self) -> str:
        standing = "waits" if self.is_waiting else "moves" if self.moves else "rests"
        return "-".join([self.run.state, *map(str, self.counts.values()), standing])


def progress_of(run: BulkRun) -> Progress:
    """Looks after items of unknown end on the way: the refresher may know by now what became of their jobs."""
    note(lambda: settle_run(run))
    progress = _progress(run)
    if progress.moves:
        worker.mark_viewed(run.organization)
    return progress


def _progress(run: BulkRun) -> Progress:
    items = list(run.items.select_related("job"))
    for item in items:
        item.run = run
        item.job.organization = run.organization
    found = dict(run.items.order_by().values_list("state").annotate(Count("pk")))
    counts = {state.value: found.get(state.value, 0) for state in State}
    waits_until = _asked_at(run, [item for item in items if item.state in OPEN]) + WAITS_FOR
    return Progress(run, items, counts, waits_until, is_waiting(run))


def _asked_at(run: BulkRun, items: Sequence[BulkItem]) -> datetime:
    """When the cloud was asked about the last of these."""
    if not items:
        return run.created_at
    sent = (
        Q(submission__key__in=[item.token for item in items])
        if run.verb == BulkRun.Verb.RESUBMIT
        else Q(action=f"job:{run.verb}", job_id__in=[item.job.viam_id for item in items])
    )
    entries = run.organization.actions.filter(sent, started_at__gte=run.created_at)
    return entries.aggregate(at=Max("started_at"))["at"] or run.created_at
