"""How far a run is: its jobs with what became of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Max, Q
from django.utils import timezone

from jobs import refresher
from jobs.models import BulkItem, BulkRun
from jobs.refresher.abandoned_items import settle_run

# An answer that was lost shows in the mirror within some complete lists, or never.
WAITS_FOR = timedelta(minutes=15)

State = BulkItem.State
OPEN = (State.STARTED, State.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Progress:
    """`counts` by state; `ended` are the jobs for which there is nothing left to do.

    `waits_until`: so long a run that doesn't run any more is looked after for what became of its `open` jobs.
    """

    run: BulkRun
    items: list[BulkItem]
    counts: dict[str, int]
    waits_until: datetime

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
        return "-".join([self.run.state, *map(str, self.counts.values()), "moves" if self.moves else "rests"])


def progress_of(run: BulkRun) -> Progress:
    """Looks after items of unknown end on the way: the refresher may know by now what became of their jobs."""
    settle_run(run)
    progress = _progress(run)
    if progress.moves:
        refresher.look(run.organization)
    return progress


def _progress(run: BulkRun) -> Progress:
    items = list(run.items.select_related("job"))
    for item in items:
        item.run = run
        item.job.organization = run.organization
    found = dict(run.items.order_by().values_list("state").annotate(Count("pk")))
    counts = {state.value: found.get(state.value, 0) for state in State}
    return Progress(run, items, counts, _asked_at(run, [item for item in items if item.state in OPEN]) + WAITS_FOR)


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
