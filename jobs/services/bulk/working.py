"""Working a run off: one job after the other, not too fast, and no further than the person's rights reach."""

from __future__ import annotations

from time import sleep

from jobs.domain import Role
from jobs.errors import CloudError, CredentialsUnreadable, Limited, NotSent, Refused, Unavailable
from jobs.models import BulkItem, BulkRun
from jobs.refresher.abandoned_items import pick_up
from jobs.services.bulk import lease
from jobs.services.bulk.acting import act, claim

SECONDS_BETWEEN = 0.25
# A cloud that doesn't answer so often in a row is not asked for the rest of the list.
MOST_SILENCES = 3
SILENCES = (Unavailable, NotSent, Limited, Refused, CredentialsUnreadable)

State = BulkRun.State


def work(run: BulkRun) -> None:
    """Until it is done, stopped, or somebody else's. Does nothing when somebody works on it already."""
    owner = lease.take(run)
    if owner is None:
        return
    pick_up(run)
    silences = 0
    while lease.keep(run, owner):
        reason = _reason_to_stop(run)
        item = _next(run)
        if reason or item is None:
            lease.release(run, owner, state=State.STOPPED if reason else State.FINISHED, words=reason)
            return
        if not claim(item):
            continue
        error = act(item)
        silences = silences + 1 if isinstance(error, SILENCES) else 0
        if error and silences >= MOST_SILENCES:
            lease.release(run, owner, state=State.STOPPED, words=_silent(error))
            return
        sleep(SECONDS_BETWEEN)
    lease.release(run, owner)


def _next(run: BulkRun) -> BulkItem | None:
    waiting = run.items.filter(state=BulkItem.State.WAITING)
    item = waiting.select_related("job", "run__actor", "run__organization__credentials").first()
    if item:
        item.job.organization = item.run.organization
    return item


def _reason_to_stop(run: BulkRun) -> str:
    """Asked before each job: people are removed and organizations hidden while a run is under way."""
    run.refresh_from_db(fields=["actor"])
    user, organization = run.actor, run.organization
    organization.refresh_from_db(fields=["is_shown"])
    if not organization.is_shown:
        return "The organization is no longer shown here."
    if user is None or not user.is_active:
        return f"{run.actor_name} no longer has an account here."
    may = user.is_superuser or organization.memberships.filter(user=user, role__gte=Role.OPERATOR).exists()
    return "" if may else f"{run.actor_name} may no longer do this in {organization.name}."


def _silent(error: CloudError) -> str:
    return f"{MOST_SILENCES} jobs in a row failed the same way: {error.sentence} The rest were not tried."
