"""What is due, and one refresher per organization at a time, over all threads, processes and hosts.

All times are the database's, so that hosts with different clocks agree.
"""

from __future__ import annotations

import logging
from contextlib import suppress
from datetime import timedelta

from django import db
from django.conf import settings
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Now

from jobs import leasing
from jobs.models import AuditEntry, Organization, lease_is_over, persist
from jobs.sync import backoff

# Longer than the calls of one refresh together, so that it only runs out when its holder died.
LEASE = timedelta(seconds=60)

# So long it is tried to give a lease back, in seconds.
RELEASED_WITHIN = 15.0


def due(*, unwatched: bool = False) -> QuerySet[Organization]:
    """Organizations to refresh now, those that wait longest first; with `unwatched` also those nobody looks at.

    Where an action's outcome is unknown, somebody waits for it, looking or not, and also where it is not shown by now.
    """
    found = Organization.objects.filter(_is_due(), _is_free(), credentials__isnull=False)
    found = found.order_by(F("due_at").asc(nulls_first=True), "pk")
    wanted = Q(is_shown=True) if unwatched else Q(is_shown=True) & is_watched()
    return found.filter(wanted | has_open_actions())


def has_open_actions() -> Q:
    """Organizations with actions of which the cloud's lists are still to tell what became."""
    return Q(Exists(AuditEntry.awaited().filter(organization=OuterRef("pk"))))


def is_watched() -> Q:
    """Somebody looked lately. What lies in the future was written by a clock that was wrong."""
    span = timedelta(seconds=settings.REFRESH_WATCHED_SECONDS)
    return Q(looked_at__range=(Now() - span, Now() + span))


def take(organization: Organization) -> str | None:
    """The name under which the lease was taken, or None when somebody else was faster or the refresh isn't due."""
    return leasing.take(Organization.objects.filter(_is_due(), pk=organization.pk), LEASE)


def release(organization: Organization, owner: str) -> None:
    """Tried again while the database refuses: a lease that is left behind holds everybody up until it runs out.

    What goes wrong with the database is told by the refresh itself, not by this.
    """
    row = Organization.objects.filter(pk=organization.pk)
    with suppress(db.Error):
        persist(
            lambda: leasing.release(row, owner),
            what="that a lease is over",
            seconds=RELEASED_WITHIN,
            level=logging.DEBUG,
        )


def _is_due() -> Q:
    """A time that is farther off than any pause was written before the clock was set back."""
    return Q(due_at=None) | Q(due_at__lte=Now()) | Q(due_at__gt=Now() + backoff.longest())


def _is_free() -> Q:
    return lease_is_over(LEASE)
