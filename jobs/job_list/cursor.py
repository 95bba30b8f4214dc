"""Places in a sorted list: its next page begins behind a job, not at a number, so that whoever follows the pages while
jobs come, change and go meets each of the others once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from jobs.job_list.columns import NEWEST, ordered_by, sort_key
from jobs.models import Job, Organization
from jobs.permissions import AllOrganizations, Listed, each_of
from jobs.ui.params import Cursor

# Pages farther from the beginning are reached by following the list; those that are asked for by number are sorted.
MAX_EACH = 2_000
_MICROSECOND = timedelta(microseconds=1)


class Placed(Protocol):
    """What stands in a list: a job or a row of it."""

    @property
    def id(self) -> int: ...
    @property
    def sorted_on(self) -> datetime: ...


@dataclass(frozen=True, slots=True)
class Sorted:
    """Jobs of an organization, or of all, in the order of a list."""

    organization: Listed
    jobs: QuerySet[Job]
    sort: str
    as_of: datetime

    def first(self, count: int, start: int = 0) -> QuerySet[Job]:
        """So many from its beginning, or from the one at `start`."""
        return self._first(Q(), start, start + count)

    def last(self, count: int, start: int = 0) -> QuerySet[Job]:
        """The same from its end, the last first."""
        return self._first(Q(), start, start + count, is_backwards=True)

    def after(self, cursor: Cursor, count: int) -> QuerySet[Job]:
        return self._first(self._beyond(cursor, is_after=True), 0, count)

    def before(self, cursor: Cursor, count: int) -> QuerySet[Job]:
        """The last of them first."""
        return self._first(self._beyond(cursor, is_after=False), 0, count, is_backwards=True)

    def skipped(self, job: Placed) -> int:
        """How many stand before it."""
        return self._found(self._beyond(self.at(job), is_after=False)).count()

    def at(self, job: Placed) -> Cursor:
        """Its cursor."""
        if self._word not in ("time", "status"):
            return Cursor(job.sorted_on, job.id)
        key = self._key_of(job.id)
        if self._word == "status":
            return Cursor(job.sorted_on, job.id, key)
        return Cursor(job.sorted_on, job.id, None if key is None else key // _MICROSECOND, self.as_of)

    @property
    def _word(self) -> str:
        return self.sort.removeprefix("-")

    @property
    def _key(self) -> Any:
        return sort_key(self._word, self.as_of)

    def _found(self, where: Q) -> QuerySet[Job]:
        return self.jobs.alias(sort_key=self._key).filter(where).order_by(*ordered_by(self.sort, self.as_of))

    def _first(self, where: Q, start: int, stop: int, *, is_backwards: bool = False) -> QuerySet[Job]:
        found = self._found(where)
        if is_backwards:
            found = found.reverse()
        if isinstance(self.organization, AllOrganizations) and self._word == "created" and stop <= MAX_EACH:
            found = found.filter(self._near(found, stop, is_newest_first=(self.sort == NEWEST) != is_backwards))
        return found[start:stop]

    def _near(self, found: QuerySet[Job], count: int, *, is_newest_first: bool) -> Q:
        """What may be among the first so many: an organization that has so many by itself tells how far they reach.

        An index has the jobs of each organization in their order, and those of all in none: no others are sorted.
        """
        of_each = found.filter(organization=OuterRef("pk")).values("sorted_on")[count - 1 : count]
        rows = Organization.objects.filter(pk__in=[one.pk for one in each_of(self.organization)]).order_by()
        reached = [moment for moment in rows.values_list(Subquery(of_each), flat=True) if moment]
        if not reached:
            return Q()
        return Q(sorted_on__gte=max(reached)) if is_newest_first else Q(sorted_on__lte=min(reached))

    def _beyond(self, cursor: Cursor, *, is_after: bool) -> Q:
        is_backwards = self.sort.startswith("-")
        if self._word == "created":
            return cursor.beyond("sorted_on", "lt" if is_backwards == is_after else "gt")
        value = self._value_at(cursor)
        alike = cursor.beyond("sorted_on", "lt" if is_after else "gt")
        # Jobs without a value stand at the end.
        if value is None:
            return Q(sort_key=None) & alike if is_after else Q(sort_key__isnull=False) | alike
        other = Q(**{f"sort_key__{'lt' if is_backwards == is_after else 'gt'}": value})
        return other | (Q(sort_key=value) & alike) | (Q(sort_key=None) if is_after else Q(pk=None))

    def _value_at(self, cursor: Cursor) -> Any:
        """What the list is sorted by; texts stay with their job."""
        if self._word == "time":
            return None if cursor.key is None else cursor.key * _MICROSECOND
        if self._word == "status":
            return cursor.key
        return self._key_of(cursor.pk)

    def _key_of(self, pk: int) -> Any:
        row = self.organization.jobs.filter(pk=pk).annotate(sort_key=self._key)
        return row.values_list("sort_key", flat=True).first()


def sorted_by(organization: Listed, jobs: QuerySet[Job], sort: str, cursor: Cursor | None) -> Sorted:
    """Continued from the page that the cursor is of. To the minute, so that a page that is asked for again is the
    same.
    """
    as_of = cursor.as_of if cursor else None
    return Sorted(organization, jobs, sort, as_of or timezone.now().replace(second=0, microsecond=0))
