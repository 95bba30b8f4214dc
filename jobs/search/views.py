"""Going anywhere by name: the palette, and the same as a page."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import Resolver404, resolve
from django.views.decorators.http import require_safe

from jobs.permissions import Access, accesses_for, person
from jobs.search import service
from jobs.search.service import Here, destinations
from jobs.ui.local_addresses import current_page
from jobs.ui.navigation import PLACES
from jobs.ui.params import read_query
from jobs.ui.polling import HtmxHttpRequest


@require_safe
def find(request: HtmxHttpRequest) -> HttpResponse:
    query = read_query(request.GET.get("q", ""))
    accesses = accesses_for(person(request))
    page = current_page(request)
    here = _here(page, accesses)
    found = service.find([access.organization for access in accesses], query)
    actions = service.actions(accesses, query, here)
    # The jobs of an organization that is found are its own row's page.
    named = {organization.get_absolute_url() for organization in found.organizations}
    pages = [each for each in destinations(person(request), accesses, query, here) if each.address not in named]
    context = {
        "found": found,
        "actions": actions,
        "pages": pages,
        "count": found.count + len(actions) + len(pages),
        "query": query,
        "page": page,
    }
    return render(request, _template(request), context)


def _here(page: str, accesses: list[Access]) -> Here:
    """What is at this path, as far as its reader may see it."""
    try:
        told = resolve(urlsplit(page).path).kwargs if page else {}
    except Resolver404:
        told = {}
    access = next((each for each in accesses if each.organization.slug == told.get("slug")), None)
    if access is None or "viam_id" not in told:
        return Here(access)
    job = access.organization.jobs.select_related("organization").filter(viam_id=told["viam_id"]).first()
    return Here(access, job)


def _template(request: HtmxHttpRequest) -> str:
    """A page; the palette, for whoever opens it; only what was found, for whoever types there."""
    if not request.htmx:
        return "search/page.html"
    return "search/_found.html" if "q" in request.GET else "search/_palette.html"


# The keys that the pages know.


@require_safe
def shortcuts(request: HtmxHttpRequest) -> HttpResponse:
    """A dialog for whoever pressed `?`, a page for everybody else."""
    template = "help/_shortcuts.html" if request.htmx else "help/shortcuts.html"
    return render(request, template, {"places": PLACES})
