"""Places in a sorted list: its next page begins behind a job, not at a number, so that whoever follows the pages while
jobs come, change and go meets each of the others once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from django.db.models import Q, QuerySet
from django.utils import timezone

from jobs.job_list.columns import ordered_by, sort_key
from jobs.models import Job, Organization
from jobs.ui.params import Cursor

_MICROSECOND = timedelta(microseconds=1)


class Placed(Protocol):
    """What stands in a list: a job or a row of it."""

    @property
    def id(self) -> int: ...
    @property
    def sorted_on(self) -> datetime: ...


@dataclass(frozen=True, slots=True)
class Sorted:
    """Jobs of an organization in the order of a list."""

    organization: Organization
    jobs: QuerySet[Job]
    sort: str
    as_of: datetime

    @property
    def whole(self) -> QuerySet[Job]:
        return self._found(Q())

    def after(self, cursor: Cursor) -> QuerySet[Job]:
        return self._found(self._beyond(cursor, is_after=True))

    def before(self, cursor: Cursor) -> QuerySet[Job]:
        """The last of them first."""
        return self._found(self._beyond(cursor, is_after=False)).reverse()

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


def sorted_by(organization: Organization, jobs: QuerySet[Job], sort: str, cursor: Cursor | None) -> Sorted:
    """Continued from the page that the cursor is of. To the minute, so that a page that is asked for again is the
    same.
    """
    as_of = cursor.as_of if cursor else None
    return Sorted(organization, jobs, sort, as_of or timezone.now().replace(second=0, microsecond=0))
