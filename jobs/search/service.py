"""Finding anything by its name: organizations, models and jobs, few of each, among what a person may see."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from jobs.models import Job, Organization
from jobs.search.query import search

# So many of a kind: who wants more has the list with its own search.
MOST = 6
# Organizations looked through for jobs, the first by name.
MOST_ORGANIZATIONS = 20


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
    jobs = _jobs(seen[:MOST_ORGANIZATIONS], query) if query else []
    fitting = [job for job in jobs if query.lower() in job.model_name.lower()]
    models = {(job.organization_id, job.model_name): job for job in reversed(fitting)}
    return Found(named[:MOST], list(reversed(models.values()))[:MOST], jobs[:MOST])


def _jobs(organizations: list[Organization], query: str) -> list[Job]:
    """The newest first, over all of the organizations."""
    found = [job for each in organizations for job in search(each, query).order_by("-sorted_on")[: 2 * MOST]]
    return sorted(found, key=lambda job: job.sorted_on, reverse=True)
