"""A job's page, and links to it that don't know the organization."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from jobs.annotations.service import annotations_of
from jobs.job_page import service
from jobs.logs.views import latest_context
from jobs.models import Job, Organization
from jobs.permissions import Access, access_for, organizations_of, person
from jobs.ui.local_addresses import path_of
from jobs.ui.polling import HtmxHttpRequest, page_or_partial, short_answer

MAX_LIST_QUERY = 1_000


@require_safe
def job_detail(request: HtmxHttpRequest, slug: str, viam_id: str) -> HttpResponse:
    access = access_for(person(request), slug)
    story = story_of(access, viam_id)
    short = short_answer(request, story.tag, access.organization.fetched_at)
    return short or render_job(request, access, story, list_query=_list_query(request, access.organization))


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


def story_of(access: Access, viam_id: str) -> service.JobStory:
    """Raises Http404."""
    try:
        return service.get_job(access.organization, access.role, viam_id)
    except Job.DoesNotExist:
        raise Http404("Job not found.") from None


def render_job(
    request: HtmxHttpRequest,
    access: Access,
    story: service.JobStory,
    status: int = 200,
    list_query: str = "",
    draft: str = "",
) -> HttpResponse:
    """`draft` is a note that wasn't saved."""
    me = person(request).get_username()
    context = {**access.context, "story": story, "job": story.job, "draft": draft}
    context["marked"] = annotations_of(story.job, me)
    if not request.htmx:  # The part that is polled has no neighbors, and leaves the log alone.
        context["neighbors"] = service.neighbors(access.organization, story.job, list_query, me=me)
        context |= latest_context(access, story.job.viam_id)
    return page_or_partial(request, "job_page/detail.html", "job_page/_job.html", context, tag=story.tag, status=status)


def _list_query(request: HttpRequest, organization: Organization) -> str:
    """The query of the list that the reader comes from: handed on from job to job, or that of the page before."""
    before = urlsplit(path_of(request.headers.get("Referer", "")))
    from_list = before.query if before.path == organization.get_absolute_url() else ""
    return request.GET.get("list", from_list).replace("\0", "")[:MAX_LIST_QUERY]
