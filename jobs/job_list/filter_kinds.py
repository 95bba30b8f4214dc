"""What a filter of a list is: how it is read, which jobs it asks for, what it offers and what people read of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum, auto
from typing import Any

from django.db.models import Q
from django.db.models.expressions import Combinable

from jobs.domain import natural
from jobs.permissions import Listed
from jobs.ui.params import read_day
from jobs.ui.text import MAX_WORDS, words_of

MAX_OFFERED = 200


class Kind(IntEnum):
    """How a filter is asked for, in the order of the form; statuses and the search have places of their own."""

    STATUSES = auto()
    SEARCH = auto()
    ONE_OF = auto()  # its choices
    FOUND = auto()  # a value of its column, of those that occur among the jobs
    SEVERAL = auto()  # words that are typed, any of them
    TEXT = auto()
    DAY = auto()


def _as_it_is(value: Any) -> str:
    return value or ""


@dataclass(frozen=True, slots=True)
class Filter:
    """A row of the table. `name` stands in addresses and is kept for ever: people bookmark them."""

    name: str
    label: str
    kind: Kind
    # What programs are told of it; its choices when there is nothing else to tell.
    about: str = ""
    # The jobs that a value asks for, in an organization, by whoever has this user name; statuses have `of_status`.
    where: Callable[[Any, Listed, str], Q] | None = None
    # Words in addresses and their labels; of a chip, where it says them otherwise.
    choices: Mapping[str, str] = field(default_factory=dict)
    in_chips: Mapping[str, str] = field(default_factory=dict)
    # Where jobs have it, and which of them; how such a value is called in addresses (empty: not at all), and by people.
    column: str | Combinable = ""
    among: Q = Q()  # noqa: RUF009 (nobody changes it)
    word: Callable[[Any], str] = _as_it_is
    names: Callable[[Listed, Iterable[str]], dict[str, str]] | None = None
    # Its attribute of Filters, and the form's label, where they are others.
    in_filters: str = ""
    asked: str = ""

    @property
    def attribute(self) -> str:
        return self.in_filters or self.name

    def read(self, text: str) -> Any:
        """The value that an address tells; nothing when it makes no sense."""
        if self.kind == Kind.STATUSES:
            return tuple(word for word in dict.fromkeys(text.lower().split(",")) if word in self.choices)
        if self.kind == Kind.ONE_OF:
            return text.lower() if text.lower() in self.choices else ""
        if self.kind == Kind.SEVERAL:
            return tuple(dict.fromkeys(found for word in text.split(",") if (found := self.word(word))))[:MAX_WORDS]
        if self.kind == Kind.SEARCH and len(text.split()) > MAX_WORDS:
            return " ".join(words_of(text))
        return read_day(text) if self.kind == Kind.DAY else text

    def asks_for(self, value: Any, organization: Listed, person: str) -> Q:
        return self.where(value, organization, person) if self.where else Q(**{str(self.column): value})

    def labels(self, organization: Listed, words: Iterable[str]) -> dict[str, str]:
        """What people read of these words; one that is missing is read as it is."""
        return {**(self.names(organization, words) if self.names else {}), **self.choices}

    def in_words(self, organization: Listed, value: Any) -> str:
        """What a chip says."""
        if isinstance(value, tuple):
            return ", ".join(value)
        word = str(value)
        return self.in_chips.get(word) or self.labels(organization, [word]).get(word, word)

    def offered(self, organization: Listed) -> list[tuple[str, str]]:
        """What the form offers; of what occurs a bounded number, since everything can be typed into the search."""
        known = [*self.choices.items()]
        if self.kind != Kind.FOUND:
            return known
        jobs = organization.jobs.filter(self.among).order_by()
        occurring = jobs.values_list(self.column, flat=True).distinct()[:MAX_OFFERED]
        words = {word for value in occurring if (word := self.word(value))} - {*self.choices}
        labels = self.labels(organization, words)
        by_label = sorted(((labels.get(word, word), word) for word in words), key=lambda pair: natural(pair[0]))
        return [*known[:1], *((word, label) for label, word in by_label), *known[1:]]
