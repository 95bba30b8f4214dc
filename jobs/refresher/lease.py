"""What is due, and one refresher per organization at a time, over all threads, processes and hosts.

The lease is a row and compare-and-swap. All times are the database's, so that hosts with different clocks agree.
"""

from __future__ import annotations

import os
import secrets
import socket
from datetime import timedelta

from django.conf import settings
from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from jobs.models import Organization

# Longer than the calls of one refresh together, so that it only runs out when its holder died.
LEASE = timedelta(seconds=60)

_IS_DUE = Q(due_at=None) | Q(due_at__lte=Now())
_IS_FREE = Q(lease_until=None) | Q(lease_until__lt=Now())


def due(*, unwatched: bool = False) -> QuerySet[Organization]:
    """Organizations to refresh now; with `unwatched` also those that nobody looks at."""
    found = Organization.objects.filter(_IS_DUE, _IS_FREE, is_shown=True, credentials__isnull=False)
    if unwatched:
        return found
    return found.filter(looked_at__gte=Now() - timedelta(seconds=settings.REFRESH_WATCHED_SECONDS))


def take(organization: Organization) -> str | None:
    """The name under which the lease was taken, or None when somebody else was faster or the refresh isn't due."""
    owner = f"{socket.gethostname()[:40]}:{os.getpid()}:{secrets.token_hex(4)}"
    taken = Organization.objects.filter(_IS_DUE, _IS_FREE, pk=organization.pk).update(
        lease_owner=owner, lease_until=Now() + LEASE
    )
    return owner if taken else None


def release(organization: Organization, owner: str) -> None:
    Organization.objects.filter(pk=organization.pk, lease_owner=owner).update(lease_owner="", lease_until=None)
