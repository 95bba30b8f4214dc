"""The first page: every organization and how its jobs stand."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from jobs import services
from jobs.access import organizations_of, organizations_seen_by, person
from jobs.models import Organization
from jobs.places import place_of
from jobs.views.polls import page_or_partial, short_answer


@require_safe
def organization_list(request: HttpRequest) -> HttpResponse:
    organizations = organizations_seen_by(person(request))
    if len(organizations) == 1 and not request.headers.get("HX-Request"):
        return redirect(organizations[0])
    tag = services.watch_organizations(organizations)
    return short_answer(request, tag) or _standings(request, organizations, tag)


@require_safe
def organization_switcher(request: HttpRequest) -> HttpResponse:
    """What the bar's switcher offers: every organization, each at the place (`?at`) where the reader is now."""
    place = place_of(request.GET.get("at", ""))
    offers = [(organization, place.address(organization.slug)) for organization in organizations_of(person(request))]
    return render(request, "jobs/_switcher.html", {"offers": offers})


def _standings(request: HttpRequest, organizations: list[Organization], tag: str) -> HttpResponse:
    context = {"standings": services.list_organizations(organizations)}
    return page_or_partial(request, "jobs/organizations.html", "jobs/_organizations.html", context, tag=tag)
