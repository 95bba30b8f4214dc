"""The datasets of an organization, and each one's page."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from jobs.datasets import service
from jobs.models import Dataset
from jobs.organizations import freshness
from jobs.permissions import access_for, person
from jobs.ui import params
from jobs.ui.polling import HtmxHttpRequest


@require_safe
def dataset_list(request: HttpRequest, slug: str) -> HttpResponse:
    access = access_for(person(request), slug)
    query = params.read_query(request.GET.get("q", ""))
    page = service.list_datasets(access.organization, query, params.read_page(request.GET.get("page", "")))
    told = freshness.freshness(access.organization, access.role)
    return render(request, "datasets/list.html", {**access.context, "page": page, "query": query, "freshness": told})


@require_safe
def dataset_detail(request: HtmxHttpRequest, slug: str, dataset_id: str, counts: bool = False) -> HttpResponse:
    """With `counts` what the cloud counts in it now: within the page for htmx, on the page without it."""
    access = access_for(person(request), slug)
    organization = access.organization
    if counts and not organization.datasets.filter(viam_id=dataset_id, missing_since=None).exists():
        raise Http404("Dataset not found.")
    counted = service.count_labels(organization, dataset_id) if counts else None
    try:
        page = service.get_dataset(organization, dataset_id)
    except Dataset.DoesNotExist:
        raise Http404("Dataset not found.") from None
    template = "datasets/_counted.html" if counts and request.htmx else "datasets/detail.html"
    return render(request, template, {**access.context, "page": page, "counted": counted})
