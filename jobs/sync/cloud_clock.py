"""By how much the cloud's clock differs from ours, as far as the jobs tell that are new in an answer.

A job that was not in the last complete list was usually made after we asked for that, and before this answer came: its
`created_on`, in the cloud's time, bounds the difference on both sides. An older one was left out by that list, or has
moved here, so the newest of them counts alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.utils import timezone

from jobs.models import Job, Organization

# A time that is farther off says nothing of a clock: servers are minutes off, or an hour where zones are confused.
MOST = timedelta(hours=3)


def learn(organization: Organization, new: Iterable[Job]) -> None:
    """Called before the success is noted, so that `completed_at` is that of the last complete list before this answer.

    Between its bounds the difference stays what it was taken for.
    """
    if organization.completed_at is None:
        return  # The first load is the past of the organization.
    before, now = organization.completed_at, timezone.now()
    told = [job.created_on for job in new if job.created_on is not None and abs(job.created_on - now) < MOST]
    if not told:
        return
    newest = max(told)
    ahead = min(max(organization.clock_ahead, (newest - now).total_seconds()), (newest - before).total_seconds())
    if ahead != organization.clock_ahead:
        organization.clock_ahead = ahead
        organization.save(update_fields=["clock_ahead"])


def in_cloud_time(organization: Organization, moment: datetime) -> datetime:
    """A moment of our clock, as the cloud's shows it."""
    return moment + timedelta(seconds=organization.clock_ahead)
