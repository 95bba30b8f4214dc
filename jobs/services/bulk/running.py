"""Runs in the background of a web process: started when they are confirmed, taken up again when somebody looks."""

from __future__ import annotations

import logging
import os
import threading

from django.db import DatabaseError, connections, transaction

from jobs.models import BulkRun
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


def stop(run: BulkRun, who: str) -> bool:
    """After the job that is under way; False when it doesn't run any more."""
    running = BulkRun.objects.filter(pk=run.pk, state=State.RUNNING)
    return running.update(state=State.STOPPED, words=f"Stopped by {who}.") > 0


def go_on(run: BulkRun) -> bool:
    """With the jobs that still wait; in the name of the person who confirmed the run. False when it isn't stopped."""
    is_news = BulkRun.objects.filter(pk=run.pk, state=State.STOPPED).update(state=State.RUNNING, words="") > 0
    keep_going(run)
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
