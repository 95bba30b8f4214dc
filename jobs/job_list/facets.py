"""What a list can be narrowed to by one click: the values of a trait, and how many jobs each of them would show."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import Any

from django.db.models import Case, Count, F, QuerySet, Value, When
from django.db.models.expressions import Combinable
from django.utils import timezone

from jobs.domain import ModelType
from jobs.job_list.filter_kinds import Filter, Kind
from jobs.job_list.filters import BY_NAME, NOTHING, Filters
from jobs.models import Job
from jobs.permissions import Listed

# A menu that is longer is no menu; the form for all filters, and the search, reach the rest.
MAX_CHOICES = 30
PERIODS = {"Today": 0, "Since yesterday": 1, "The last 7 days": 6, "The last 30 days": 29, "The last 90 days": 89}

Narrowed = dict[str, Any]
Valued = tuple[str, Narrowed, int | None]


@dataclass(frozen=True, slots=True)
class Choice:
    """`query` is that of the same list narrowed to it, or no longer narrowed when it is the one in use.

    `count` is None where counting would say nothing.
    """

    label: str
    query: str
    count: int | None
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Facet:
    """A trait's choices, those with the most jobs first; `is_cut` when there are more than a menu holds."""

    word: str
    label: str
    choices: list[Choice]
    is_cut: bool = False


@dataclass(frozen=True, slots=True)
class Trait:
    """What jobs differ in: the filters that narrow to a value of it (their attributes), and the values of an
    organization's jobs.
    """

    label: str
    fields: tuple[str, ...]
    values: Callable[[Listed, QuerySet[Job]], Iterator[Valued]]


def facet_of(organization: Listed, filters: Filters, word: str, me: str = "") -> Facet:
    """The facet called `word`, one of FACETS; what it narrows to now is left aside, so that others can be chosen.

    `me` is the name of the user who looks.
    """
    trait = FACETS[word]
    nothing: Narrowed = {field: NOTHING[field] for field in trait.fields}
    found = organization.jobs.matching(replace(filters, **nothing), me).order_by()
    values = list(trait.values(organization, found))
    choices = [_choice(filters, nothing, *value) for value in values[:MAX_CHOICES]]
    return Facet(word, trait.label, choices, is_cut=len(values) > MAX_CHOICES)


def _choice(filters: Filters, nothing: Narrowed, label: str, narrowed: Narrowed, count: int | None) -> Choice:
    """Of what a list takes several of, each is added to those in use, or taken away from them."""
    wanted = nothing | narrowed
    is_chosen = all(getattr(filters, field) == value for field, value in wanted.items())
    for field, value in narrowed.items():
        if isinstance(value, tuple):
            chosen: tuple[str, ...] = getattr(filters, field)
            is_chosen = value[0] in chosen
            others = tuple(word for word in chosen if word not in value)
            nothing, wanted = {field: others}, {field: chosen + value}
    return Choice(label, filters.to_address(**nothing if is_chosen else wanted), count, is_chosen)


def _counted(jobs: QuerySet[Job], *columns: str | Combinable) -> Iterator[Any]:
    """Rows of the columns and a count; one more than a menu holds tells that there are more."""
    rows = jobs.values_list(*columns).annotate(number=Count("id")).order_by("-number", *columns)
    return iter(rows[: MAX_CHOICES + 2])


def _values(row: Filter, organization: Listed, jobs: QuerySet[Job]) -> Iterator[Valued]:
    """Those of a filter's column."""
    words = [(word, count) for value, count in _counted(jobs, row.column) if (word := row.word(value))]
    labels = row.labels(organization, [word for word, _ in words])
    for word, count in words:
        yield labels.get(word, word), {row.attribute: (word,) if row.kind == Kind.SEVERAL else word}, count


def _trainings(_: Listed, jobs: QuerySet[Job]) -> Iterator[Valued]:
    """Managed, and which type, or with which script, whatever type such a job may tell."""
    task = Case(When(is_custom=True, then=Value(0)), default=F("model_type"))
    for is_custom, script, number, count in _counted(jobs.annotate(task=task), "is_custom", "script_id", "task"):
        kind = ModelType(number)
        if is_custom and script:
            yield script, {"kind": "custom", "script": script}, count
        elif not is_custom and kind.is_known:
            yield f"Managed: {kind.label.lower()}", {"kind": "managed", "type": kind.word}, count


def _periods(_: Listed, __: QuerySet[Job]) -> Iterator[Valued]:
    """Days are those of whoever looks; the end is open, so that a link keeps its beginning."""
    today = timezone.localdate()
    for label, back in PERIODS.items():
        yield label, {"since": today - timedelta(days=back)}, None


def _menu(name: str) -> Trait:
    """Of one filter, whose column is counted."""
    row = BY_NAME[name]
    return Trait(row.label, (row.attribute,), partial(_values, row))


# By their words in addresses, in the order in which they are offered.
FACETS = {
    "training": Trait("Training", ("kind", "type", "script"), _trainings),
    **{name: _menu(name) for name in ("dataset", "framework", "container", "by", "tag")},
    "period": Trait("Period", ("since", "until"), _periods),
}
