"""A job's log: a window of it, what is new, all of it to keep."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from jobs.logs import service
from jobs.logs.passages import LogFilters
from jobs.logs.service import LogWindow, latest_lines, tell
from jobs.logs.states import goes_on
from jobs.models import Job
from jobs.permissions import Access, access_for, person
from jobs.ui.params import read_number
from jobs.ui.polling import HtmxHttpRequest, wants_fragment

# What stands of it on the job's page, and the polls from there.
LATEST = "latest"


@require_safe
def job_log(request: HtmxHttpRequest, slug: str, viam_id: str) -> HttpResponse:
    """The page; for htmx lines to stand around those shown."""
    access = access_for(person(request), slug)
    for step, is_next in (("next_error", True), ("previous_error", False)):
        if step in request.GET:
            return _to_error(request, access, viam_id, read_number(request.GET[step]), is_next=is_next)
    filters = LogFilters.from_address(request.GET.dict())
    try:
        window = service.read_log(access.organization, viam_id, filters)
    except Job.DoesNotExist:
        raise Http404("Job not found.") from None
    template = "logs/log.html"
    if wants_fragment(request):
        template = "logs/_new.html" if filters.after else "logs/_lines.html"
    response = render(request, template, log_context(access, window))
    patch_vary_headers(response, ["HX-Request", "HX-Request-Type"])
    return response


def _to_error(request: HttpRequest, access: Access, viam_id: str, number: int, *, is_next: bool) -> HttpResponse:
    try:
        found = service.error_beside(access.organization, viam_id, number, is_next=is_next)
    except Job.DoesNotExist:
        raise Http404("Job not found.") from None
    address = reverse("jobs:log", args=[access.organization.slug, viam_id])
    if found:
        return redirect(f"{address}?line={found}#L{found}")
    messages.info(request, "This log has no errors.")
    return redirect(address)


@require_safe
def job_log_new(request: HttpRequest, slug: str, viam_id: str) -> HttpResponse:
    """A poll: the lines after the last one shown, and how the log stands; 204 while both are as they were."""
    access = access_for(person(request), slug)
    filters = LogFilters.from_address(request.GET.dict())
    seen = request.GET.get("seen", "")
    try:
        lines, log, state = service.new_lines(access.organization, viam_id, filters, seen)
    except Job.DoesNotExist:
        raise Http404("Job not found.") from None
    is_as_it_was = state == seen and request.GET.get("status") in (None, log.job.state.word)
    if not lines and is_as_it_was and goes_on(log):
        return HttpResponse(status=204)
    context = log_context(access, tell(log, filters, lines), part=request.GET.get("part"))
    return render(request, "logs/_new.html", context | {"state": state, "is_news": True})


def latest_context(access: Access, viam_id: str) -> dict[str, object]:
    """The end of the log, for the job's page. Raises Job.DoesNotExist."""
    return log_context(access, latest_lines(access.organization, viam_id), part=LATEST)


def log_context(access: Access, window: LogWindow, part: str | None = None) -> dict[str, object]:
    """`log_address` stands before the links of lines that are shown elsewhere than on the log's page."""
    job = window.job
    address = reverse("jobs:log", args=[access.organization.slug, job.viam_id])
    return {
        **access.context,
        "job": job,
        "window": window,
        "log": window.log,
        "state": window.state,
        "part": part,
        "log_address": address if part == LATEST else "",
    }


@require_safe
def job_log_download(request: HttpRequest, slug: str, viam_id: str, ending: str) -> HttpResponseBase:
    """`txt` or `jsonl`: everything, or with the page's filters just what they show."""
    organization = access_for(person(request), slug).organization
    filters = LogFilters.from_address(request.GET.dict())
    is_json = ending == "jsonl"
    try:
        lines = service.download(organization, viam_id, filters, as_json=is_json)
    except Job.DoesNotExist:
        raise Http404("Job not found.") from None
    kind = "application/x-ndjson" if is_json else "text/plain; charset=utf-8"
    response = StreamingHttpResponse(lines, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{_file_name(viam_id)}.{ending}"'
    return response


def _file_name(viam_id: str) -> str:
    """The id as a file's name: what a file system might read as something else is left out."""
    return "log-" + "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in viam_id)
