"""The organizations of the site and how their jobs stand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from jobs import refresher
from jobs.domain import GONE, STATUS_ORDER, JobStatus
from jobs.models import Organization
from jobs.services.freshness import Freshness, freshness, page_tag
from jobs.services.latest import Latest, latest_of


@dataclass(frozen=True, slots=True)
class Standing:
    """An organization with its number of jobs by status, those to see first, and how fresh all of it is."""

    organization: Organization
    counts: list[tuple[JobStatus, int]]
    total: int
    latest: Latest
    freshness: Freshness


def list_organizations(organizations: Iterable[Organization]) -> list[Standing]:
    """How these organizations stand, each with its jobs to see first."""
    shown = list(organizations)
    latest = latest_of(shown)
    return [_standing(organization, latest[organization.pk]) for organization in shown]


def watch_organizations(organizations: Iterable[Organization]) -> str:
    """A poll: notes that somebody looks and tells the tag that the page would have now."""
    tags = []
    for organization in organizations:
        refresher.look(organization)
        tags.append(page_tag(organization))
    return ".".join(tags)


def _standing(organization: Organization, latest: Latest) -> Standing:
    counts = organization.counts
    return Standing(
        organization=organization,
        counts=[(status, counts[status.word]) for status in STATUS_ORDER if counts.get(status.word)],
        total=sum(number for word, number in counts.items() if word != GONE),
        latest=latest,
        freshness=freshness(organization),
    )
