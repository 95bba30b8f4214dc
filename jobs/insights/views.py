"""An organization's past jobs, looked at together."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from jobs.insights import period, service
from jobs.permissions import access_for, person


@require_safe
def insights(request: HttpRequest, slug: str) -> HttpResponse:
    access = access_for(person(request), slug)
    page = service.insights(access.organization, access.role, period.Params.from_address(request.GET.dict()))
    choices = {"periods": period.PERIODS, "steps": period.STEPS}
    return render(request, "insights/page.html", {**access.context, "page": page, **choices})
