"""The list of jobs, and a job's page."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from jobs.job_list import active_filters, facets, service
from jobs.job_list.filters import Filters
from jobs.models import Organization
from jobs.permissions import organization_for, person
from jobs.submit.service import lost_submissions
from jobs.ui.polling import HtmxHttpRequest, page_or_partial, short_answer


@require_safe
def job_list(request: HtmxHttpRequest, slug: str) -> HttpResponse:
    organization = organization_for(person(request), slug)
    short = short_answer(request, service.watch_list(organization), organization.fetched_at)
    return short or render_list(request, organization, request.get_full_path())


@require_safe
def job_filters(request: HtmxHttpRequest, slug: str) -> HttpResponse:
    """The form that filters the list, filled as the address says: a fragment beside the list, and a page of its own."""
    organization = organization_for(person(request), slug)
    filters = Filters.from_query(request.META.get("QUERY_STRING", ""))
    context = {"organization": organization, "filters": filters, "form": active_filters.form_of(organization, filters)}
    template = "jobs/_filters.html" if request.htmx else "jobs/filters.html"
    return render(request, template, context)


@require_safe
def job_facet(request: HttpRequest, slug: str, word: str) -> HttpResponse:
    """The menu of what the list can be narrowed to: a fragment, for the list whose filters the address repeats."""
    organization = organization_for(person(request), slug)
    if word not in facets.FACETS:
        raise Http404("Lists can't be filtered by this.")
    filters = Filters.from_query(request.META.get("QUERY_STRING", ""))
    facet = facets.facet_of(organization, filters, word, me=person(request).get_username())
    return render(request, "jobs/_facet.html", {"organization": organization, "facet": facet})


@require_safe
def job_menu(request: HttpRequest, slug: str, viam_id: str) -> HttpResponse:
    """What can be done with a job of the list: a fragment."""
    organization = organization_for(person(request), slug)
    job = get_object_or_404(organization.jobs, viam_id=viam_id)
    link = request.build_absolute_uri(job.get_absolute_url())
    return render(request, "jobs/_menu.html", {"organization": organization, "job": job, "link": link})


def render_list(request: HtmxHttpRequest, organization: Organization, address: str, status: int = 200) -> HttpResponse:
    """The list that `address` asks for, whatever the address of the request is."""
    filters = Filters.from_query(urlsplit(address).query)
    page = service.list_jobs(organization, filters, me=person(request).get_username())
    # The whole page alone asks for what was lost, and the part that is polled leaves it where it is.
    lost = lost_submissions(organization, person(request))
    context = {"organization": organization, "page": page, "address": address, "facets": facets.FACETS, "lost": lost}
    return page_or_partial(request, "jobs/list.html", "jobs/_table.html", context, tag=page.tag, status=status)
