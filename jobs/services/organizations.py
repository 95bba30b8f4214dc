"""The organizations of the site and how their jobs stand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from jobs import refresher
from jobs.domain import GONE, STATUS_ORDER, JobStatus
from jobs.models import Organization
from jobs.services.freshness import Freshness, freshness


@dataclass(frozen=True, slots=True)
class Standing:
    """An organization with its number of jobs by status, and how fresh they are."""

    organization: Organization
    counts: list[tuple[JobStatus, int]]
    total: int
    freshness: Freshness


def list_organizations(organizations: Iterable[Organization]) -> list[Standing]:
    """How these organizations stand; looking at them keeps them fresh."""
    return [_standing(organization) for organization in organizations]


def _standing(organization: Organization) -> Standing:
    refresher.look(organization)
    counts = organization.counts
    return Standing(
        organization=organization,
        counts=[(status, counts[status.word]) for status in STATUS_ORDER if counts.get(status.word)],
        total=sum(number for word, number in counts.items() if word != GONE),
        freshness=freshness(organization),
    )
