"""Two jobs side by side."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from jobs.compare import service
from jobs.permissions import access_for, person


@require_safe
def job_compare(request: HttpRequest, slug: str) -> HttpResponse:
    access = access_for(person(request), slug)
    # Ids are not stripped: a blank at their end belongs to them.
    a, b, side, query = (request.GET.get(name, "").replace("\0", "")[:200] for name in ("a", "b", "side", "q"))
    pair = service.compare(access.organization, a=a, b=b, side=side, query=query.strip())
    context = {**access.context, "pair": pair}
    return render(request, "compare/page.html", context, status=404 if pair.is_unknown else 200)
