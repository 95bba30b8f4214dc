"""Search: organizations, models and jobs by name, few of each, and the pages that the command palette offers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from urllib.parse import urlencode

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
    """What these organizations have for `query`; without one, the organizations themselves and their newest jobs."""
    seen = list(organizations)
    named = [organization for organization in seen if query.lower() in organization.name.lower()]
    jobs = _jobs(seen[:MAX_ORGANIZATIONS], query)
    fitting = [job for job in jobs if query and query.lower() in job.model_name.lower()]
    models = {(job.organization_id, job.model_name): job for job in reversed(fitting)}
    return Found(named[:MAX_COUNT], list(reversed(models.values()))[:MAX_COUNT], jobs[:MAX_COUNT])


def _jobs(organizations: list[Organization], query: str) -> list[Job]:
    """The newest first, over all of the organizations."""
    found = [job for each in organizations for job in _newest(each, query)]
    return sorted(found, key=lambda job: job.sorted_on, reverse=True)


def _newest(organization: Organization, query: str) -> QuerySet[Job]:
    found = organization.jobs.filter(mentioning(organization, query)) if query else organization.jobs.all()
    return found.select_related("organization").order_by("-sorted_on")[: 2 * MAX_COUNT]


EVERYWHERE = (("All jobs", ""), ("My jobs", "?by=me"))
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
    ("People", "people"),
)
# By what is sent; `dark mode` and `appearance` find them too.
THEMES = (("light", "Light theme"), ("dark", "Dark theme"), ("system", "System theme"))


@dataclass(frozen=True, slots=True)
class Here:
    """The page on which the palette is opened: its organization, if it has one, and its job, if it is about one."""

    access: Access | None = None
    job: Job | None = None


@dataclass(frozen=True, slots=True)
class Destination:
    """A page, or something to do; `where` is the name of its organization, empty for those of the site.

    What is done at once has a `form` that its row submits, with `theme`; what asks first `opens_dialog`. `words` find
    it besides its label.
    """

    label: str
    address: str = ""
    where: str = ""
    words: str = ""
    form: str = ""
    theme: str = ""
    opens_dialog: bool = False


def destinations(user: User, accesses: Iterable[Access], query: str, here: Here) -> list[Destination]:
    """Pages whose name, with that of their organization, has every word of `query`; few, and none without a query."""
    words = query.lower().split()
    found = (page for page in _pages(user, accesses, words, here) if _has(page, words))
    return list(islice(found, MAX_COUNT)) if words else []


def actions(accesses: Iterable[Access], query: str, here: Here) -> list[Destination]:
    """What can be done from here; without a query what is about the page and its organization."""
    words = query.lower().split()
    if not words:
        return [*_of_job(here), *(_of_organization(here.access) if here.access else ())]
    found = [*_of_job(here), *_of_organizations(accesses, words, here), *_of_site()]
    return [action for action in found if _has(action, words)][:MAX_COUNT]


def _has(page: Destination, words: list[str]) -> bool:
    name = f"{page.label} {page.where} {page.words}".lower()
    return all(word in name for word in words)


def _pages(user: User, accesses: Iterable[Access], words: list[str], here: Here) -> Iterator[Destination]:
    for label, query in EVERYWHERE:
        yield Destination(label, reverse("jobs:list") + query, words="every all organizations everywhere")
    for label, route in (*OWN, *(OF_OWNERS if user.is_superuser else ())):
        yield Destination(label, reverse(route))
    for access in _meant(accesses, words, here):
        for place in PLACES:
            yield Destination(place.label, place.address(access.organization.slug), access.organization.name)


def _meant(accesses: Iterable[Access], words: list[str], here: Here) -> Iterator[Access]:
    """That of the page first; on one of an organization the others only if their name is asked for: each page once."""
    if here.access:
        yield here.access
    for access in accesses:
        is_named = any(word in access.organization.name.lower() for word in words)
        if access != here.access and (here.access is None or is_named):
            yield access


def _of_job(here: Here) -> Iterator[Destination]:
    if here.job is None or here.access is None:
        return
    at = [here.job.organization.slug, here.job.viam_id]
    if here.access.role.may_operate:
        back = urlencode({"back": here.job.get_absolute_url()})
        if here.job.can_cancel:
            yield Destination("Cancel this job", f"{reverse('jobs:cancel', args=at)}?{back}", opens_dialog=True)
        yield Destination("Resubmit this job", reverse("jobs:resubmit", args=at))
    yield Destination("Log of this job", reverse("jobs:log", args=at))


def _of_organization(access: Access) -> Iterator[Destination]:
    organization = access.organization
    if access.role.may_operate:
        yield Destination(
            "New job", reverse("jobs:create", args=[organization.slug]), organization.name, "submit train"
        )
    listed = organization.get_absolute_url()
    for query, label in (
        ("status=failed", "Failed jobs"),
        ("status=in_progress", "Running jobs"),
        ("starred=me", "Starred jobs"),
    ):
        yield Destination(label, f"{listed}?{query}", organization.name)


def _of_organizations(accesses: Iterable[Access], words: list[str], here: Here) -> Iterator[Destination]:
    for access in _meant(accesses, words, here):
        yield from _of_organization(access)


def _of_site() -> Iterator[Destination]:
    for theme, label in THEMES:
        yield Destination(label, words="appearance mode", form="set-theme", theme=theme)
    yield Destination("Sign out", words="log out", form="find-sign-out")
