"""The datasets of an organization."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from jobs.datasets import service
from jobs.organizations import freshness
from jobs.permissions import access_for, person
from jobs.ui import params


@require_safe
def dataset_list(request: HttpRequest, slug: str) -> HttpResponse:
    access = access_for(person(request), slug)
    query = params.read_query(request.GET.get("q", ""))
    page = service.list_datasets(access.organization, query, params.read_page(request.GET.get("page", "")))
    told = freshness.freshness(access.organization, access.role)
    return render(request, "datasets/list.html", {**access.context, "page": page, "query": query, "freshness": told})
