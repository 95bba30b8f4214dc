"""How far a run is: its jobs with what became of each."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count

from jobs import refresher
from jobs.models import BulkItem, BulkRun
from jobs.services.bulk.settling import settle

State = BulkItem.State


@dataclass(frozen=True, slots=True)
class Progress:
    """`counts` by state; `ended` are the jobs for which there is nothing left to do."""

    run: BulkRun
    items: list[BulkItem]
    counts: dict[str, int]
    tag: str

    @property
    def ended(self) -> int:
        return sum(self.counts.get(state, 0) for state in (State.DONE, State.REFUSED, State.UNKNOWN))

    @property
    def waiting(self) -> int:
        return self.counts.get(State.WAITING, 0)

    @property
    def moves(self) -> bool:
        """Whether the page will change by itself."""
        return self.run.state == BulkRun.State.RUNNING or any(
            self.counts.get(state) for state in (State.STARTED, State.UNKNOWN)
        )


def progress_of(run: BulkRun) -> Progress:
    """Looks after items of unknown end on the way: the refresher may know by now what became of their jobs."""
    settle(run)
    if run.state == BulkRun.State.RUNNING:
        refresher.look(run.organization)
    items = list(run.items.select_related("job"))
    for item in items:
        item.run = run
        item.job.organization = run.organization
    found = dict(run.items.order_by().values_list("state").annotate(Count("pk")))
    counts = {state.value: found.get(state.value, 0) for state in State}
    return Progress(run, items, counts, "-".join([run.state, *map(str, counts.values())]))
