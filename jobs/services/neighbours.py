"""The jobs before and after one, in the list that its reader comes from."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q

from jobs.models import Job, Organization
from jobs.services.filters import Filters
from jobs.services.matching import matching


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The next newer and the next older job; `query` is that of the list, empty for the whole one."""

    newer: Job | None
    older: Job | None
    query: str


def neighbours(organization: Organization, job: Job, query: str = "", me: str = "") -> Neighbours:
    """`query` is a list's, for instance `status=failed&q=bolt`; what makes no sense there filters nothing, and `me`
    is the name of the user who looks.
    """
    filters = Filters.from_query(query)
    jobs = matching(organization, filters, me).select_related("organization")
    newer = Q(sorted_on__gt=job.sorted_on) | Q(sorted_on=job.sorted_on, pk__gt=job.pk)
    older = Q(sorted_on__lt=job.sorted_on) | Q(sorted_on=job.sorted_on, pk__lt=job.pk)
    return Neighbours(
        newer=jobs.filter(newer).order_by("sorted_on", "id").first(),
        older=jobs.filter(older).order_by("-sorted_on", "-id").first(),
        query=query,
    )
