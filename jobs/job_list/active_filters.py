"""The filters in use, in words, each with a way to be rid of it; and the form that asks for all of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from jobs.job_list.filter_kinds import Filter, Kind
from jobs.job_list.filters import FILTERS, STATUSES, Filters
from jobs.models import Organization


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter in use; `without` is the query of the same list without it."""

    label: str
    text: str
    without: str


@dataclass(frozen=True, slots=True)
class Field:
    """A field of the form: a choice when there are choices, as pairs of a value in addresses and a label."""

    filter: Filter
    value: str
    choices: list[tuple[str, str]]

    @property
    def label(self) -> str:
        return self.filter.asked or self.filter.label

    @property
    def is_choice(self) -> bool:
        return self.filter.kind in (Kind.ONE_OF, Kind.FOUND)

    @property
    def is_day(self) -> bool:
        return self.filter.kind == Kind.DAY


@dataclass(frozen=True, slots=True)
class FilterForm:
    """What a list can be filtered by, filled as it is now; statuses are shown or left out, as words and labels."""

    statuses: list[tuple[str, str]]
    fields: list[Field]


def chips_of(organization: Organization, filters: Filters) -> tuple[Chip, ...]:
    """Statuses are no chips: the row of statuses above the list shows them."""
    return tuple(
        Chip(row.label, row.in_words(organization, value), filters.without(row.attribute))
        for row, value in filters.used()
    )


def form_of(organization: Organization, filters: Filters) -> FilterForm:
    """What occurs among the organization's jobs is offered."""
    rows = [row for row in FILTERS if row.kind > Kind.SEARCH]
    asked = [(row, getattr(filters, row.attribute)) for row in sorted(rows, key=lambda row: row.kind)]
    fields = [Field(row, _typed(value), row.offered(organization)) for row, value in asked]
    return FilterForm([*STATUSES.items()], fields)


def _typed(value: Any) -> str:
    """As somebody would type it."""
    return ", ".join(value) if isinstance(value, tuple) else str(value or "")
