"""When an organization is refreshed, and by whom: what is due, how long to pause, one refresher at a time.

One of all threads, processes and hosts refreshes an organization. All times are the database's, so that hosts with
different clocks agree. How long to wait is decided by what moves when all is well, by what went wrong otherwise.
"""

from __future__ import annotations

import logging
import random
from contextlib import suppress
from datetime import timedelta

from django import db
from django.conf import settings
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Now

from jobs.lease import Lease
from jobs.models import AuditEntry, Organization, lease_is_over, persist
from jobs.viam.errors import (
    CloudError,
    CredentialsUnreadable,
    DatabaseFull,
    DatabaseReadOnly,
    Forbidden,
    Limited,
    NotStored,
    Refused,
    TimedOut,
    Unreachable,
)

# Longer than the calls of one refresh together, so that it only runs out when its holder died.
LEASE = timedelta(seconds=60)

# So long it is tried to give a lease back, in seconds.
RELEASED_WITHIN = 15.0

MAX_PAUSE = 60.0
# What was refused to a key stays refused until somebody acts; asking often would look like an attack.
PAUSE_WHEN_REFUSED = 300.0
PAUSE_WHEN_LIMITED = 30.0
# The first silence is often that of one dead connection, which was given up for it.
PAUSE_WHEN_SILENT = 1.0
GROWTH = 1.6


def due() -> QuerySet[Organization]:
    """Organizations to refresh now, those that wait longest first, whether somebody looks or not.

    Where an action's outcome is unknown, somebody waits for it, also where it is not shown by now.
    """
    found = Organization.objects.filter(_is_due(), lease_is_over(LEASE), credentials__isnull=False)
    found = found.order_by(F("due_at").asc(nulls_first=True), "pk")
    return found.filter(Q(is_shown=True) | has_open_actions())


def has_open_actions() -> Q:
    """Organizations with actions of which the cloud's lists are still to tell what became."""
    return Q(Exists(AuditEntry.awaited().filter(organization=OuterRef("pk"))))


def is_watched() -> Q:
    """Somebody looked lately. What lies in the future was written by a clock that was wrong."""
    span = watched_for()
    return Q(viewed_at__range=(Now() - span, Now() + span))


def watched_for() -> timedelta:
    return timedelta(seconds=settings.REFRESH_WATCHED_SECONDS)


def take(organization: Organization) -> Lease | None:
    """None when somebody else was faster or the refresh isn't due."""
    return Lease.take(Organization.objects.filter(pk=organization.pk), LEASE, when=_is_due())


def release(lease: Lease) -> None:
    """Tried again while the database refuses: a lease that is left behind holds everybody up until it runs out.

    What goes wrong with the database is told by the refresh itself, not by this.
    """
    with suppress(db.Error):
        persist(
            lease.release,
            what="that a lease is over",
            seconds=RELEASED_WITHIN,
            level=logging.DEBUG,
        )


def _is_due() -> Q:
    """A time that is farther off than any pause was written before the clock was set back."""
    return Q(due_at=None) | Q(due_at__lte=Now()) | Q(due_at__gt=Now() + longest_pause())


def after_success(*, is_active: bool, is_watched: bool) -> timedelta:
    """Where nobody looks, what goes on may be some seconds older: a look has it asked for at once (worker.py)."""
    seconds = settings.REFRESH_ACTIVE_SECONDS if is_active and is_watched else settings.REFRESH_QUIET_SECONDS
    return _jittered(seconds)


def between_complete_lists(*, is_active: bool) -> timedelta:
    """How old a complete list may be; longer when nothing moves."""
    seconds = settings.REFRESH_COMPLETE_SECONDS if is_active else settings.REFRESH_QUIET_COMPLETE_SECONDS
    return timedelta(seconds=seconds)


def after_failure(error: CloudError, failures: int) -> timedelta:
    """`failures` counts the failed refreshes in a row, this one included."""
    if isinstance(error, Refused | Forbidden | CredentialsUnreadable):
        return _jittered(PAUSE_WHEN_REFUSED)
    if isinstance(error, TimedOut) and failures == 1:
        return _jittered(min(PAUSE_WHEN_SILENT, settings.REFRESH_ACTIVE_SECONDS))
    least = PAUSE_WHEN_LIMITED if isinstance(error, Limited) else settings.REFRESH_ACTIVE_SECONDS
    return _jittered(min(_most(error), least * GROWTH ** min(failures - 1, 20)))


def longest_pause() -> timedelta:
    """No pause is longer."""
    return timedelta(
        seconds=1.2 * max(PAUSE_WHEN_REFUSED, settings.REFRESH_ACTIVE_SECONDS, settings.REFRESH_QUIET_SECONDS)
    )


def _most(error: CloudError) -> float:
    """Who isn't there hears no knock, and who is silent makes us wait: their return shall be seen soon."""
    interval: float = settings.REFRESH_ACTIVE_SECONDS
    if isinstance(error, Unreachable):
        return interval
    # Whoever locks a database lets go of it by themselves; a full disk waits for somebody.
    is_brief = isinstance(error, NotStored) and not isinstance(error, DatabaseFull | DatabaseReadOnly)
    return 2 * interval if is_brief or isinstance(error, TimedOut) else MAX_PAUSE


def _jittered(seconds: float) -> timedelta:
    """Up to a tenth more, so that many organizations don't ask in the same moment."""
    return timedelta(seconds=seconds * random.uniform(1.0, 1.1))
