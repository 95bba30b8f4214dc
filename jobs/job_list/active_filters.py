"""The filters in use, in words, each with a way to be rid of it; the form that asks for all of them; and the statuses
above the list.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from jobs.domain import GONE, UNKNOWN
from jobs.job_list.filter_kinds import Filter, Kind
from jobs.job_list.filters import FILTERS, STATUSES, Filters
from jobs.permissions import Listed


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


def chips_of(organization: Listed, filters: Filters) -> tuple[Chip, ...]:
    """Statuses are no chips: the row of statuses above the list shows them."""
    return tuple(
        Chip(row.label, row.in_words(organization, value), filters.without(row.attribute))
        for row, value in filters.used()
    )


def form_of(organization: Listed, filters: Filters) -> FilterForm:
    """What occurs among the organization's jobs is offered."""
    rows = [row for row in FILTERS if row.kind > Kind.SEARCH]
    asked = [(row, getattr(filters, row.attribute)) for row in sorted(rows, key=lambda row: row.kind)]
    fields = [Field(row, _typed(value), row.offered(organization)) for row, value in asked]
    return FilterForm([*STATUSES.items()], fields)


def _typed(value: Any) -> str:
    """As somebody would type it."""
    return ", ".join(value) if isinstance(value, tuple) else str(value or "")


@dataclass(frozen=True, slots=True)
class StatusChoice:
    """A status to show or to leave out: its word in addresses, its label, how many jobs have it.

    `query` shows it alone, or no longer when it is; `toggled` shows it beside those that are chosen, or takes it away
    from them; `without` leaves it out.
    """

    word: str
    label: str
    count: int
    is_chosen: bool
    is_excluded: bool
    query: str
    toggled: str
    without: str


def statuses_of(counts: Mapping[str, int], filters: Filters) -> tuple[StatusChoice, ...]:
    """Those that jobs usually have, and the odd ones that some have now."""
    shown = [word for word in STATUSES if word not in (UNKNOWN, GONE) or counts.get(word)]
    return tuple(_status(filters, word, STATUSES[word], counts.get(word, 0)) for word in shown)


def _status(filters: Filters, word: str, label: str, count: int) -> StatusChoice:
    chosen, excluded = filters.statuses, filters.excluded
    is_chosen, is_excluded = word in chosen, word in excluded
    others = tuple(other for other in chosen if other != word)
    kept_out = tuple(other for other in excluded if other != word)
    shown = chosen if is_excluded else others if is_chosen else (*chosen, word)
    toggled = filters.to_address(statuses=shown, excluded=kept_out)
    query = toggled if is_excluded or chosen == (word,) else filters.to_address(statuses=(word,), excluded=())
    without = filters.to_address(statuses=others, excluded=(*kept_out, word))
    return StatusChoice(word, label, count, is_chosen, is_excluded, query, toggled, without)
