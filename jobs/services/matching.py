"""The jobs of an organization that a list's filters ask for."""

from __future__ import annotations

from django.db.models import QuerySet

from jobs.models import Job, Organization
from jobs.search import search
from jobs.services.filters import Filters


def narrowed(organization: Organization, filters: Filters, me: str = "") -> QuerySet[Job]:
    """By everything but status; `me` is the user name that "me" stands for."""
    return filters.narrow(search(organization, filters.query), me)


def matching(organization: Organization, filters: Filters, me: str = "") -> QuerySet[Job]:
    """By status too; the order is the caller's."""
    return filters.of_status(narrowed(organization, filters, me))
