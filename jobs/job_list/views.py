"""The list of jobs, and a job's page."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from jobs.job_list import active_filters, facets, service
from jobs.job_list.filters import Filters
from jobs.permissions import Access, AccessToAll, access_for, access_to_all, person
from jobs.saved_views.service import opened
from jobs.submit.service import lost_submissions
from jobs.ui.local_addresses import current_page
from jobs.ui.polling import HtmxHttpRequest, page_or_fragment, page_or_partial, short_answer


@require_safe
def job_list(request: HtmxHttpRequest, slug: str = "") -> HttpResponse:
    """Of one organization; of all where none is named, here and beside it."""
    access = access_to(request, slug)
    tag = service.watch_list(access.organization, access.role)
    short = short_answer(request, tag, access.organization.fetched_at)
    return short or render_list(request, access, request.get_full_path())


@require_safe
def job_filters(request: HtmxHttpRequest, slug: str = "") -> HttpResponse:
    """The form that filters the list, filled as the address says: a fragment beside the list, and a page of its own."""
    access = access_to(request, slug)
    filters = Filters.from_query(request.META.get("QUERY_STRING", ""))
    context = {**access.context, "filters": filters, "form": active_filters.form_of(access.organization, filters)}
    template = "job_list/_filters.html" if request.htmx else "job_list/filters.html"
    return render(request, template, context)


@require_safe
def job_display(request: HtmxHttpRequest, slug: str = "") -> HttpResponse:
    """How the list is shown: jobs a page, and columns. A fragment for the list's menu, and a page of its own."""
    access = access_to(request, slug)
    filters = Filters.from_query(request.META.get("QUERY_STRING", ""))
    context = {**access.context, "filters": filters}
    return page_or_fragment(request, "job_list/display.html", "job_list/_display.html", context)


@require_safe
def job_facet(request: HttpRequest, word: str, slug: str = "") -> HttpResponse:
    """The menu of what the list can be narrowed to: a fragment, for the list whose filters the address repeats."""
    access = access_to(request, slug)
    if word not in facets.FACETS:
        raise Http404("Lists can't be filtered by this.")
    filters = Filters.from_query(request.META.get("QUERY_STRING", ""))
    facet = facets.facet_of(access.organization, filters, word, me=person(request).get_username())
    return render(request, "job_list/_facet.html", {**access.context, "facet": facet})


@require_safe
def job_menu(request: HtmxHttpRequest, slug: str, viam_id: str) -> HttpResponse:
    """What can be done with a job of the list: a fragment."""
    access = access_for(person(request), slug)
    job = get_object_or_404(access.organization.jobs, viam_id=viam_id)
    link = request.build_absolute_uri(job.get_absolute_url())
    # The list as it stands in that tab, with its filters.
    back = current_page(request) or access.organization.get_absolute_url()
    return render(request, "job_page/_menu.html", {**access.context, "job": job, "link": link, "back": back})


def access_to(request: HttpRequest, slug: str) -> Access | AccessToAll:
    return access_for(person(request), slug) if slug else access_to_all(person(request))


def render_list(
    request: HtmxHttpRequest, access: Access | AccessToAll, address: str, status: int = 200
) -> HttpResponse:
    """The list that `address` asks for, whatever the address of the request is."""
    filters = Filters.from_query(urlsplit(address).query)
    page = service.list_jobs(access.organization, access.role, filters, me=person(request).get_username())
    context = {**access.context, "page": page, "address": address, "facets": facets.FACETS}
    if isinstance(access, Access):
        # The whole page alone asks for what was lost, and the part that is polled leaves it where it is.
        context["lost"] = lost_submissions(access.organization, person(request))
        context["view"] = opened(access.organization, person(request), filters)
    return page_or_partial(request, "job_list/list.html", "job_list/_table.html", context, tag=page.tag, status=status)
