"""Runs in the background of a web process: started when they are confirmed, taken up again when somebody looks."""

from __future__ import annotations

import logging
import os
import threading

from django.db import DatabaseError, connections, transaction

from jobs.models import Actor, AuditEntry, BulkRun
from jobs.refresher.abandoned_items import is_free
from jobs.services.bulk.working import work

log = logging.getLogger(__name__)

State = BulkRun.State

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
    """A thread that ends with its run. It is no reason for a process to stay: whoever looks next takes the run up."""
    task = os.getpid(), pk
    with _starting:
        if task in _at_work and _at_work[task].is_alive():
            return
        _at_work[task] = threading.Thread(target=_run, args=[task], name=f"bulk-{pk}", daemon=True)
        _at_work[task].start()


def _run(task: tuple[int, int]) -> None:
    try:
        work(BulkRun.objects.select_related("organization__credentials", "actor").get(pk=task[1]))
    except (DatabaseError, BulkRun.DoesNotExist) as error:
        log.warning("Run %s: the database refused: %s", task[1], error)
    except Exception:
        log.exception("Run %s failed", task[1])
    finally:
        _at_work.pop(task, None)
        connections.close_all()
