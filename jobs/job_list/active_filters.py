"""The filters in use, in words, each with a way to be rid of it; and what there is to filter by."""

from __future__ import annotations

from dataclasses import dataclass

from jobs.domain import GONE, MANAGED_TYPES, STATUS_ORDER, UNKNOWN, ModelFramework, ModelType
from jobs.job_list.filters import ELSEWHERE, KINDS, ME, Filters
from jobs.models import Organization

STATUS_LABELS = {status.word: status.label for status in STATUS_ORDER} | {UNKNOWN: "Unknown", GONE: "No longer in Viam"}
LABELS = {
    "query": "Contains",
    "kind": "Training",
    "type": "Type",
    "framework": "Framework",
    "dataset": "Dataset",
    "script": "Script",
    "label": "Label",
    "by": "Submitted by",
    "since": "Since",
    "until": "Until",
}
# Values that read better than they stand in addresses.
WORDS = {
    "kind": KINDS,
    "type": {choice.word: choice.label for choice in ModelType},
    "framework": {choice.word: choice.label for choice in ModelFramework},
    "by": {ME: "me", ELSEWHERE: "outside Trainyard"},
}
MOST_OFFERED = 200


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter in use; `without` is the query of the same list without it."""

    label: str
    text: str
    without: str


@dataclass(frozen=True, slots=True)
class Offer:
    """What a list can be filtered by, as pairs of a value in addresses and a label."""

    statuses: list[tuple[str, str]]
    kinds: list[tuple[str, str]]
    types: list[tuple[str, str]]
    frameworks: list[tuple[str, str]]
    datasets: list[tuple[str, str]]
    scripts: list[tuple[str, str]]
    people: list[tuple[str, str]]


def chips_of(organization: Organization, filters: Filters) -> tuple[Chip, ...]:
    """Statuses are no chips: the row of statuses above the list shows them."""
    used = [field for field in LABELS if getattr(filters, field)]
    return tuple(Chip(LABELS[field], _text(organization, field, filters), filters.without(field)) for field in used)


def _text(organization: Organization, field: str, filters: Filters) -> str:
    value = getattr(filters, field)
    if field == "dataset":
        return organization.datasets.filter(viam_id=value).values_list("name", flat=True).first() or str(value)
    return str(WORDS.get(field, {}).get(value, value))


def offer_filters(organization: Organization) -> Offer:
    """What occurs among the organization's jobs; bounded, since everything else can be typed into the search."""
    jobs = organization.jobs.order_by()
    used = set(jobs.values_list("dataset_id", flat=True).distinct()[:MOST_OFFERED])
    names = dict(organization.datasets.filter(viam_id__in=used).values_list("viam_id", "name"))
    scripts = jobs.filter(is_custom=True).values_list("script_id", flat=True).distinct()[:MOST_OFFERED]
    people = jobs.exclude(submitted_by=None).values_list("submitted_by__username", flat=True).distinct()[:MOST_OFFERED]
    return Offer(
        statuses=[*STATUS_LABELS.items()],
        kinds=[*KINDS.items()],
        types=[(choice.word, choice.label) for choice in MANAGED_TYPES],
        frameworks=[(choice.word, choice.label) for choice in ModelFramework if choice],
        datasets=sorted(((id_, names.get(id_, id_)) for id_ in used if id_), key=lambda pair: pair[1].lower()),
        scripts=sorted((id_, id_) for id_ in scripts if id_),
        people=[(ME, "Me"), *sorted((name, name) for name in people), (ELSEWHERE, "Outside Trainyard")],
    )
