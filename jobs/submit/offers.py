"""What the submit form offers: datasets, scripts and their versions, containers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.utils import timezone

from jobs.domain import is_within
from jobs.models import Catalogue, Dataset, Organization, Submission
from jobs.storing import note
from jobs.sync import worker
from jobs.sync.connection import cloud_of
from jobs.viam.errors import CloudError

# Somebody who opens the form may have uploaded a script a minute ago.
OLD_WHEN_NEEDED = timedelta(seconds=30)


def expect_submit(organization: Organization) -> None:
    """Somebody opens the form: what it offers is brought up to date in the background."""
    worker.mark_viewed(organization)
    if not is_within(organization.catalogue_at, OLD_WHEN_NEEDED, timezone.now()):
        note(lambda: worker.ask_soon(organization, everything=True))


def expect_job(submission: Submission) -> None:
    """Somebody waits for the job of a submit whose answer was lost."""
    if submission.is_awaited:
        worker.mark_viewed(submission.organization)


def list_datasets(organization: Organization) -> list[Dataset]:
    """The organization's datasets, by name."""
    return list(organization.datasets.filter(missing_since=None))


def catalogue_of(organization: Organization) -> Catalogue:
    """Scripts and containers as they were listed last; an empty one before the first time."""
    return Catalogue.objects.filter(organization=organization).first() or Catalogue(organization=organization)


def script_versions(organization: Organization, script_id: str) -> Sequence[str]:
    """Newest first; of a script that is not in the catalogue the cloud is asked. Empty when nobody knows it."""
    script = catalogue_of(organization).script(script_id)
    if script is None and ":" in script_id:
        try:
            script = cloud_of(organization).get_script(script_id)
        except CloudError:
            return ()
    return script.versions if script else ()
