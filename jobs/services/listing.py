"""The list of an organization's jobs: filtered, counted, one page at a time, straight from the mirror."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from django.db.models import Q, QuerySet

from jobs import refresher
from jobs.domain import GONE, STATUS_ORDER, UNKNOWN
from jobs.mirror import count
from jobs.models import Job, Organization
from jobs.search import search
from jobs.services.freshness import Freshness, freshness, page_tag

PER_PAGE = 50
LONGEST_QUERY = 200


@dataclass(frozen=True, slots=True)
class Filters:
    """What a person asked to see, read from an address; what makes no sense there is left out, never an error."""

    statuses: tuple[str, ...] = ()
    query: str = ""
    page: int = 1

    @classmethod
    def from_address(cls, values: Mapping[str, str]) -> Self:
        legal = {*(status.word for status in STATUS_ORDER), UNKNOWN, GONE}
        words = dict.fromkeys(values.get("status", "").lower().split(","))
        page = values.get("page", "1")
        return cls(
            statuses=tuple(word for word in words if word in legal),
            query=values.get("q", "").replace("\0", "").strip()[:LONGEST_QUERY],
            page=max(1, int(page)) if page.isdecimal() and len(page) < 8 else 1,
        )

    @property
    def is_filtering(self) -> bool:
        return bool(self.statuses or self.query)


@dataclass(frozen=True, slots=True)
class Tab:
    """A status to filter by: its word in addresses, its label, how many jobs it would show."""

    word: str
    label: str
    count: int
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class JobPage:
    """One page of jobs; `total` counts all that match, `tabs` count by status what matches the search."""

    jobs: list[Job]
    filters: Filters
    tabs: list[Tab]
    total: int
    pages: int
    freshness: Freshness
    tag: str

    @property
    def page(self) -> int:
        return self.filters.page

    @property
    def first(self) -> int:
        """The number of the first job shown, from 1; 0 when there is none."""
        return (self.page - 1) * PER_PAGE + 1 if self.jobs else 0

    @property
    def last(self) -> int:
        return self.first + len(self.jobs) - 1 if self.jobs else 0


def list_jobs(organization: Organization, filters: Filters) -> JobPage:
    """The page that `filters` ask for; a page past the end is the last one. Looking keeps the organization fresh."""
    refresher.look(organization)
    found = search(organization, filters.query)
    counts = count(found) if filters.query else organization.counts
    total = _total(counts, filters)
    pages = max(1, -(-total // PER_PAGE))
    filters = Filters(filters.statuses, filters.query, min(filters.page, pages))
    jobs = _newest_first(_of_status(found, filters), (filters.page - 1) * PER_PAGE, total)
    for job in jobs:
        job.organization = organization
    return JobPage(
        jobs=name_datasets(organization, jobs),
        filters=filters,
        tabs=_tabs(counts, filters),
        total=total,
        pages=pages,
        freshness=freshness(organization),
        tag=page_tag(organization),
    )


def _newest_first(jobs: QuerySet[Job], start: int, total: int) -> list[Job]:
    """The page that begins at `start`, reached from the nearer end: the last page costs no more than the first."""
    if start <= total // 2:
        return list(jobs.order_by("-sorted_on", "-id")[start : start + PER_PAGE])
    end = total - start
    from_the_end = jobs.order_by("sorted_on", "id")[max(0, end - PER_PAGE) : end]
    return list(from_the_end)[::-1]


def name_datasets(organization: Organization, jobs: list[Job]) -> list[Job]:
    """The same jobs, each with the name of its dataset."""
    wanted = {job.dataset_id for job in jobs}
    names = dict(organization.datasets.filter(viam_id__in=wanted).values_list("viam_id", "name"))
    for job in jobs:
        job.dataset_name = names.get(job.dataset_id, "")
    return jobs


def watch_list(organization: Organization) -> str:
    """A poll: notes that somebody looks and tells the tag that the page would have now."""
    refresher.look(organization)
    return page_tag(organization)


def _total(counts: dict[str, int], filters: Filters) -> int:
    """Jobs that vanished are shown when asked for only."""
    words = filters.statuses or [word for word in counts if word != GONE]
    return sum(counts.get(word, 0) for word in words)


def _of_status(jobs: QuerySet[Job], filters: Filters) -> QuerySet[Job]:
    if not filters.statuses:
        return jobs.filter(gone_at=None)
    numbers = [status.value for status in STATUS_ORDER if status.word in filters.statuses]
    wanted = Q(status__in=numbers, gone_at=None)
    if UNKNOWN in filters.statuses:
        wanted |= ~Q(status__in=STATUS_ORDER) & Q(gone_at=None)
    if GONE in filters.statuses:
        wanted |= Q(gone_at__isnull=False)
    return jobs.filter(wanted)


def _tabs(counts: dict[str, int], filters: Filters) -> list[Tab]:
    shown = [(status.word, status.label) for status in STATUS_ORDER]
    shown += [(word, label) for word, label in ((UNKNOWN, "Unknown"), (GONE, "No longer in Viam")) if counts.get(word)]
    everything = sum(count for word, count in counts.items() if word != GONE)
    return [
        Tab("", "All", everything, not filters.statuses),
        *(Tab(word, label, counts.get(word, 0), word in filters.statuses) for word, label in shown),
    ]
