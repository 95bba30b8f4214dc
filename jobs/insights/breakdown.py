"""The same jobs by what they are made of, by who started them, and by why they failed."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.models import User

from jobs.domain import ModelType
from jobs.error_fingerprint import title
from jobs.insights import queries
from jobs.insights.queries import Rows
from jobs.insights.stats import OUTCOMES, Tally, about, outcome_of
from jobs.models import Job, Organization

# So many are told apart in each breakdown; what is left is told together.
MAX_COUNT = 8
CUSTOM, MANAGED = "Custom script", "Managed"
ELSEWHERE = "Outside Trainyard"
LEFT = "Former member"


@dataclass(slots=True)
class Share(Tally):
    """Some of the jobs: what they have in common, how they ended, how long they ran. Without `filters` they have no
    list of their own."""

    label: str
    filters: dict[str, str] = field(default_factory=dict)
    ran_seconds: int = 0

    @property
    def ran_words(self) -> str:
        return about(self.ran_seconds) if self.ran_seconds > 0 else ""

    @property
    def query(self) -> str:
        return urlencode(self.filters)

    @property
    def parts(self) -> list[tuple[str, int]]:
        return [(word, self.outcomes[word]) for word in OUTCOMES if self.outcomes[word]]

    def add(self, status: int, count: int, ran_seconds: int | None) -> None:
        self.outcomes[outcome_of(status)] += count
        self.ran_seconds += int(ran_seconds or 0)

    def take(self, other: Share) -> None:
        self.outcomes.update(other.outcomes)
        self.ran_seconds += other.ran_seconds

    def give(self, other: Share) -> None:
        self.outcomes.subtract(other.outcomes)
        self.ran_seconds -= other.ran_seconds


@dataclass(frozen=True, slots=True)
class Breakdown:
    """Shares of the whole, the largest first; a bar as long as the largest has this many jobs."""

    title: str
    shares: list[Share]

    @property
    def head(self) -> str:
        return self.title.removeprefix("By ").capitalize()

    @property
    def largest(self) -> int:
        return max((share.total for share in self.shares), default=0)


def breakdowns(organization: Organization, recipes: Rows, left: Rows) -> list[Breakdown]:
    """By type, script, dataset and person, from the answers to `queries.by_recipe` and `by_those_who_left`."""
    datasets = dict(organization.datasets.values_list("viam_id", "name"))
    people = dict(User.objects.filter(pk__in={row[4] for row in recipes}).values_list("pk", "username"))
    return [
        Breakdown("By type", _largest(_shares(recipes, _type))),
        Breakdown("By script", _largest(_shares(recipes, _script))),
        Breakdown("By dataset", _largest(_shares(recipes, lambda row: _dataset(row, datasets)))),
        Breakdown("Submitted by", _largest(_people(_shares(recipes, lambda row: _person(row, people)), left))),
    ]


Named = tuple[str, dict[str, str]]


def _shares(rows: Rows, name: Callable[[tuple[Any, ...]], Named]) -> list[Share]:
    found: dict[str, Share] = {}
    for row in rows:
        label, filters = name(row)
        share = found.setdefault(repr(filters) if filters else label, Share(label, filters))
        share.add(*row[-3:])
    return list(found.values())


def _largest(shares: Iterable[Share]) -> list[Share]:
    """The largest ones, then what is left in one."""
    ordered = sorted(shares, key=lambda share: (-share.total, share.label))
    if len(ordered) <= MAX_COUNT + 1:
        return ordered
    rest = Share(f"{len(ordered) - MAX_COUNT} others")
    for share in ordered[MAX_COUNT:]:
        rest.take(share)
    return [*ordered[:MAX_COUNT], rest]


def _type(row: tuple[Any, ...]) -> Named:
    return (CUSTOM, {"kind": "custom"}) if row[0] else _managed(row[1])


@cache
def _managed(number: int) -> Named:
    kind = ModelType(number)
    if kind.is_known:
        return f"Managed: {str(kind.label).lower()}", {"kind": "managed", "type": kind.word}
    return MANAGED, {"kind": "managed"}


def _script(row: tuple[Any, ...]) -> Named:
    if not row[0]:
        return "Managed", {"kind": "managed"}
    return (row[2], {"script": row[2]}) if row[2] else ("Custom script, unknown", {})


def _dataset(row: tuple[Any, ...], names: dict[str, str]) -> Named:
    dataset = row[3]
    return (names.get(dataset) or dataset, {"dataset": dataset}) if dataset else ("No dataset", {})


def _person(row: tuple[Any, ...], people: dict[int, str]) -> Named:
    name = people.get(row[4])
    return (name, {"by": name}) if name else (ELSEWHERE, {})


def _people(shares: list[Share], left: Rows) -> list[Share]:
    """Whose account is gone, their jobs look as if they had been started elsewhere."""
    gone = Share(LEFT)
    for counted in left:
        gone.add(*counted)
    for share in shares:
        if share.label == ELSEWHERE and not share.filters:
            share.give(gone)
    return [share for share in [*shares, gone] if share.total > 0]


MAX_FAILURES = 6


@dataclass(frozen=True, slots=True)
class FailureGroup:
    """Jobs that failed alike: the newest one's words, how many there are, how many models they are of."""

    title: str
    count: int
    models: int
    newest: Job | None


@dataclass(frozen=True, slots=True)
class FailedModel:
    """A model by its name, and how many of its jobs failed."""

    name: str
    count: int


def failed_models(rows: Rows) -> list[FailedModel]:
    """From the answer to `queries.failed`."""
    counts: Counter[str] = Counter()
    for _, name, count, _ in rows:
        if name:
            counts[name] += count
    return [FailedModel(name, count) for name, count in counts.most_common(MAX_FAILURES)]


def failure_groups(organization: Organization, rows: Rows) -> list[FailureGroup]:
    """The largest groups, from the same answer; of each the newest job, for its words and its page."""
    groups: dict[str, Rows] = defaultdict(list)
    for row in rows:
        groups[row[0]].append(row)
    largest = sorted(groups.values(), key=_jobs_of, reverse=True)[:MAX_FAILURES]
    keys = [queries.failed_last(organization, group[0]) for group in largest]
    jobs = organization.jobs.in_bulk([key for key in keys if key])
    return [_described(group, jobs.get(key or 0)) for group, key in zip(largest, keys, strict=True)]


def _jobs_of(group: Rows) -> int:
    return sum(count for _, _, count, _ in group)


def _described(group: Rows, newest: Job | None) -> FailureGroup:
    words = title(newest.error_message) if newest else group[0][0]
    return FailureGroup(words, _jobs_of(group), len(group), newest)
