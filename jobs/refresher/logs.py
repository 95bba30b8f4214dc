"""Looking after logs in the background: those that people read at once, those that would expire at a gentle pace."""

from __future__ import annotations

import time

from django.db.models import Exists, OuterRef, QuerySet

from jobs import log_keeper, viam
from jobs.errors import CloudError
from jobs.models import Organization
from jobs.refresher.lease import is_watched

MOST_READ_AT_ONCE = 20
# Ended jobs whose log nobody reads: so many, then a pause, so that a long history doesn't flood the cloud with calls.
SWEPT_AT_ONCE = 5
PAUSE_SECONDS = 5.0

_swept: dict[int, float] = {}


def organizations_with_due_logs(*, unwatched: bool = False) -> QuerySet[Organization]:
    """Organizations of which some log is to be looked after; with `unwatched` also those that nobody looks at."""
    of_this = {"job__organization": OuterRef("pk")}
    found = Organization.objects.filter(is_shown=True, credentials__isnull=False, problem="")
    found = found.filter(
        Exists(log_keeper.being_read().filter(**of_this)) | Exists(log_keeper.ended().filter(**of_this))
    )
    if unwatched:
        return found
    return found.filter(is_watched())


def save_logs(organization: Organization) -> int:
    """The number of lines that were added."""
    credentials = organization.credentials
    if credentials is None:
        return 0
    try:
        cloud = viam.connect(credentials.allowed_endpoint(), credentials.credentials())
    except CloudError:
        return 0  # Refreshing the jobs tells of it.
    of_this = {"job__organization": organization}
    added = log_keeper.save_some(log_keeper.being_read().filter(**of_this), cloud, MOST_READ_AT_ONCE)
    if time.monotonic() - _swept.get(organization.pk, -PAUSE_SECONDS) >= PAUSE_SECONDS:
        added += log_keeper.save_some(log_keeper.ended().filter(**of_this), cloud, SWEPT_AT_ONCE)
        _swept[organization.pk] = time.monotonic()
    return added
