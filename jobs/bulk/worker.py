"""Working a bulk action off, in the background of a web process: one job after the other, not too fast, and no further
than the person's rights reach.
"""

from __future__ import annotations

import logging
import os
import threading
from datetime import timedelta
from time import sleep

from django.db import DatabaseError, connections, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from jobs.actions.service import cancel_job, delete_job
from jobs.bulk.choose import POSSIBLE
from jobs.domain import VERSION_LAYOUT, Role
from jobs.lease import Lease
from jobs.models import RUN_LEASE, Actor, AuditEntry, BulkItem, BulkRun, Job, Submission, request_of
from jobs.permissions import missing
from jobs.storing import refuse_later_version
from jobs.submit.service import Unfit, submit_job
from jobs.sync.abandoned import is_free, pick_up
from jobs.viam.errors import CloudError, CredentialsUnreadable, Forbidden, Limited, NotSent, Refused, Unavailable

SECONDS_BETWEEN = 0.25
MAX_RUNS = 4
"""That are worked on at once, whichever processes do it; others wait for their turn."""
WAIT_FOR = timedelta(hours=1)
"""A run that was confirmed longer ago is taken up by who looks at it, and by nobody else."""
# A cloud that doesn't answer so often in a row is not asked for the rest of the list.
MAX_SILENCES = 3
SILENCES = (Unavailable, NotSent, Limited, Refused, Forbidden, CredentialsUnreadable)

State = BulkRun.State


def work(run: BulkRun) -> None:
    """Until it is done, stopped, or somebody else's. Does nothing when somebody works on it already, or on as many
    others as may be under way.

    Raises LaterVersion when the database is a later version's by now: a process of that one goes on.
    """
    runs = Q(state=State.RUNNING)
    lease = None if _is_full() else Lease.take(BulkRun.objects.filter(pk=run.pk), RUN_LEASE, when=runs)
    if lease is None:
        return
    # Of those that began in the same moment, the first confirmed go on.
    if _under_way().filter(pk__lt=run.pk).count() >= MAX_RUNS:
        lease.release()
        return
    pick_up(run)
    silences = 0
    while lease.renew(when=runs):
        refuse_later_version()
        reason = _reason_to_stop(run)
        item = _next(run)
        if reason or item is None:
            lease.release(state=State.STOPPED if reason else State.FINISHED, words=reason)
            return
        if not claim(item):
            continue
        error = act(item)
        silences = silences + 1 if isinstance(error, SILENCES) else 0
        if error and silences >= MAX_SILENCES:
            lease.release(state=State.STOPPED, words=_silent(error))
            return
        sleep(SECONDS_BETWEEN)
    lease.release()


def is_waiting(run: BulkRun) -> bool:
    """For its turn: so many others are under way."""
    is_idle = BulkRun.objects.filter(is_free(), pk=run.pk, state=State.RUNNING).exists()
    return is_idle and _is_full()


def _under_way() -> QuerySet[BulkRun]:
    return BulkRun.objects.filter(~is_free(), state=State.RUNNING)


def _is_full() -> bool:
    return _under_way().count() >= MAX_RUNS


def _next_in_line() -> BulkRun | None:
    """Confirmed lately, and nobody works on it. None while as many as may be are under way."""
    waiting = BulkRun.objects.filter(is_free(), state=State.RUNNING, created_at__gte=timezone.now() - WAIT_FOR)
    found = waiting.select_related("organization__credentials", "actor").order_by("pk")
    return None if _is_full() else found.first()


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
    if missing(user):
        return f"{run.actor_name} has no second factor, which this site requires."
    may = user.is_superuser or organization.memberships.filter(user=user, role__gte=Role.OPERATOR).exists()
    return "" if may else f"{run.actor_name} may no longer do this in {organization.name}."


def _silent(error: CloudError) -> str:
    return f"{MAX_SILENCES} jobs in a row failed the same way: {error.sentence} The rest were not tried."


# One job of a run: claimed by compare-and-swap, acted upon by the service that a person's click would call.


ItemState = BulkItem.State
Verb = BulkRun.Verb


def claim(item: BulkItem) -> bool:
    """Whether the job is ours to act upon: two processes never get the same one."""
    return bool(BulkItem.objects.filter(pk=item.pk, state=ItemState.WAITING).update(state=ItemState.STARTED))


def act(item: BulkItem) -> CloudError | None:
    """Does it, and writes down how it ended. Answers with what the cloud objected, if it did.

    Raises IntegrityError when somebody else acted upon it, who took the run while this process was held up.
    """
    job = item.job
    if not POSSIBLE[item.run.verb](job):
        end(item, ItemState.REFUSED, f"Nothing was sent: it is now {standing(job)}.")
        return None
    try:
        if item.run.verb == Verb.RESUBMIT:
            _send_again(item)
        else:
            _ask(item)
    except Unfit as unfit:
        end(item, ItemState.REFUSED, f"Nothing was sent: {unfit}")
    except CloudError as error:
        end(item, _after(item, error), str(error))
        return error
    return None


def _after(item: BulkItem, error: CloudError) -> ItemState:
    """Without an answer the end is open. A job of which nothing was sent waits for its next turn.

    A submit that was written down is over: its key answers the same for ever.
    """
    if isinstance(error, Unavailable):
        return ItemState.UNKNOWN
    is_free = item.run.verb != Verb.RESUBMIT or item.entry() is None
    return ItemState.WAITING if isinstance(error, NotSent) and is_free else ItemState.REFUSED


def end(item: BulkItem, state: ItemState, words: str = "", made_id: str = "") -> None:
    item.state, item.words, item.made_id = state, words, made_id
    item.save(update_fields=["state", "words", "made_id"])


def standing(job: Job) -> str:
    return "no longer in Viam" if job.missing_since else f"“{job.state.label}”"


def _ask(item: BulkItem) -> None:
    run = item.run
    service = cancel_job if run.verb == Verb.CANCEL else delete_job
    service(run.as_actor, run.organization, item.job.viam_id, run.reason, item=item)
    end(item, ItemState.DONE)


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
    end(item, ItemState.DONE, made_id=submission.job_id)


# Runs in the background of a web process: started when they are confirmed, taken up again when somebody looks.


log = logging.getLogger(__name__)


_starting = threading.Lock()
_at_work: dict[tuple[int, int], threading.Thread] = {}


def keep_going(run: BulkRun) -> None:
    """Sees to it that somebody works on the run, this process if nobody else: its last worker may have died."""
    if BulkRun.objects.filter(is_free(), pk=run.pk, state=State.RUNNING).exists():
        transaction.on_commit(lambda: _begin(run.pk))


def stop(run: BulkRun, actor: Actor) -> bool:
    """After the job that is under way; False when it doesn't run any more."""
    return _switch(run, actor, "run:stop", State.RUNNING, state=State.STOPPED, words=f"Stopped by {actor.user}.")


def go_on(run: BulkRun, actor: Actor) -> bool:
    """With the jobs that still wait; in the name of the person who confirmed the run. False when it isn't stopped."""
    is_news = _switch(run, actor, "run:continue", State.STOPPED, state=State.RUNNING, words="")
    keep_going(run)
    return is_news


def _switch(run: BulkRun, actor: Actor, action: str, before: State, **after: str) -> bool:
    """False when the run doesn't stand like `before`. Any operator may do it, whoever confirmed the run: what it does
    to each job is written down in the name of who did that, so who stopped it or made it go on stands by itself.
    """
    with transaction.atomic():
        is_news = BulkRun.objects.filter(pk=run.pk, state=before).update(**after) > 0
        if is_news:
            subject = f"“{run.name}” of {run.actor_name}"
            AuditEntry.record(actor, action, run.organization, subject=subject)
    return is_news


def _begin(pk: int) -> None:
    """A thread that ends with its run, and with those that waited for it. It is no reason for a process to stay:
    whoever looks next takes the run up.
    """
    task = os.getpid(), pk
    with _starting:
        mine = [other for other in _at_work if other[0] == task[0] and _at_work[other].is_alive()]
        if task in mine or len(mine) >= MAX_RUNS:
            return
        _at_work[task] = threading.Thread(target=_run, args=[task], name=f"bulk-{pk}", daemon=True)
        _at_work[task].start()


def _run(task: tuple[int, int]) -> None:
    try:
        run: BulkRun | None = BulkRun.objects.select_related("organization__credentials", "actor").get(pk=task[1])
        while run:
            work(run)
            run = _next_in_line()
    except (DatabaseError, BulkRun.DoesNotExist) as error:
        log.warning("Run %s: the database refused: %s", task[1], error)
    except Exception:
        log.exception("Run %s failed", task[1])
    finally:
        _at_work.pop(task, None)
        connections.close_all()
