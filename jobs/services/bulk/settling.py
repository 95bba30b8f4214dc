"""What became of items whose end nobody wrote down: the process died, or the cloud's answer was lost."""

from __future__ import annotations

from jobs.domain import JobStatus
from jobs.models import AuditEntry, BulkItem, BulkRun
from jobs.services.bulk.acting import end, end_as, was_sent

State = BulkItem.State
Verb = BulkRun.Verb
Outcome = AuditEntry.Outcome

INTERRUPTED = "The site stopped while this was under way. It is not sent again."


def settle(run: BulkRun) -> None:
    """Items of unknown end whose job tells by now what became of them. Nothing is sent."""
    for item in run.items.filter(state=State.UNKNOWN).select_related("job", "run__organization"):
        if run.verb == Verb.RESUBMIT:
            entry = run.organization.actions.filter(token=item.token).first()
            if entry and entry.outcome == Outcome.DONE:
                end_as(item, entry)
        elif _shows(item):
            end(item, State.DONE, "The answer was lost, but the job shows it.")


def pick_up(run: BulkRun) -> None:
    """For who takes the lease over from somebody that died: what had been started is never sent a second time."""
    for item in run.items.filter(state=State.STARTED).select_related("job", "run__organization"):
        if not was_sent(item):
            end(item, State.WAITING)
            continue
        _leave_open(item)
        end(item, State.UNKNOWN, INTERRUPTED)
    settle(run)


def _leave_open(item: BulkItem) -> None:
    """A submit that nobody waits for any more is looked for by the refresher, as one whose answer was lost."""
    for entry in item.run.organization.actions.filter(token=item.token, outcome=Outcome.STARTED):
        entry.finish(Outcome.UNKNOWN, words=INTERRUPTED)


def _shows(item: BulkItem) -> bool:
    if item.run.verb == Verb.DELETE:
        return item.job.gone_at is not None
    return item.job.state in (JobStatus.CANCELING, JobStatus.CANCELED)
