"""What goes on in several organizations, and what failed in them lately: the jobs that somebody wants to see first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import QuerySet
from django.utils import timezone

from jobs.domain import ACTIVE_STATUSES, JobStatus
from jobs.models import Job, Organization

LATELY = timedelta(days=1)
# Of each organization so many are named; the number beside them tells of the others.
MOST_NAMED = 4
# Read for all organizations together: more than anybody looks through.
MOST_READ = 400


@dataclass(frozen=True, slots=True)
class Latest:
    """Of one organization: jobs under way and jobs that failed within a day, the newest first."""

    active: Sequence[Job] = ()
    failed: Sequence[Job] = ()


def latest_of(organizations: Sequence[Organization]) -> dict[int, Latest]:
    """By the organization's primary key; two queries, however many organizations there are."""
    jobs = Job.objects.filter(organization__in=organizations, gone_at=None).order_by("-sorted_on", "-id")
    active = _by_organization(jobs.filter(status__in=ACTIVE_STATUSES))
    since = timezone.now() - LATELY
    failed = _by_organization(jobs.filter(status=JobStatus.FAILED, sorted_on__gte=since))
    return {each.pk: Latest(active[each.pk], failed[each.pk]) for each in organizations}


def _by_organization(jobs: QuerySet[Job]) -> dict[int, list[Job]]:
    found: dict[int, list[Job]] = defaultdict(list)
    for job in jobs.select_related("organization")[:MOST_READ]:
        if len(found[job.organization_id]) < MOST_NAMED:
            found[job.organization_id].append(job)
    return found
