"""What a list of jobs can be filtered by, in one table, and what a person asks for: read from an address, written back.

Form, chips, menus, the API and its description follow from the table.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from typing import Any, Self
from urllib.parse import parse_qsl, urlencode

from django.db.models import Case, F, Q, When
from django.utils import timezone

from jobs.domain import GONE, MANAGED_TYPES, STATUS_ORDER, UNKNOWN, ModelFramework, ModelType
from jobs.job_list.columns import NEWEST, SORTS, ordered_by
from jobs.job_list.filter_kinds import Filter, Kind
from jobs.models import Catalogue, starred, tag_name, tagged
from jobs.permissions import AllOrganizations, Listed, each_of
from jobs.search.query import labelled, mentioning
from jobs.ui.params import Cursor, midnight, read_number, read_page

MAX_LENGTH = 200
PAGE_SIZES = (25, 50, 100)
ELSEWHERE, ME = "elsewhere", "me"
# Parameters that are no filter: a page's own, and one that browsers or links add.
_KNOWN_BESIDES = {"page", "per", "sort", "part", "after", "before", "view"}
STATUSES = {status.word: status.label for status in STATUS_ORDER} | {UNKNOWN: "Unknown", GONE: "No longer in Viam"}
_KINDS = {"managed": "Managed", "custom": "Custom script"}
_TYPES = {choice.word: choice.label for choice in (*MANAGED_TYPES, ModelType.UNSPECIFIED)}
_FRAMEWORKS = {choice.word: choice.label for choice in ModelFramework if choice}
_PEOPLE = {ME: "Me", ELSEWHERE: "Outside Trainyard"}


def _number(column: str, choices: type[ModelType | ModelFramework]) -> Callable[[str, Listed, str], Q]:
    return lambda word, *_: Q(**{column: choices[word.upper()]})


def _framework_word(number: int) -> str:
    framework = ModelFramework(number)
    return framework.word if framework and framework.is_known else ""


def _dataset_names(organization: Listed, ids: Iterable[str]) -> dict[str, str]:
    """Names that several organizations use tell whose each is."""
    names = organization.datasets.names_of(ids)
    if isinstance(organization, AllOrganizations):
        used = Counter(names.values())
        alike = organization.datasets.filter(viam_id__in=[one for one, name in names.items() if used[name] > 1])
        names |= {
            one.viam_id: f"{names[one.viam_id]} · {one.organization}" for one in alike.select_related("organization")
        }
    return names


def _container_names(organization: Listed, told: Iterable[str]) -> dict[str, str]:
    """Keys of the organization's own, of which jobs tell the id; two of them may share a key, which names neither."""
    catalogues = Catalogue.objects.filter(organization__in=each_of(organization))
    own = [one for catalogue in catalogues for one in catalogue.containers if one.is_own and one.key]
    keys = Counter(one.key for one in own)
    return {one.id: one.key for one in own if one.id in told and keys[one.key] == 1}


def _submitted_by(name: str, _: Listed, person: str) -> Q:
    return Q(submitted_by=None) if name == ELSEWHERE else Q(submitted_by__username=person if name == ME else name)


def _since(day: date, *_: object) -> Q:
    return Q(sorted_on__gte=midnight(day))


def _until(day: date, *_: object) -> Q:
    return Q(sorted_on__lt=midnight(day + timedelta(days=1)))


FILTERS = (
    Filter(
        *("status", "Status", Kind.STATUSES, f"Words of statuses, separated by commas: {', '.join(STATUSES)}."),
        choices=STATUSES,
        in_filters="statuses",
    ),
    Filter("not", "Not", Kind.STATUSES, "Statuses to exclude.", choices=STATUSES, in_filters="excluded"),
    Filter(
        *("q", "Contains", Kind.SEARCH),
        about="Words that must all appear in name, version, dataset, script, labels or id; ten at most.",
        where=lambda words, organization, _: mentioning(organization, words),
        in_filters="query",
    ),
    Filter("kind", "Training", Kind.ONE_OF, choices=_KINDS, where=lambda word, *_: Q(is_custom=word == "custom")),
    Filter("type", "Type", Kind.ONE_OF, choices=_TYPES, where=_number("model_type", ModelType)),
    Filter(
        *("framework", "Framework", Kind.ONE_OF),
        choices=_FRAMEWORKS,
        where=_number("model_framework", ModelFramework),
        column="model_framework",
        word=_framework_word,
    ),
    Filter("dataset", "Dataset", Kind.FOUND, "A dataset's id.", column="dataset_id", names=_dataset_names),
    Filter("script", "Script", Kind.FOUND, "A training script's id.", column="script_id", among=Q(is_custom=True)),
    Filter(
        *("container", "Container", Kind.FOUND, "A container's key, or the id of one of the organization's own."),
        where=lambda told, *_: Q(container_version=told) | Q(container_version="", container_id=told),
        column=Case(When(container_version="", then=F("container_id")), default=F("container_version")),
        among=Q(is_custom=True),
        names=_container_names,
    ),
    Filter("label", "Label", Kind.TEXT, "A label, exactly.", where=lambda label, *_: labelled(label)),
    Filter(
        *("by", "Submitted by", Kind.FOUND, "A user name, me, or elsewhere.", _submitted_by, _PEOPLE),
        in_chips={ME: "me", ELSEWHERE: "outside Trainyard"},
        column="submitted_by__username",
        among=~Q(submitted_by=None),
        word=lambda name: name or ELSEWHERE,
    ),
    Filter(
        *("tag", "Tag", Kind.SEVERAL, "Tags, separated by commas: jobs with any of them."),
        where=lambda tags, organization, _: tagged(each_of(organization), tags),
        column="tags__name",
        word=lambda name: tag_name(name or ""),
        in_filters="tags",
        asked="Tags",
    ),
    Filter(
        *("starred", "Starred", Kind.ONE_OF, "me: jobs that you starred."),
        where=lambda _, organization, person: starred(each_of(organization), person),
        choices={ME: "By me"},
        in_chips={ME: "by me"},
    ),
    Filter("since", "Since", Kind.DAY, "A day: created on it or later.", _since, asked="Created since"),
    Filter("until", "Until", Kind.DAY, "A day: created on it or earlier.", _until, asked="Created until"),
)
BY_NAME = {row.name: row for row in FILTERS}
AT_THE_BEGINNING: dict[str, Any] = {"page": 1, "after": None, "before": None}
_ATTRIBUTES = {row.name: row.attribute for row in FILTERS}
_OF_SEVERAL = {row.name for row in FILTERS if row.kind in (Kind.STATUSES, Kind.SEVERAL)}
_NOT_OF_STATUS = [(row, row.attribute) for row in FILTERS if row.kind != Kind.STATUSES]


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
    container: str = ""
    label: str = ""
    by: str = ""
    tags: tuple[str, ...] = ()
    starred: str = ""
    since: date | None = None
    until: date | None = None
    sort: str = NEWEST
    per: int = 50
    page: int = 1
    # The page begins behind this job, or ends before it; else it is counted from the beginning.
    after: Cursor | None = None
    before: Cursor | None = None
    # The saved view that was opened, whatever was changed of it since.
    view: int = 0
    ignored: tuple[str, ...] = ()

    @classmethod
    def from_address(cls, values: Mapping[str, str]) -> Self:
        """Reads the parameters of an address: those of FILTERS, and page, per and sort."""
        told = {name: value.replace("\0", "").strip()[:MAX_LENGTH] for name, value in values.items()}
        found = {name: row.read(told[name]) for name, row in BY_NAME.items() if told.get(name)}
        unknown = [name for name in told if name not in BY_NAME and name not in _KNOWN_BESIDES]
        cursors = {name: Cursor.read(told[name]) for name in ("after", "before") if told.get(name)}
        senseless = [name for name, value in [*found.items(), *cursors.items()] if not value]
        ignored = tuple(dict.fromkeys([*unknown, *senseless]))
        asked = {_ATTRIBUTES[name]: value for name, value in found.items()}
        return cls(**asked, ignored=ignored, **_reading(told) | cursors)

    @classmethod
    def from_query(cls, query: str) -> Self:
        """The same from the text behind an address's question mark; forms name what is chosen one by one."""
        values: dict[str, str] = {}
        for name, value in parse_qsl(query):
            values[name] = f"{values[name]},{value}" if name in _OF_SEVERAL and name in values else value
        return cls.from_address(values)

    @property
    def sizes(self) -> list[tuple[int, str]]:
        """How many jobs a page may hold, and the query for it."""
        return [(size, self.to_address(per=size)) for size in PAGE_SIZES]

    def to_address(self, **changes: Any) -> str:
        """The query of an address, with changes: `to_address(page=2)`; a first page is not named."""
        asked = replace(self, **AT_THE_BEGINNING | changes)
        return urlencode(dict(asked._parameters()))

    def without(self, attribute: str) -> str:
        """The query of the address that asks for the same, but not this."""
        return self.to_address(**{attribute: NOTHING[attribute]})

    @property
    def besides_text(self) -> list[tuple[str, str]]:
        """What a search within this list has to bring along, as names and values."""
        return list(replace(self, query="", **AT_THE_BEGINNING)._parameters())

    def used(self) -> list[tuple[Filter, Any]]:
        """The filters that are asked for, statuses aside, each with its value."""
        return [(row, value) for row, attribute in _NOT_OF_STATUS if (value := getattr(self, attribute))]

    @property
    def is_filtering(self) -> bool:
        return bool(self.statuses or self.excluded or self.is_narrowing)

    @property
    def is_narrowing(self) -> bool:
        """More than a choice of status, whose counts are known."""
        return bool(self.used())

    def _parameters(self) -> Iterator[tuple[str, str]]:
        for name, attribute in _ATTRIBUTES.items():
            value = getattr(self, attribute)
            if value:
                yield name, ",".join(value) if isinstance(value, tuple) else str(value)
        for name, value, usual in self._how():
            if value != usual:
                yield name, str(value)
        for name, cursor in (("after", self.after), ("before", self.before)):
            if cursor:
                yield name, str(cursor)

    def _how(self) -> tuple[tuple[str, Any, Any], ...]:
        """How the list is read, by the names of parameters, with what is usual."""
        return ("sort", self.sort, NEWEST), ("per", self.per, 50), ("page", self.page, 1), ("view", self.view, 0)

    def narrowing(self, organization: Listed, person: str) -> Q:
        """Everything but status."""
        asked = Q()
        for row, value in self.used():
            asked &= row.asks_for(value, organization, person)
        return asked

    def of_status(self) -> Q:
        """Jobs that vanished are shown when asked for only."""
        wanted = _of_words(self.statuses) if self.statuses else Q(missing_since=None)
        return wanted & ~_of_words(self.excluded) if self.excluded else wanted

    def counted(self, counts: Mapping[str, int]) -> int:
        """How many of these counts by status word are asked for."""
        words = self.statuses or [word for word in counts if word != GONE]
        return sum(counts.get(word, 0) for word in words if word not in self.excluded)

    def order(self) -> list[Any]:
        """Expressions to order by."""
        return ordered_by(self.sort, timezone.now())


NOTHING = {attribute.name: attribute.default for attribute in fields(Filters)}


def _reading(told: Mapping[str, str]) -> dict[str, Any]:
    """How the list is to be read: its order, its page, and how much is on a page."""
    per, sort, view = (told.get(name, "") for name in ("per", "sort", "view"))
    size = int(per) if per in map(str, PAGE_SIZES) else 50
    return {
        "page": read_page(told.get("page", "")),
        "per": size,
        "sort": sort if sort.removeprefix("-") in SORTS else NEWEST,
        "view": read_number(view),
    }


def _of_words(words: tuple[str, ...]) -> Q:
    numbers = [status.value for status in STATUS_ORDER if status.word in words]
    wanted = Q(status__in=numbers, missing_since=None)
    if UNKNOWN in words:
        wanted |= ~Q(status__in=STATUS_ORDER) & Q(missing_since=None)
    if GONE in words:
        wanted |= Q(missing_since__isnull=False)
    return wanted
