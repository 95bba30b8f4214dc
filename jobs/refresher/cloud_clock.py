"""By how much the cloud's clock differs from ours, as far as the jobs tell that are new in an answer.

A job that was not in the last complete list was made after we asked for that, and before this answer came: its
`created_on`, in the cloud's time, bounds the difference on both sides.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.utils import timezone

from jobs.models import Job, Organization

# A time that is farther off says nothing of a clock.
MOST = timedelta(days=1)


def learn(organization: Organization, new: Iterable[Job]) -> None:
    """Called before the success is noted, so that `completed_at` is that of the last complete list before this answer.

    Between its bounds the difference stays what it was taken for.
    """
    if organization.completed_at is None:
        return  # The first load is the past of the organization.
    before, now = organization.completed_at, timezone.now()
    ahead = organization.clock_ahead
    for job in new:
        if job.created_on is not None and abs(job.created_on - now) < MOST:
            ahead = min(max(ahead, (job.created_on - now).total_seconds()), (job.created_on - before).total_seconds())
    if ahead != organization.clock_ahead:
        organization.clock_ahead = ahead
        organization.save(update_fields=["clock_ahead"])


def in_cloud_time(organization: Organization, moment: datetime) -> datetime:
    """A moment of our clock, as the cloud's shows it."""
    return moment + timedelta(seconds=organization.clock_ahead)
