"""A job's log: a window of it, what is new, all of it to keep."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from jobs import services
from jobs.access import organization_for, person
from jobs.models import Job, Organization
from jobs.services import LogFilters, LogWindow
from jobs.services.logs import latest_lines, standing_of, tell

# The fragment that stands on the job's page, and its polls.
LATEST = "latest"


@require_safe
def job_log(request: HttpRequest, slug: str, viam_id: str) -> HttpResponse:
    """The page; for htmx the end of the log as it stands on the job's page, or lines to stand around those shown."""
    organization = organization_for(person(request), slug)
    filters = LogFilters.from_address(request.GET.dict())
    is_latest = _is_fragment(request) and request.GET.get("part") == LATEST
    try:
        read = latest_lines(organization, viam_id) if is_latest else services.read_log(organization, viam_id, filters)
    except Job.DoesNotExist:
        raise Http404("There is no such job.") from None
    template = "jobs/log.html"
    if is_latest:
        template = "jobs/_log_latest.html"
    elif _is_fragment(request):
        template = "jobs/_log_new.html" if filters.after else "jobs/_log_lines.html"
    response = render(request, template, _context(request, organization, read))
    patch_vary_headers(response, ["HX-Request"])
    return response


@require_safe
def job_log_new(request: HttpRequest, slug: str, viam_id: str) -> HttpResponse:
    """A poll: the lines after the last one shown, and how the log stands; 204 while both are as they were."""
    organization = organization_for(person(request), slug)
    filters = LogFilters.from_address(request.GET.dict())
    try:
        lines, log = services.new_lines(organization, viam_id, filters)
    except Job.DoesNotExist:
        raise Http404("There is no such job.") from None
    seen = request.GET.get("seen", "growing")
    is_empty = seen not in ("growing", "ended") and not lines
    standing = standing_of(log.job, log, filters, is_empty=is_empty)
    if not lines and not log.is_complete and standing == seen:
        return HttpResponse(status=204)
    window = tell(log, filters, lines)
    context = _context(request, organization, window) | {"standing": standing, "is_news": True}
    return render(request, "jobs/_log_new.html", context)


def _is_fragment(request: HttpRequest) -> bool:
    return bool(request.headers.get("HX-Request"))


def _context(request: HttpRequest, organization: Organization, window: LogWindow) -> dict[str, object]:
    """`log_address` stands before the links of lines that are shown elsewhere than on the log's page."""
    job = window.job
    is_elsewhere = request.GET.get("part") == LATEST
    return {
        "organization": organization,
        "job": job,
        "window": window,
        "log": window.log,
        "standing": window.standing,
        "log_address": reverse("jobs:log", args=[organization.slug, job.viam_id]) if is_elsewhere else "",
    }


@require_safe
def job_log_download(request: HttpRequest, slug: str, viam_id: str, ending: str) -> HttpResponseBase:
    """`txt` or `jsonl`: everything, or with the page's filters just what they show."""
    organization = organization_for(person(request), slug)
    filters = LogFilters.from_address(request.GET.dict())
    is_json = ending == "jsonl"
    try:
        lines = services.download(organization, viam_id, filters, as_json=is_json)
    except Job.DoesNotExist:
        raise Http404("There is no such job.") from None
    kind = "application/x-ndjson" if is_json else "text/plain; charset=utf-8"
    response = StreamingHttpResponse(lines, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{_file_name(viam_id)}.{ending}"'
    return response


def _file_name(viam_id: str) -> str:
    """The id as a file's name: what a file system might read as something else is left out."""
    return "log-" + "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in viam_id)
