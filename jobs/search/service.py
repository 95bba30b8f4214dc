"""Search: organizations, models and jobs by name, few of each, and the pages that the command palette offers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.urls import reverse

from jobs.models import Job, Organization
from jobs.permissions import Access
from jobs.search.query import mentioning
from jobs.ui.navigation import PLACES

# So many of a kind: who wants more has the list with its own search.
MAX_COUNT = 6
# Organizations looked through for jobs, the first by name.
MAX_ORGANIZATIONS = 20


@dataclass(frozen=True, slots=True)
class Found:
    """What was found for a query; `models` are the newest job of each model whose name fits."""

    organizations: list[Organization]
    models: list[Job]
    jobs: list[Job]

    @property
    def count(self) -> int:
        return len(self.organizations) + len(self.models) + len(self.jobs)


def find(organizations: Iterable[Organization], query: str) -> Found:
    """What these organizations have for `query`; without one, the organizations themselves."""
    seen = list(organizations)
    named = [organization for organization in seen if query.lower() in organization.name.lower()]
    jobs = _jobs(seen[:MAX_ORGANIZATIONS], query) if query else []
    fitting = [job for job in jobs if query.lower() in job.model_name.lower()]
    models = {(job.organization_id, job.model_name): job for job in reversed(fitting)}
    return Found(named[:MAX_COUNT], list(reversed(models.values()))[:MAX_COUNT], jobs[:MAX_COUNT])


def _jobs(organizations: list[Organization], query: str) -> list[Job]:
    """The newest first, over all of the organizations."""
    found = [job for each in organizations for job in _newest(each, query)]
    return sorted(found, key=lambda job: job.sorted_on, reverse=True)


def _newest(organization: Organization, query: str) -> QuerySet[Job]:
    return organization.jobs.filter(mentioning(organization, query)).order_by("-sorted_on")[: 2 * MAX_COUNT]


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


def destinations(user: User, accesses: Iterable[Access], query: str) -> list[Destination]:
    """Pages whose name, with that of their organization, has every word of `query`; few, and none without a query."""
    words = query.lower().split()
    found = (page for page in _all(user, accesses) if _has(page, words))
    return list(islice(found, MAX_COUNT)) if words else []


def _has(page: Destination, words: list[str]) -> bool:
    name = f"{page.label} {page.where}".lower()
    return all(word in name for word in words)


def _all(user: User, accesses: Iterable[Access]) -> Iterator[Destination]:
    for label, route in (*OWN, *(OF_OWNERS if user.is_superuser else ())):
        yield Destination(label, reverse(route))
    for access in accesses:
        organization = access.organization
        for place in PLACES:
            yield Destination(place.label, place.address(organization.slug), organization.name)
        if access.role.may_operate:
            yield Destination("New job", reverse("jobs:create", args=[organization.slug]), organization.name)
