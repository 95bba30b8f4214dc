"""The list of jobs, and a job's page."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from jobs import services
from jobs.access import organization_for, organizations_of, person
from jobs.local_addresses import path_of
from jobs.models import Job, Organization
from jobs.services import Filters
from jobs.views.logs import latest_context
from jobs.views.polls import page_or_partial, short_answer

LONGEST_LIST_QUERY = 1_000


@require_safe
def job_list(request: HttpRequest, slug: str) -> HttpResponse:
    organization = organization_for(person(request), slug)
    short = short_answer(request, services.watch_list(organization), organization.fetched_at)
    return short or render_list(request, organization, request.get_full_path())


@require_safe
def job_detail(request: HttpRequest, slug: str, viam_id: str) -> HttpResponse:
    organization = organization_for(person(request), slug)
    story = story_of(organization, viam_id)
    short = short_answer(request, story.tag, organization.fetched_at)
    return short or render_job(request, organization, story, list_query=_list_query(request, organization))


@require_safe
def job_filters(request: HttpRequest, slug: str) -> HttpResponse:
    """The form that filters the list, filled as the address says: a fragment beside the list, and a page of its own."""
    organization = organization_for(person(request), slug)
    filters = Filters.from_query(request.META.get("QUERY_STRING", ""))
    context = {"organization": organization, "filters": filters, "offer": services.offer_filters(organization)}
    template = "jobs/_filters.html" if request.headers.get("HX-Request") else "jobs/filters.html"
    return render(request, template, context)


@require_safe
def job_facet(request: HttpRequest, slug: str, word: str) -> HttpResponse:
    """The menu of what the list can be narrowed to: a fragment, for the list whose filters the address repeats."""
    organization = organization_for(person(request), slug)
    if word not in services.FACETS:
        raise Http404("Lists can't be filtered by this.")
    filters = Filters.from_query(request.META.get("QUERY_STRING", ""))
    facet = services.facet_of(organization, filters, word, me=person(request).get_username())
    return render(request, "jobs/_facet.html", {"organization": organization, "facet": facet})


@require_safe
def job_menu(request: HttpRequest, slug: str, viam_id: str) -> HttpResponse:
    """What can be done with a job of the list: a fragment."""
    organization = organization_for(person(request), slug)
    job = get_object_or_404(organization.jobs, viam_id=viam_id)
    link = request.build_absolute_uri(job.get_absolute_url())
    return render(request, "jobs/_menu.html", {"organization": organization, "job": job, "link": link})


@require_safe
def job_anywhere(request: HttpRequest, viam_id: str) -> HttpResponse:
    """A link to a job that doesn't know the organization."""
    job = (
        Job.objects.select_related("organization")
        .filter(viam_id=viam_id, organization__in=organizations_of(person(request)))
        .first()
    )
    if job is None:
        raise Http404("Job not found.")
    return redirect(job)


def story_of(organization: Organization, viam_id: str) -> services.JobStory:
    """Raises Http404."""
    try:
        return services.get_job(organization, viam_id)
    except Job.DoesNotExist:
        raise Http404("Job not found.") from None


def render_list(request: HttpRequest, organization: Organization, address: str, status: int = 200) -> HttpResponse:
    """The list that `address` asks for, whatever the address of the request is."""
    filters = Filters.from_query(urlsplit(address).query)
    page = services.list_jobs(organization, filters, me=person(request).get_username())
    # The whole page alone asks for what was lost, and the part that is polled leaves it where it is.
    lost = services.lost_submissions(organization, person(request))
    context = {"organization": organization, "page": page, "address": address, "facets": services.FACETS, "lost": lost}
    return page_or_partial(request, "jobs/list.html", "jobs/_table.html", context, tag=page.tag, status=status)


def render_job(
    request: HttpRequest, organization: Organization, story: services.JobStory, status: int = 200, list_query: str = ""
) -> HttpResponse:
    context: dict[str, object] = {"organization": organization, "story": story, "job": story.job}
    if not request.headers.get("HX-Request"):  # The part that is polled has no neighbours, and leaves the log alone.
        me = person(request).get_username()
        context["neighbours"] = services.neighbours(organization, story.job, list_query, me=me)
        context |= latest_context(organization, story.job.viam_id)
    return page_or_partial(request, "jobs/detail.html", "jobs/_job.html", context, tag=story.tag, status=status)


def _list_query(request: HttpRequest, organization: Organization) -> str:
    """The query of the list that the reader comes from: handed on from job to job, or that of the page before."""
    before = urlsplit(path_of(request.headers.get("Referer", "")))
    from_list = before.query if before.path == organization.get_absolute_url() else ""
    return request.GET.get("list", from_list).replace("\0", "")[:LONGEST_LIST_QUERY]
