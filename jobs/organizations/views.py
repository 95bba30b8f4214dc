"""The first page: every organization and how its jobs stand, and the first steps on the way there."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from jobs.domain import Role
from jobs.models import Invitation
from jobs.onboarding.service import Guide, open_steps
from jobs.organizations import freshness, service
from jobs.permissions import Access, access_for, accesses_for, actor, invitations_for, organizations_of, person
from jobs.ui.navigation import place_of
from jobs.ui.polling import HtmxHttpRequest, page_or_partial, short_answer, tagged


@require_safe
def organization_list(request: HtmxHttpRequest) -> HttpResponse:
    """Of one organization alone, its jobs: there is nothing to choose, unless first steps or invitations are open."""
    accesses = accesses_for(person(request))
    guide = open_steps(person(request), accesses)
    is_page = not request.htmx
    # A poll brings the standings alone.
    invitations = list(invitations_for(person(request))) if is_page else []
    if len(accesses) == 1 and not guide and not invitations and is_page:
        return redirect(accesses[0].organization)
    tag = service.watch_organizations(accesses)
    return short_answer(request, tag) or _standings(request, accesses, guide, tag, invitations)


@require_POST
def organization_try(request: HttpRequest, slug: str) -> HttpResponse:
    """For an administrator who has restored the key: asks now, not when the pause is over."""
    organization = access_for(person(request), slug, to=Role.ADMINISTRATOR).organization
    if freshness.try_now(organization, actor(request)):
        messages.success(request, f"Refreshing the jobs of {organization}.")
    else:
        messages.error(request, f"The jobs of {organization} were refreshed a moment ago. Wait a few seconds.")
    return redirect(organization)


@require_safe
def organization_home(request: HttpRequest, slug: str) -> HttpResponse:
    """An address that somebody trimmed: the organization's jobs."""
    return redirect(access_for(person(request), slug).organization)


@require_safe
def organization_switcher(request: HttpRequest) -> HttpResponse:
    """What the bar's switcher offers: every organization, each at the place (`?at`) where the reader is now."""
    place = place_of(request.GET.get("at", ""))
    offers = [(organization, place.address(organization.slug)) for organization in organizations_of(person(request))]
    return render(request, "organizations/_switcher.html", {"offers": offers})


def _standings(
    request: HtmxHttpRequest,
    accesses: list[Access],
    guide: Guide | None,
    tag: str,
    invitations: list[Invitation],
) -> HttpResponse:
    standings = service.list_organizations(accesses)
    context = {
        "standings": standings,
        "is_loading": any(standing.freshness.is_first_load for standing in standings),
        "invitations": invitations,
        "guide": guide,
        "guide_tag": tagged(guide.tag) if guide else "",
    }
    return page_or_partial(request, "organizations/list.html", "organizations/_list.html", context, tag=tag)
