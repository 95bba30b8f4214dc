"""Models and their versions."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from jobs import services
from jobs.access import organization_for, person
from jobs.models import Job


@require_safe
def model_list(request: HttpRequest, slug: str) -> HttpResponse:
    organization = organization_for(person(request), slug)
    query = request.GET.get("q", "").replace("\0", "").strip()[:200]
    page = services.list_models(organization, query, services.read_page(request.GET.get("page", "")))
    context = {"organization": organization, "page": page, "query": query}
    return render(request, "models/list.html", {**context, "freshness": services.freshness(organization)})


@require_safe
def model_detail(request: HttpRequest, slug: str, name: str) -> HttpResponse:
    organization = organization_for(person(request), slug)
    try:
        page = services.get_model(organization, name)
    except Job.DoesNotExist:
        raise Http404("Model not found.") from None
    return render(request, "models/detail.html", {"organization": organization, "page": page})
