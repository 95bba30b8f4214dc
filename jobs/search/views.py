"""Going anywhere by name: the palette, and the same as a page."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from jobs.permissions import accesses_for, person
from jobs.search import service
from jobs.search.service import destinations
from jobs.ui.navigation import PLACES
from jobs.ui.params import read_query
from jobs.ui.polling import HtmxHttpRequest


@require_safe
def find(request: HtmxHttpRequest) -> HttpResponse:
    query = read_query(request.GET.get("q", ""))
    accesses = accesses_for(person(request))
    pages = destinations(person(request), accesses, query)
    found = service.find([access.organization for access in accesses], query)
    context = {"found": found, "pages": pages, "count": found.count + len(pages), "query": query}
    return render(request, _template(request), context)


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
