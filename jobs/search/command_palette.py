"""Pages that the palette finds by their names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from django.contrib.auth.models import User
from django.urls import reverse

from jobs.models import Organization
from jobs.ui.navigation import PLACES

MOST = 6
OWN = (
    ("Your settings", "me"),
    ("API tokens", "jobs:tokens"),
    ("Keyboard shortcuts", "jobs:shortcuts"),
    ("Get started", "jobs:first-steps"),
)
OF_OWNERS = (
    ("API keys", "jobs:keys"),
    ("Connect an API key", "jobs:key-create"),
    ("Site activity", "jobs:site-activity"),
)


@dataclass(frozen=True, slots=True)
class Destination:
    """A page; `where` is the name of its organization, empty for those of the site."""

    label: str
    address: str
    where: str = ""


def destinations(user: User, organizations: Iterable[Organization], query: str) -> list[Destination]:
    """Pages whose name, with that of their organization, has every word of `query`; few, and none without a query."""
    words = query.lower().split()
    found = (page for page in _all(user, organizations) if _has(page, words))
    return list(islice(found, MOST)) if words else []


def _has(page: Destination, words: list[str]) -> bool:
    name = f"{page.label} {page.where}".lower()
    return all(word in name for word in words)


def _all(user: User, organizations: Iterable[Organization]) -> Iterator[Destination]:
    for label, route in (*OWN, *(OF_OWNERS if user.is_superuser else ())):
        yield Destination(label, reverse(route))
    for organization in organizations:
        for place in PLACES:
            yield Destination(place.label, place.address(organization.slug), organization.name)
        if organization.role.may_operate:
            yield Destination("New job", reverse("jobs:create", args=[organization.slug]), organization.name)
