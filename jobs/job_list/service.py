"""The list of jobs, of an organization or of all of them: filtered, counted, one page at a time, straight from the
mirror.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from jobs.domain import GONE, UNKNOWN, Role
from jobs.job_list.active_filters import Chip, StatusChoice, chips_of, statuses_of
from jobs.job_list.columns import NEWEST, OF_ALL_ORGANIZATIONS, SHOWN, TIME, TOLD, Column, JobRow, rows_of, told
from jobs.job_list.cursor import Sorted, sorted_by
from jobs.job_list.facets import FACETS
from jobs.job_list.filters import AT_THE_BEGINNING, ME, PAGE_SIZES, Filters
from jobs.models import Job
from jobs.organizations.freshness import Freshness, freshness_of, tag_of
from jobs.permissions import AllOrganizations, Listed, each_of
from jobs.sync import worker
from jobs.sync.apply import count
from jobs.ui.csv_export import list_cell, time_cell


@dataclass(frozen=True, slots=True)
class Heading:
    """A column's heading: how the list is sorted by it now, and the query that sorts by it; none where it can't be."""

    column: Column
    order: str = ""
    query: str = ""


@dataclass(frozen=True, slots=True)
class JobPage:
    """One page of jobs; `total` counts all that match, `statuses` count by status what matches everything else."""

    jobs: tuple[JobRow, ...]
    filters: Filters
    statuses: tuple[StatusChoice, ...]
    chips: tuple[Chip, ...]
    total: int
    pages: int
    freshness: Freshness
    tag: str
    # How many jobs stand before it, and the queries of the pages beside it; empty at an end of the list.
    skipped: int = 0
    newer: str = ""
    older: str = ""
    is_of_all: bool = False

    @property
    def title(self) -> str:
        if not self.is_of_all:
            return "Jobs"
        return "My jobs" if self.filters.by == ME else "All jobs"

    @property
    def is_over(self) -> bool:
        """Nothing on it goes on, so that it looks the same as long as it is the same."""
        return all(job.is_over for job in self.jobs)

    @property
    def is_nobodys(self) -> bool:
        """All of its jobs were started elsewhere."""
        return not any(job.who for job in self.jobs)

    @property
    def page(self) -> int:
        return self.filters.page

    @property
    def first(self) -> int:
        """The number of the first job shown, from 1; 0 when there is none."""
        return self.skipped + 1 if self.jobs else 0

    @property
    def last(self) -> int:
        return self.first + len(self.jobs) - 1 if self.jobs else 0

    @property
    def headings(self) -> list[Heading]:
        return [_heading(self.filters, column) for column in (OF_ALL_ORGANIZATIONS if self.is_of_all else SHOWN)]

    @property
    def narrowed(self) -> list[str]:
        """The words of the facets that are in use."""
        return [word for word, trait in FACETS.items() if any(getattr(self.filters, field) for field in trait.fields)]

    @property
    def everything(self) -> int:
        """How many jobs there are of any status; those that vanished aside."""
        return sum(choice.count for choice in self.statuses if choice.word != GONE)

    @property
    def has_uncommon(self) -> bool:
        """Whether some have a status that jobs don't usually have, so that an empty list has something to offer."""
        return any(choice.word in (UNKNOWN, GONE) for choice in self.statuses)

    @property
    def of_any_status(self) -> str:
        """The query without a choice of statuses."""
        return self.filters.to_address(statuses=(), excluded=())


def list_jobs(organization: Listed, role: Role, filters: Filters, me: str = "") -> JobPage:
    """The page that `filters` ask for; a page past the end is the last one. Looking keeps the organization fresh.

    `me` is the name of the user who looks, `role` what they are here.
    """
    worker.mark_viewed(*each_of(organization))
    found = organization.jobs.of_any_status(filters, me)
    counts = _counts(organization, filters, found, me) if filters.is_narrowing else organization.counts
    total = filters.counted(counts)
    pages = max(1, -(-total // filters.per))
    filters = replace(filters, page=min(filters.page, pages))
    window = _window(organization, found.filter(filters.of_status()), filters, total, me)
    return JobPage(
        jobs=window.jobs,
        filters=filters,
        skipped=window.skipped,
        newer=window.newer,
        older=window.older,
        statuses=statuses_of(counts, filters),
        chips=chips_of(organization, filters) if filters.is_filtering else (),
        total=total,
        pages=pages,
        freshness=freshness_of(organization, role),
        tag=tag_of(organization, role),
        is_of_all=isinstance(organization, AllOrganizations),
    )


MAX_REMEMBERED = 500
_counted: dict[Hashable, dict[str, int]] = {}


def _counts(organization: Listed, filters: Filters, found: QuerySet[Job], me: str) -> dict[str, int]:
    """Jobs by status word, counted once for each version of the mirror and each question: all pages of an answer, and
    everybody who asks the same, share it.
    """
    of_no_page = {**AT_THE_BEGINNING, "ignored": ()}
    asked = replace(filters, statuses=(), excluded=(), sort=NEWEST, per=PAGE_SIZES[0], view=0, **of_no_page)
    # Days begin at another moment elsewhere.
    zone = timezone.get_current_timezone_name() if filters.since or filters.until else ""
    reader = (me if filters.by == ME or filters.starred else "", zone)
    now = tuple((each.pk, each.version, each.catalogue_at) for each in each_of(organization))
    key = (now, asked, reader)
    if key not in _counted:
        if len(_counted) >= MAX_REMEMBERED:
            _counted.clear()
        _counted[key] = count(found)
    return _counted[key]


def forget_counts() -> None:
    """Counts everything anew from now on."""
    _counted.clear()


@dataclass(frozen=True, slots=True)
class _Window:
    """The rows of a page; see JobPage."""

    jobs: tuple[JobRow, ...]
    skipped: int
    newer: str
    older: str


def _window(organization: Listed, jobs: QuerySet[Job], filters: Filters, total: int, me: str) -> _Window:
    """A page that a cursor names; the one that is counted where it names none, or an empty one."""
    ordered = sorted_by(organization, jobs, filters.sort, filters.after or filters.before)
    rows = _beside_cursor(ordered, filters, me)
    skipped = ordered.skipped(rows[0]) if rows else 0
    if not rows:
        rows, skipped = _counted_page(ordered, filters, total, me), (filters.page - 1) * filters.per
    newer = older = ""
    if rows and skipped:
        is_near = skipped <= filters.per
        newer = filters.to_address() if is_near else filters.to_address(before=ordered.at(rows[0]))
    if rows and skipped + len(rows) < total:
        older = filters.to_address(after=ordered.at(rows[-1]))
    return _Window(rows, skipped, newer, older)


def _beside_cursor(ordered: Sorted, filters: Filters, me: str) -> tuple[JobRow, ...]:
    if filters.after:
        return rows_of(ordered.organization, ordered.after(filters.after, filters.per), me)
    if filters.before:
        return rows_of(ordered.organization, ordered.before(filters.before, filters.per), me)[::-1]
    return ()


def _counted_page(ordered: Sorted, filters: Filters, total: int, me: str) -> tuple[JobRow, ...]:
    """Of the newest first, reached from the nearer end: the last page costs no more than the first."""
    start = (filters.page - 1) * filters.per
    if filters.sort != NEWEST or start <= total // 2:
        return rows_of(ordered.organization, ordered.first(filters.per, start), me)
    end = total - start
    skipped = max(0, end - filters.per)
    return rows_of(ordered.organization, ordered.last(end - skipped, skipped), me)[::-1]


def watch_list(organization: Listed, role: Role) -> str:
    """A poll: notes that somebody looks and tells the tag that the page would have now."""
    worker.mark_viewed(*each_of(organization))
    return tag_of(organization, role)


def _heading(filters: Filters, column: Column) -> Heading:
    """Sorted by it once more, a list is turned around."""
    if not column.can_sort:
        return Heading(column)
    word, backwards = column.word, f"-{column.word}"
    order = {word: "ascending", backwards: "descending"}.get(filters.sort, "")
    first = backwards if column.is_last_first else word
    turned = word if filters.sort == backwards else backwards
    return Heading(column, order, filters.to_address(sort=turned if order else first))


@dataclass(frozen=True, slots=True)
class Portion:
    """Some of the jobs that match, `total` of all; `next` is the query of the following portion, empty for the last."""

    jobs: list[dict[str, Any]]
    total: int
    next: str


def portion_of(organization: Listed, filters: Filters, me: str = "") -> Portion:
    """The page that `filters` ask for. A program that asks keeps the organization fresh, as people do."""
    worker.mark_viewed(*each_of(organization))
    found = organization.jobs.matching(filters, me).select_related("submitted_by", "organization")
    ordered = sorted_by(organization, found, filters.sort, filters.after)
    # One more tells whether there are more.
    most, start = filters.per + 1, (filters.page - 1) * filters.per
    rows = list(ordered.after(filters.after, most) if filters.after else ordered.first(most, start))
    shown = rows[: filters.per]
    following = filters.to_address(after=ordered.at(shown[-1])) if len(rows) > len(shown) else ""
    return Portion(told(shown, me), found.count(), following)


_AT_ONCE = 500


def all_rows(organization: Listed, filters: Filters, me: str = "") -> Iterator[list[str]]:
    """All that match, as rows of a table, headings first; read in portions."""
    found = organization.jobs.matching(filters, me)
    yield [*TOLD]
    ordered = found.select_related("submitted_by", "organization").order_by(*filters.order())
    read = ordered.iterator(chunk_size=_AT_ONCE)
    while portion := list(islice(read, _AT_ONCE)):
        for values in told(portion, me):
            yield [_cell(TOLD[name], value) for name, value in values.items()]


def _cell(column: Column, value: Any) -> str:
    if value and column.schema is TIME:
        return time_cell(datetime.fromisoformat(value))
    if isinstance(value, list):
        return list_cell(map(str, value))
    if isinstance(value, dict):
        return list_cell(f"{key}={one}" for key, one in value.items())
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
