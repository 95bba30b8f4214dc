"""Models and their versions."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from jobs.models import Job
from jobs.organizations import freshness
from jobs.permissions import access_for, person
from jobs.trained_models import service
from jobs.ui import params


@require_safe
def model_list(request: HttpRequest, slug: str) -> HttpResponse:
    access = access_for(person(request), slug)
    organization = access.organization
    query = params.read_query(request.GET.get("q", ""))
    asked = request.GET.get("sort", "")
    sort = asked if asked in service.SORTS else ""
    page = service.list_models(organization, query, params.read_page(request.GET.get("page", "")), sort)
    context = {**access.context, "page": page, "query": query, "sort": sort}
    return render(
        request, "trained_models/list.html", {**context, "freshness": freshness.freshness(organization, access.role)}
    )


@require_safe
def model_detail(request: HttpRequest, slug: str, name: str) -> HttpResponse:
    access = access_for(person(request), slug)
    try:
        page = service.get_model(access.organization, name)
    except Job.DoesNotExist:
        raise Http404("Model not found.") from None
    return render(request, "trained_models/detail.html", {**access.context, "page": page})
