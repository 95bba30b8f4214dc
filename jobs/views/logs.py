"""A job's log: a window of it, what is new, all of it to keep."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from jobs import services
from jobs.access import organization_for, person
from jobs.models import Job
from jobs.services import LogFilters


@require_safe
def job_log(request: HttpRequest, slug: str, viam_id: str) -> HttpResponse:
    """The page; for htmx a window of earlier lines to stand above those that are shown."""
    organization = organization_for(person(request), slug)
    filters = LogFilters.from_address(request.GET.dict())
    try:
        window = services.read_log(organization, viam_id, filters)
    except Job.DoesNotExist:
        raise Http404("There is no such job.") from None
    template = "jobs/_log_lines.html" if request.headers.get("HX-Request") else "jobs/log.html"
    return render(request, template, {"organization": organization, "job": window.job, "window": window})


@require_safe
def job_log_new(request: HttpRequest, slug: str, viam_id: str) -> HttpResponse:
    """A poll: the lines after the last one shown; 204 when there are none, and the end told when there will be none."""
    organization = organization_for(person(request), slug)
    filters = LogFilters.from_address(request.GET.dict())
    try:
        lines, log = services.new_lines(organization, viam_id, filters)
    except Job.DoesNotExist:
        raise Http404("There is no such job.") from None
    if not lines and not log.is_complete:
        return HttpResponse(status=204)
    last = lines[-1].number if lines else filters.after
    context = {"organization": organization, "job": log.job, "lines": lines, "log": log, "last": last}
    return render(request, "jobs/_log_new.html", context)


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
