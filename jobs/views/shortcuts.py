"""The keys that the pages know."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from jobs.places import PLACES


@require_safe
def shortcuts(request: HttpRequest) -> HttpResponse:
    """A dialog for whoever pressed `?`, a page for everybody else."""
    template = "help/_shortcuts.html" if request.headers.get("HX-Request") else "help/shortcuts.html"
    return render(request, template, {"places": PLACES})
