"""The organizations of the site and how their jobs stand; and loading one in the foreground, for commands that end."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, QuerySet
from django.utils import timezone

from jobs.domain import ACTIVE_STATUSES, GONE, STATUS_ORDER, JobStatus
from jobs.models import Job, Organization
from jobs.organizations.freshness import Freshness, freshness, page_tag
from jobs.permissions import Access
from jobs.sync import cycle, worker
from jobs.viam.errors import every_kind

ANY_STATUS = (*STATUS_ORDER, JobStatus.UNSPECIFIED)


@dataclass(frozen=True, slots=True)
class Standing:
    """An organization with its jobs by status, those to see first, and how fresh all of it is.

    `counts` are the jobs that go on, whenever they began, and those that ended which are from the last day; `total` are
    all that it has.
    """

    access: Access
    counts: list[tuple[JobStatus, int]]
    total: int
    latest: Latest
    freshness: Freshness

    @property
    def more_active(self) -> int:
        """How many go on besides those that are named."""
        return max(0, sum(count for status, count in self.counts if _goes_on(status)) - len(self.latest.active))

    @property
    def more_failed(self) -> int:
        return max(0, dict(self.counts).get(JobStatus.FAILED, 0) - len(self.latest.failed))


def list_organizations(accesses: Sequence[Access]) -> list[Standing]:
    """How these organizations stand, each with its jobs to see first."""
    organizations = [access.organization for access in accesses]
    latest, lately = latest_of(organizations), _ended_lately(organizations)
    return [_standing(access, latest[access.organization.pk], lately[access.organization.pk]) for access in accesses]


def watch_organizations(accesses: Iterable[Access]) -> str:
    """A poll: notes that somebody looks and tells the tag that the page would have now."""
    seen = list(accesses)
    worker.mark_viewed(*(access.organization for access in seen))
    return ".".join(page_tag(access.organization, access.role) for access in seen)


def _standing(access: Access, latest: Latest, lately: dict[int, int]) -> Standing:
    counts = access.organization.counts
    told = [
        (status, counts.get(status.word, 0) if _goes_on(status) else lately.get(status, 0)) for status in ANY_STATUS
    ]
    return Standing(
        access=access,
        counts=[(status, count) for status, count in told if count],
        total=sum(number for word, number in counts.items() if word != GONE),
        latest=latest,
        freshness=freshness(access.organization, access.role),
    )


def _goes_on(status: JobStatus) -> bool:
    return status in ACTIVE_STATUSES or not status


def _ended_lately(organizations: Sequence[Organization]) -> dict[int, dict[int, int]]:
    """Jobs of the last day by status, by the organization's primary key; one query."""
    jobs = Job.objects.filter(
        organization__in=organizations, missing_since=None, sorted_on__gte=timezone.now() - LATELY
    )
    found: dict[int, dict[int, int]] = defaultdict(dict)
    for pk, status, count in jobs.order_by().values_list("organization", "status").annotate(Count("id")):
        found[pk][status] = count
    return found


# What goes on in several organizations, and what failed in them lately: the jobs that somebody wants to see first.


LATELY = timedelta(days=1)
# Of each organization so many are named; the number beside them tells of the others.
MAX_NAMED = 4
# Read for all organizations together: more than anybody looks through.
MAX_READ = 400


@dataclass(frozen=True, slots=True)
class Latest:
    """Of one organization: jobs under way and jobs that failed within a day, the newest first."""

    active: Sequence[Job] = ()
    failed: Sequence[Job] = ()


def latest_of(organizations: Sequence[Organization]) -> dict[int, Latest]:
    """By the organization's primary key; two queries, however many organizations there are."""
    jobs = Job.objects.filter(organization__in=organizations, missing_since=None).order_by("-sorted_on", "-id")
    active = _by_organization(jobs.filter(status__in=ACTIVE_STATUSES))
    since = timezone.now() - LATELY
    failed = _by_organization(jobs.filter(status=JobStatus.FAILED, sorted_on__gte=since))
    return {each.pk: Latest(active[each.pk], failed[each.pk]) for each in organizations}


def _by_organization(jobs: QuerySet[Job]) -> dict[int, list[Job]]:
    found: dict[int, list[Job]] = defaultdict(list)
    for job in jobs.select_related("organization")[:MAX_READ]:
        if len(found[job.organization_id]) < MAX_NAMED:
            found[job.organization_id].append(job)
    return found


PAUSE_SECONDS = 0.5
# As long as a lease lasts: whoever holds it longer is dead.
MAX_PAUSES = 120


def load(organization: Organization) -> None:
    """Refreshes the organization at once; waits for its turn while another process is at it.

    `organization` is brought up to date, its problem included.
    """
    for _ in range(MAX_PAUSES):
        if cycle.refresh_now(organization):
            break
        time.sleep(PAUSE_SECONDS)
    organization.refresh_from_db()


def describe(organization: Organization) -> str:
    """How the organization stands, in one line: its number of jobs, or what went wrong."""
    if organization.problem:
        sentence = every_kind()[organization.problem].sentence
        return f"{organization.name}: {sentence} {organization.problem_words}".rstrip()
    return f"{organization.name}: {organization.jobs.filter(missing_since=None).count()} jobs"
