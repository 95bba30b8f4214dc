"""Asking the cloud about an organization's jobs: for all of them, or for what moves."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from jobs.domain import ACTIVE_STATUSES, JobStatus, ListedJob
from jobs.models import Organization
from jobs.viam import Cloud
from jobs.viam.errors import NotFound

# Jobs that left the active set are asked for one by one; when so many left at once, a complete list is cheaper.
MAX_SINGLE_CALLS = 20


@dataclass(frozen=True, slots=True)
class Request:
    """A request for jobs that is about to be sent. Of two requests of an organization, the later has the higher number,
    whichever process sends them and whatever happens to clocks.
    """

    number: int
    sent_at: datetime


@dataclass(frozen=True, slots=True)
class Answer:
    """What the cloud said to a request: `missing` are ids that it no longer knows.

    `is_single`: about one job, asked for beside the refreshes. `is_certain`: we did ourselves what it tells, so that
    jobs are there, or gone for sure, however young they are.
    """

    jobs: Collection[ListedJob]
    request: Request
    is_complete: bool
    missing: Collection[str] = ()
    is_single: bool = False
    is_certain: bool = False


def begin_request(organization: Organization) -> Request:
    """To be called before the cloud is asked."""
    row = Organization.objects.filter(pk=organization.pk)
    with transaction.atomic():
        row.update(last_request=F("last_request") + 1)
        number = row.values_list("last_request", flat=True).get()
    return Request(number, timezone.now())


def fetch_everything(organization: Organization, cloud: Cloud) -> Answer:
    """The complete list of jobs. Raises CloudError."""
    request = begin_request(organization)
    jobs = cloud.list_jobs(organization.viam_id, expected=organization.jobs.count())
    return Answer(jobs, request, is_complete=True)


def fetch_active(organization: Organization, cloud: Cloud) -> Answer | None:
    """What is active, and what became of jobs that no longer are; None when that needs the complete list.

    A status is asked for only when something can be in it: new jobs are pending, and only active ones move on.
    Raises CloudError.
    """
    request = begin_request(organization)
    known = organization.jobs.filter(status__in=ACTIVE_STATUSES, missing_since=None).values_list("viam_id", flat=True)
    active = list(known)
    statuses = ACTIVE_STATUSES if active else (JobStatus.PENDING,)
    found = {job.id: job for status in statuses for job in cloud.list_jobs(organization.viam_id, status)}
    left = [viam_id for viam_id in active if viam_id not in found]
    if len(left) > MAX_SINGLE_CALLS:
        return None
    missing = []
    for viam_id in left:
        try:
            found[viam_id] = cloud.get_job(viam_id)
        except NotFound:
            missing.append(viam_id)
    return Answer(list(found.values()), request, is_complete=False, missing=missing)
