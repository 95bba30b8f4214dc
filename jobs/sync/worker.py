"""The background thread of a web worker. It starts with the first look, never at import: gRPC must not cross a fork.

Each refresh runs in a short-lived thread of its own, so that a cloud that doesn't answer for one organization holds up
no other.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable
from datetime import timedelta

from django import db
from django.conf import settings
from django.db import close_old_connections, connections
from django.db.models.functions import Now
from django.utils import timezone

from jobs.domain import is_within
from jobs.models import Organization
from jobs.storing import refuse_later_version
from jobs.sync import abandoned, connection, log_sync, write_failures
from jobs.sync.cycle import refresh_due
from jobs.sync.log_readings import organizations_with_outdated_readings, read_outdated
from jobs.sync.schedule import due

log = logging.getLogger(__name__)

TICK_SECONDS = 0.5
MAX_AT_ONCE = 16

_starting = threading.Lock()
_awake = threading.Event()
_running: tuple[int, threading.Thread] | None = None
_busy: dict[tuple[str, int], threading.Thread] = {}
_views: set[int] = set()


def ensure_running() -> None:
    """Starts this process's refresher unless it runs already or REFRESH_THREAD says no."""
    global _running
    if not settings.REFRESH_THREAD or _is_alive():
        return
    with _starting:
        if not _is_alive():
            _busy.clear()
            thread = threading.Thread(target=_run, name="refresher", daemon=True)
            _running = os.getpid(), thread
            thread.start()


def note_view(organization: Organization) -> None:
    """Somebody looks at it. Without a thread of ours nobody needs to know: `manage.py refresh` refreshes all."""
    if settings.REFRESH_THREAD:
        _views.add(organization.pk)
        wake()


def wake() -> None:
    """Don't wait for the next tick."""
    _awake.set()


def _is_alive() -> bool:
    return _running is not None and _running[0] == os.getpid() and _running[1].is_alive()


def _run() -> None:
    while True:
        tick()
        _awake.wait(TICK_SECONDS)
        _awake.clear()


def tick(*, unwatched: bool = False) -> None:
    """One look at what is due. Not while the database refuses what this process writes: the pause grows, see
    write_failures.py.
    """
    if not write_failures.may_try():
        return
    try:
        refuse_later_version()
        _write_views()
        start_due(unwatched=unwatched)
        write_failures.worked(write_failures.TICK)
    except db.Error as error:
        write_failures.failed(write_failures.TICK, error)
        close_old_connections()


def _write_views() -> None:
    """What the database refuses is kept for the next time."""
    looks = {_views.pop() for _ in range(len(_views))}
    if not looks:
        return
    try:
        Organization.objects.filter(pk__in=looks).update(viewed_at=Now())
    except db.Error:
        _views.update(looks)
        raise


def start_due(*, unwatched: bool = False) -> None:
    """Starts a thread for every organization that is due, for its jobs or for its logs; a bounded number at once.

    What somebody waits for comes first: logs that are being read, which no log that nobody reads holds up.
    """
    close_old_connections()
    connection.let_go()
    abandoned.settle()
    for organization in log_sync.organizations_with(log_sync.being_read(), unwatched=unwatched):
        _start("logs", organization, log_sync.save_read_logs)
    for organization in due(unwatched=unwatched):
        _start("jobs", organization, refresh_due)
    for organization in log_sync.organizations_with(log_sync.ended(), unwatched=unwatched):
        _start("ended logs", organization, log_sync.save_ended_logs)
    for organization in organizations_with_outdated_readings():
        _start("readings", organization, read_outdated)


def let_end(seconds: float) -> None:
    """Waits for what is under way: cut off, it would leave its lease behind."""
    deadline = time.monotonic() + seconds
    for running in list(_busy.values()):
        running.join(max(0.0, deadline - time.monotonic()))


def _start(what: str, organization: Organization, work: Callable[[Organization], object]) -> None:
    task = what, organization.pk
    if task in _busy or len(_busy) >= MAX_AT_ONCE:
        return
    name = f"{what}-{organization.slug}"
    _busy[task] = threading.Thread(target=_run_one, args=[task, organization, work], name=name, daemon=True)
    _busy[task].start()


def _run_one(task: tuple[str, int], organization: Organization, work: Callable[[Organization], object]) -> None:
    try:
        if work(organization):
            write_failures.worked(task)
    except db.Error as error:
        write_failures.failed(task, error)
    except Exception:
        log.exception("%s: refreshing the %s failed", organization.slug, task[0])
    finally:
        _busy.pop(task, None)
        connections.close_all()


def mark_viewed(organization: Organization) -> None:
    """Somebody looks. Written down rarely, and by the refresher: who looks never waits for the database's writer."""
    written_again_after = timedelta(seconds=settings.REFRESH_WATCHED_SECONDS / 3)
    now = timezone.now()
    if not is_within(organization.viewed_at, written_again_after, now):
        organization.viewed_at = now
        note_view(organization)
    ensure_running()


def ask_soon(organization: Organization, *, everything: bool = False) -> None:
    """The next refresh is due at once, for instance after an action of ours; `everything` asks for datasets too."""
    row = Organization.objects.filter(pk=organization.pk)
    row.update(due_at=Now(), viewed_at=Now())
    if everything:
        row.update(catalogue_at=None)
    wake()
