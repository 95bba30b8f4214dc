"""Whether somebody looks at an organization: only then is the cloud asked about it."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db.models.functions import Now
from django.utils import timezone

from jobs.domain import is_within
from jobs.models import Organization
from jobs.sync import worker


def mark_viewed(organization: Organization) -> None:
    """Somebody looks. Written down rarely, and by the refresher: who looks never waits for the database's writer."""
    written_again_after = timedelta(seconds=settings.REFRESH_WATCHED_SECONDS / 3)
    now = timezone.now()
    if not is_within(organization.looked_at, written_again_after, now):
        organization.looked_at = now
        worker.note_look(organization)
    worker.ensure_running()


def ask_soon(organization: Organization, *, everything: bool = False) -> None:
    """The next refresh is due at once, for instance after an action of ours; `everything` asks for datasets too."""
    row = Organization.objects.filter(pk=organization.pk)
    row.update(due_at=Now(), looked_at=Now())
    if everything:
        row.update(catalogue_at=None)
    worker.wake()
