"""The organizations of the site and how their jobs stand."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count

from jobs import refresher
from jobs.domain import STATUS_ORDER, JobStatus
from jobs.models import Job, Organization
from jobs.services.freshness import Freshness, freshness


@dataclass(frozen=True, slots=True)
class Standing:
    """An organization with its number of jobs by status, and how fresh they are."""

    organization: Organization
    counts: list[tuple[JobStatus, int]]
    total: int
    freshness: Freshness


def list_organizations() -> list[Standing]:
    """All organizations that are shown, by name; looking at them keeps them fresh."""
    organizations = list(Organization.objects.filter(is_shown=True))
    counted: dict[int, dict[int, int]] = {}
    rows = Job.objects.filter(gone_at=None).values_list("organization", "status").annotate(Count("id")).order_by()
    for organization_id, status, count in rows:
        counted.setdefault(organization_id, {})[status] = count
    return [_standing(organization, counted.get(organization.pk, {})) for organization in organizations]


def _standing(organization: Organization, counts: dict[int, int]) -> Standing:
    refresher.look(organization)
    in_order = [*STATUS_ORDER, *(JobStatus(status) for status in counts if status not in STATUS_ORDER)]
    return Standing(
        organization=organization,
        counts=[(status, counts[status]) for status in in_order if counts.get(status)],
        total=sum(counts.values()),
        freshness=freshness(organization),
    )
