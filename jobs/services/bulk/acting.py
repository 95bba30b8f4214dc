"""One job of a run: claimed by compare-and-swap, acted upon by the service that a person's click would call."""

from __future__ import annotations

from jobs.domain import VERSION_LAYOUT
from jobs.errors import CloudError, NotSent, Unavailable
from jobs.models import BulkItem, BulkRun, Job, Submission, request_of
from jobs.services.bulk.choosing import POSSIBLE
from jobs.services.jobs import cancel_job, delete_job
from jobs.services.submitting import Unfit, submit_job

State = BulkItem.State
Verb = BulkRun.Verb


def claim(item: BulkItem) -> bool:
    """Whether the job is ours to act upon: two processes never get the same one."""
    return bool(BulkItem.objects.filter(pk=item.pk, state=State.WAITING).update(state=State.STARTED))


def act(item: BulkItem) -> CloudError | None:
    """Does it, and writes down how it ended. Answers with what the cloud objected, if it did."""
    job = item.job
    if not POSSIBLE[item.run.verb](job):
        end(item, State.REFUSED, f"Nothing was sent: it is now {standing(job)}.")
        return None
    try:
        if item.run.verb == Verb.RESUBMIT:
            _send_again(item)
        else:
            _ask(item)
    except Unfit as unfit:
        end(item, State.REFUSED, f"Nothing was sent: {unfit}")
    except CloudError as error:
        end(item, _after(item, error), str(error))
        return error
    return None


def _after(item: BulkItem, error: CloudError) -> State:
    """Without an answer the end is open. A job of which nothing was sent waits for its next turn.

    A submit that was written down is over: its key answers the same for ever.
    """
    if isinstance(error, Unavailable):
        return State.UNKNOWN
    is_free = item.run.verb != Verb.RESUBMIT or item.entry() is None
    return State.WAITING if isinstance(error, NotSent) and is_free else State.REFUSED


def end(item: BulkItem, state: State, words: str = "", made_id: str = "") -> None:
    item.state, item.words, item.made_id = state, words, made_id
    item.save(update_fields=["state", "words", "made_id"])


def standing(job: Job) -> str:
    return "no longer in Viam" if job.gone_at else f"“{job.state.label}”"


def _ask(item: BulkItem) -> None:
    run = item.run
    service = cancel_job if run.verb == Verb.CANCEL else delete_job
    service(run.as_actor, run.organization, item.job.viam_id, run.reason)
    end(item, State.DONE)


def _send_again(item: BulkItem) -> None:
    """The version is made of the run's time and the job's place in it: new, and the same when it is sent again."""
    run = item.run
    version = f"{run.created_at:{VERSION_LAYOUT}}-{item.number}"
    submission = submit_job(
        actor=run.as_actor,
        organization=run.organization,
        request=request_of(item.job, version),
        token=item.token,
        is_meant=True,
        source=item.job,
    )
    if submission.error:
        raise submission.error
    if submission.state != Submission.State.DONE:
        raise Unavailable(submission.words)
    end(item, State.DONE, made_id=submission.job_id)
