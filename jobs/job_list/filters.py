"""What a person asks to see of a list of jobs, read from an address and written back into one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from typing import Any, Self
from urllib.parse import parse_qsl, urlencode

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce, Lower

from jobs.domain import GONE, STATUS_ORDER, UNKNOWN, ModelFramework, ModelType
from jobs.models import Job, Organization
from jobs.search.query import labelled, search
from jobs.ui.params import midnight, read_day, read_page

LONGEST = 200
PAGE_SIZES = (25, 50, 100)
ELSEWHERE, ME = "elsewhere", "me"
KINDS = {"managed": "Managed", "custom": "Custom script"}
# Sorted by what, and by which expressions; "created" backwards is how a list stands when nobody asks otherwise.
NEWEST = "-created"
SORTS: dict[str, Any] = {
    "status": F("status"),
    "model": Lower("model_name"),
    "version": F("model_version"),
    "training": F("script_id"),
    "dataset": F("dataset_id"),
    "who": F("submitted_by__username"),
    "created": F("sorted_on"),
    "time": Coalesce("training_ended", "last_modified") - F("training_started"),
}
# Parameters that are no filter: a page's own, and one that browsers or links add.
_KNOWN_BESIDES = {"page", "per", "sort", "part"}
_STATUS_WORDS = {*(status.word for status in STATUS_ORDER), UNKNOWN, GONE}


@dataclass(frozen=True, slots=True)
class Filters:
    """What makes no sense in an address is left out, never an error; `ignored` names it."""

    statuses: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    query: str = ""
    kind: str = ""
    type: str = ""
    framework: str = ""
    dataset: str = ""
    script: str = ""
    label: str = ""
    by: str = ""
    since: date | None = None
    until: date | None = None
    sort: str = NEWEST
    per: int = 50
    page: int = 1
    ignored: tuple[str, ...] = ()

    @classmethod
    def from_address(cls, values: Mapping[str, str]) -> Self:
        """Reads the parameters of an address: those of PARAMETERS, and page, per and sort."""
        told = {name: value.replace("\0", "").strip()[:LONGEST] for name, value in values.items()}
        found = {field: read(told[name]) for field, (name, read) in PARAMETERS.items() if told.get(name)}
        unknown = [name for name in told if name not in _NAMES | _KNOWN_BESIDES]
        senseless = [PARAMETERS[field][0] for field, value in found.items() if not value]
        return cls(**{**found, "ignored": tuple(dict.fromkeys([*unknown, *senseless]))}, **_reading(told))

    @classmethod
    def from_query(cls, query: str) -> Self:
        """The same from the text behind an address's question mark; forms name a status that is ticked one by one."""
        values: dict[str, str] = {}
        for name, value in parse_qsl(query):
            values[name] = f"{values[name]},{value}" if name in ("status", "not") and name in values else value
        return cls.from_address(values)

    def to_address(self, **changes: Any) -> str:
        """The query of an address, with changes: `to_address(page=2)`; a first page is not named."""
        asked = replace(self, **{"page": 1, **changes})
        return urlencode(dict(asked._parameters()))

    def without(self, field: str) -> str:
        """The query of the address that asks for the same, but not this."""
        return self.to_address(**{field: _NOTHING[field]})

    @property
    def besides_text(self) -> list[tuple[str, str]]:
        """What a search within this list has to bring along, as names and values."""
        return list(replace(self, query="", page=1)._parameters())

    @property
    def is_filtering(self) -> bool:
        return any(getattr(self, field) for field in PARAMETERS)

    @property
    def is_narrowing(self) -> bool:
        """More than a choice of status, whose counts are known."""
        return any(getattr(self, field) for field in PARAMETERS if field not in ("statuses", "excluded"))

    def _parameters(self) -> Iterator[tuple[str, str]]:
        for field, (name, _) in PARAMETERS.items():
            value = getattr(self, field)
            if value:
                yield name, ",".join(value) if isinstance(value, tuple) else str(value)
        for name, value, usual in (("sort", self.sort, NEWEST), ("per", self.per, 50), ("page", self.page, 1)):
            if value != usual:
                yield name, str(value)

    def narrow(self, jobs: QuerySet[Job], me: str = "") -> QuerySet[Job]:
        """Everything but status, text and order; `me` is the user name that "me" stands for."""
        exact = {"dataset_id": self.dataset, "script_id": self.script}
        jobs = jobs.filter(**{column: value for column, value in exact.items() if value})
        if self.kind:
            jobs = jobs.filter(is_custom=self.kind == "custom")
        if self.type:
            jobs = jobs.filter(model_type=ModelType[self.type.upper()])
        if self.framework:
            jobs = jobs.filter(model_framework=ModelFramework[self.framework.upper()])
        if self.by:
            whose = Q(submitted_by__username=me if self.by == ME else self.by)
            jobs = jobs.filter(Q(submitted_by=None) if self.by == ELSEWHERE else whose)
        if self.since:
            jobs = jobs.filter(sorted_on__gte=midnight(self.since))
        if self.until:
            jobs = jobs.filter(sorted_on__lt=midnight(self.until + timedelta(days=1)))
        return labelled(jobs, self.label) if self.label else jobs

    def of_status(self, jobs: QuerySet[Job]) -> QuerySet[Job]:
        """Jobs that vanished are shown when asked for only."""
        wanted = _of_words(self.statuses) if self.statuses else Q(gone_at=None)
        return jobs.filter(wanted & ~_of_words(self.excluded)) if self.excluded else jobs.filter(wanted)

    def counted(self, counts: Mapping[str, int]) -> int:
        """How many of these counts by status word are asked for."""
        words = self.statuses or [word for word in counts if word != GONE]
        return sum(counts.get(word, 0) for word in words if word not in self.excluded)

    def order(self) -> list[Any]:
        """Expressions to order by: what was asked for, then the newest first."""
        if self.sort.lstrip("-") == "created":
            return ["-sorted_on", "-id"] if self.sort == NEWEST else ["sorted_on", "id"]
        expression = SORTS[self.sort.lstrip("-")]
        first = expression.desc(nulls_last=True) if self.sort.startswith("-") else expression.asc(nulls_last=True)
        return [first, "-sorted_on", "-id"]


def _words(text: str) -> tuple[str, ...]:
    return tuple(word for word in dict.fromkeys(text.lower().split(",")) if word in _STATUS_WORDS)


def _one_of(legal: Mapping[str, str]) -> Any:
    return lambda text: text.lower() if text.lower() in legal else ""


# Each filter's name in addresses, and how its text is read. Names are kept for ever: people bookmark them.
PARAMETERS: dict[str, tuple[str, Any]] = {
    "statuses": ("status", _words),
    "excluded": ("not", _words),
    "query": ("q", str),
    "kind": ("kind", _one_of(KINDS)),
    "type": ("type", _one_of({choice.word: choice.label for choice in ModelType if choice})),
    "framework": ("framework", _one_of({choice.word: choice.label for choice in ModelFramework if choice})),
    "dataset": ("dataset", str),
    "script": ("script", str),
    "label": ("label", str),
    "by": ("by", str),
    "since": ("since", read_day),
    "until": ("until", read_day),
}
_NAMES = {name for name, _ in PARAMETERS.values()}
_NOTHING = {field.name: field.default for field in fields(Filters)}


def _reading(told: Mapping[str, str]) -> dict[str, Any]:
    """How the list is to be read: its order, its page, and how much is on a page."""
    per, sort = told.get("per", ""), told.get("sort", "")
    return {
        "page": read_page(told.get("page", "")),
        "per": int(per) if per in {str(size) for size in PAGE_SIZES} else 50,
        "sort": sort if sort.removeprefix("-") in SORTS else NEWEST,
    }


def _of_words(words: tuple[str, ...]) -> Q:
    numbers = [status.value for status in STATUS_ORDER if status.word in words]
    wanted = Q(status__in=numbers, gone_at=None)
    if UNKNOWN in words:
        wanted |= ~Q(status__in=STATUS_ORDER) & Q(gone_at=None)
    if GONE in words:
        wanted |= Q(gone_at__isnull=False)
    return wanted


# The jobs of an organization that a list's filters ask for.


def narrowed(organization: Organization, filters: Filters, me: str = "") -> QuerySet[Job]:
    """By everything but status; `me` is the user name that "me" stands for."""
    return filters.narrow(search(organization, filters.query), me)


def matching(organization: Organization, filters: Filters, me: str = "") -> QuerySet[Job]:
    """By status too; the order is the caller's."""
    return filters.of_status(narrowed(organization, filters, me))
