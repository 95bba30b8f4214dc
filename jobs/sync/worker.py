"""The refresher: looks twice a second what is due, and starts it. `manage.py refresh` runs it, in a process of its own.

Each refresh runs in a short-lived thread of its own, so that a cloud that doesn't answer for one organization holds up
no other. Web processes only say what is wanted soon, and look whether a refresher runs anywhere.
"""

from __future__ import annotations

import logging
import os
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

from django import db
from django.conf import settings
from django.db import close_old_connections, connections
from django.db.models import Case, F, Q, When
from django.db.models.functions import Now
from django.utils import timezone

from jobs.domain import is_within
from jobs.models import Organization, Refresher
from jobs.storing import note, refusal_in, refuse_later_version
from jobs.sync import abandoned, connection, log_sync, write_failures
from jobs.sync.cycle import refresh_due
from jobs.sync.log_readings import organizations_with_outdated_readings, read_outdated
from jobs.sync.schedule import due, is_watched, watched_for

log = logging.getLogger(__name__)

TICK_SECONDS = 0.5
MAX_AT_ONCE = 16
LOOK: write_failures.Task = ("look", 0)
LOOKED_EVERY = 3.0
FORGOTTEN_AFTER = timedelta(days=1)

_busy: dict[tuple[str, int], threading.Thread] = {}
_beaten_at = _looked_at = float("-inf")
_is_seen = False


def tick() -> None:
    """One look at what is due. Not while the database refuses what this process writes: the pause grows, see
    write_failures.py.
    """
    if not write_failures.may_try():
        return
    try:
        refuse_later_version()
        beat()
        start_due()
        write_failures.worked(write_failures.TICK)
    except db.Error as error:
        write_failures.failed(write_failures.TICK, error)
        close_old_connections()


def start_due() -> None:
    """Starts a thread for every organization that is due, for its jobs or for its logs; a bounded number at once.

    What somebody waits for comes first: logs that are being read, which no log that nobody reads holds up.
    """
    close_old_connections()
    connection.let_go()
    abandoned.settle()
    for organization in log_sync.organizations_with(log_sync.being_read()):
        _start("logs", organization, log_sync.save_read_logs)
    for organization in due():
        _start("jobs", organization, refresh_due)
    for organization in log_sync.organizations_with(log_sync.ended()):
        _start("ended logs", organization, log_sync.save_ended_logs)
    for organization in organizations_with_outdated_readings():
        _start("readings", organization, read_outdated)


def let_end(seconds: float) -> None:
    """Waits for what is under way: cut off, it would leave its lease behind."""
    deadline = time.monotonic() + seconds
    for running in list(_busy.values()):
        running.join(max(0.0, deadline - time.monotonic()))


def silent_after() -> timedelta:
    """A refresher that said nothing for so long isn't there, or can't write: it says so six times as often."""
    return timedelta(seconds=max(10.0, 6 * settings.REFRESH_ACTIVE_SECONDS))


def _name() -> str:
    return f"{socket.gethostname()[:40]}:{os.getpid()}"


def beat() -> None:
    """Says, now and then, that this process refreshes."""
    global _beaten_at
    if time.monotonic() - _beaten_at < silent_after().total_seconds() / 6:
        return
    if not Refresher.objects.filter(name=_name()).update(seen_at=Now()):
        Refresher.objects.create(name=_name(), seen_at=Now())
    Refresher.objects.filter(seen_at__lt=Now() - FORGOTTEN_AFTER).delete()
    _beaten_at = time.monotonic()


def leave() -> None:
    """Says that it doesn't any more; where that can't be written, its silence will."""
    with suppress(db.Error):
        Refresher.objects.filter(name=_name()).delete()


def refreshers() -> int:
    """How many processes refresh, of all hosts, by the database's clock."""
    return Refresher.objects.filter(seen_at__range=(Now() - silent_after(), Now() + silent_after())).count()


def is_anybody_refreshing() -> bool:
    """Asked of the database every few seconds at most, however many pages want to know."""
    global _looked_at, _is_seen
    if time.monotonic() - _looked_at >= LOOKED_EVERY:
        _is_seen, _looked_at = bool(refreshers()), time.monotonic()
    return _is_seen


def is_forgotten(organization: Organization) -> bool:
    """Whether nobody refreshes it, since no refresher runs. One that isn't overdue is asked about as it should be."""
    is_wanted = organization.is_shown and organization.credentials_id is not None
    is_overdue = organization.due_at is None or organization.due_at < timezone.now() - silent_after()
    return is_wanted and is_overdue and not is_anybody_refreshing()


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


def mark_viewed(*organizations: Organization) -> None:
    """Somebody looks: what goes on there is refreshed often from now on, and at once if nobody looked before.

    Noted rarely, and who looks waits for no writer. What refuses it is told on pages (write_failures.py); that somebody
    else writes just now only when it keeps refreshers silent.
    """
    now = timezone.now()
    unseen = [each for each in organizations if not is_within(each.viewed_at, watched_for() / 3, now)]
    if not unseen or not write_failures.may_try():
        return
    for organization in unseen:
        organization.viewed_at = now
    refusal = note(lambda: _mark_viewed(unseen))
    if refusal is None:
        write_failures.worked(LOOK)
    elif refusal_in(refusal) or not is_anybody_refreshing():
        write_failures.failed(LOOK, refusal)


def _mark_viewed(organizations: list[Organization]) -> None:
    """The pause after a failure is kept: it may be that of a key which was refused."""
    refuse_later_version()
    is_early = Q(problem="", due_at__gt=Now()) & ~is_watched()
    due_at = Case(When(is_early, then=Now()), default=F("due_at"))
    pks = [organization.pk for organization in organizations]
    Organization.objects.filter(pk__in=pks).update(viewed_at=Now(), due_at=due_at)


def ask_soon(organization: Organization, *, everything: bool = False) -> None:
    """The next refresh is due at once, for instance after an action of ours; `everything` asks for datasets too."""
    row = Organization.objects.filter(pk=organization.pk)
    row.update(due_at=Now(), viewed_at=Now())
    if everything:
        row.update(catalogue_at=None)
