"""The same jobs by what they are made of, and by who started them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from jobs.domain import ModelType
from jobs.models import Organization
from jobs.services.insights.figures import OUTCOMES, outcome_of, rate
from jobs.services.insights.questions import Rows
from jobs.services.insights.words import about

# So many are told apart in each breakdown; what is left is told together.
MOST = 8
CUSTOM, MANAGED = "Custom training", "Managed training"
ELSEWHERE = "Started elsewhere"
LEFT = "Somebody who has left"


@dataclass(slots=True)
class Share:
    """Some of the jobs: what they have in common, how they ended, how long they ran. Without `wish` they have no list
    of their own."""

    label: str
    wish: dict[str, str] = field(default_factory=dict)
    outcomes: Counter[str] = field(default_factory=Counter)
    ran_seconds: int = 0

    @property
    def total(self) -> int:
        return self.outcomes.total()

    @property
    def rate(self) -> float | None:
        return rate(self.outcomes)

    @property
    def ran_words(self) -> str:
        return about(self.ran_seconds) if self.ran_seconds > 0 else ""

    @property
    def query(self) -> str:
        return urlencode(self.wish)

    @property
    def parts(self) -> list[tuple[str, int]]:
        return [(word, self.outcomes[word]) for word in OUTCOMES if self.outcomes[word]]

    def add(self, status: int, count: int, ran_seconds: int | None) -> None:
        self.outcomes[outcome_of(status)] += count
        self.ran_seconds += int(ran_seconds or 0)

    def without(self, others: Iterable[Share]) -> None:
        for other in others:
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


def breakdowns(organization: Organization, making: Rows, persons: Rows) -> list[Breakdown]:
    """By type, script, dataset and person, from the answers to `questions.by_making` and `questions.by_person`."""
    names = dict(organization.datasets.values_list("viam_id", "name"))
    return [
        Breakdown("By type", _shares(making, _type)),
        Breakdown("By script", _shares(making, _script)),
        Breakdown("By dataset", _shares(making, lambda row: _dataset(row, names))),
        Breakdown("By person", _people(making, persons)),
    ]


Named = tuple[str, dict[str, str]]


def _shares(rows: Rows, name: Callable[[tuple[Any, ...]], Named]) -> list[Share]:
    found: dict[str, Share] = {}
    for row in rows:
        label, wish = name(row)
        share = found.setdefault(repr(wish) if wish else label, Share(label, wish))
        share.add(*row[-3:])
    return _largest(found.values())


def _largest(shares: Iterable[Share]) -> list[Share]:
    """The largest ones, then what is left in one."""
    ordered = sorted(shares, key=lambda share: (-share.total, share.label))
    if len(ordered) <= MOST + 1:
        return ordered
    rest = Share(f"{len(ordered) - MOST} others")
    for share in ordered[MOST:]:
        rest.outcomes.update(share.outcomes)
        rest.ran_seconds += share.ran_seconds
    return [*ordered[:MOST], rest]


def _type(row: tuple[Any, ...]) -> Named:
    is_custom, number = row[0], row[1]
    if is_custom:
        return CUSTOM, {"kind": "custom"}
    kind = ModelType(number)
    if kind and kind.is_known:
        return f"Managed: {str(kind.label).lower()}", {"kind": "managed", "type": kind.word}
    return MANAGED, {"kind": "managed"}


def _script(row: tuple[Any, ...]) -> Named:
    if not row[0]:
        return "No script: trained by Viam", {"kind": "managed"}
    return (row[2], {"script": row[2]}) if row[2] else ("Custom, script unknown", {})


def _dataset(row: tuple[Any, ...], names: dict[str, str]) -> Named:
    dataset = row[3]
    return (names.get(dataset) or dataset, {"dataset": dataset}) if dataset else ("No dataset", {})


def _people(making: Rows, persons: Rows) -> list[Share]:
    found: dict[str | None, Share] = defaultdict(lambda: Share(LEFT))
    for username, *counted in persons:
        if username:
            found.setdefault(username, Share(username, {"by": username}))
        found[username].add(*counted)
    elsewhere = Share(ELSEWHERE)
    for row in making:
        elsewhere.add(*row[-3:])
    elsewhere.without(found.values())
    return _largest([*found.values(), *([elsewhere] if elsewhere.total > 0 else [])])
