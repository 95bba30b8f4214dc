"""Jobs that somebody's browser watches: where each of them stands, as the mirror has it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import QuerySet

from jobs.models import Job, Organization
from jobs.sync import worker


@dataclass(frozen=True, slots=True)
class Watched:
    """A job, and the name of its dataset, empty when nobody knows it."""

    job: Job
    dataset: str


def watched_jobs(organizations: QuerySet[Organization], wanted: list[tuple[str, str]]) -> list[Watched]:
    """Those of the jobs wanted, each by slug and id, that there are in these organizations."""
    ids: dict[str, set[str]] = {}
    for slug, viam_id in wanted:
        ids.setdefault(slug, set()).add(viam_id)
    return [one for row in organizations.filter(slug__in=ids) for one in _watched_in(row, ids[row.slug])]


def _watched_in(organization: Organization, ids: set[str]) -> Iterator[Watched]:
    """Whose page nobody has open must not be forgotten by the refresher: to watch is to look."""
    jobs = list(organization.jobs.filter(viam_id__in=ids))
    if not all(job.is_over for job in jobs):
        worker.mark_viewed(organization)
    used = {job.dataset_id for job in jobs}
    names = organization.datasets.names_of(used)
    return (Watched(job, names.get(job.dataset_id, "")) for job in jobs)
