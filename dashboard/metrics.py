"""/metrics: what Prometheus asks for. It tells names of organizations, so it answers to whoever brings METRICS_TOKEN.

Without that setting there is no such page. A database that is away leaves out what stands in it, not the rest.
"""

from __future__ import annotations

from collections.abc import Iterator

from django import db
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db.models import Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.views.decorators.http import require_safe

from jobs.metrics.catalogue import (
    CONTENT_TYPE,
    DATABASE,
    JOBS,
    LOG_LINES,
    MIRROR_AGE,
    PROBLEM,
    REFRESHERS,
    Line,
    counted,
    of_processes,
    text_of,
)
from jobs.models import JobLog, Organization
from jobs.sync import worker


@login_not_required
@require_safe
def tell_metrics(request: HttpRequest) -> HttpResponse:
    if not settings.METRICS_TOKEN:
        raise Http404("METRICS_TOKEN is not set.")
    if not constant_time_compare(request.headers.get("Authorization", ""), f"Bearer {settings.METRICS_TOKEN}"):
        told = {"WWW-Authenticate": "Bearer", "Cache-Control": "no-store"}
        return HttpResponse("Send the token.\n", "text/plain", 401, headers=told)
    lines = [*counted(), *_of_the_mirror(), *of_processes()]
    return HttpResponse(text_of(lines), CONTENT_TYPE, headers={"Cache-Control": "no-store"})


def _of_the_mirror() -> list[Line]:
    try:
        seen = (REFRESHERS, REFRESHERS.line(worker.refreshers()))
        return [(DATABASE, DATABASE.line(1)), seen, *_of_the_organizations(), *_of_the_logs()]
    except db.Error:
        return [(DATABASE, DATABASE.line(0))]


def _of_the_organizations() -> Iterator[Line]:
    now = timezone.now()
    for organization in Organization.objects.filter(is_shown=True):
        slug = organization.slug
        if organization.fetched_at:
            age = (now - organization.fetched_at).total_seconds()
            yield MIRROR_AGE, MIRROR_AGE.line(age, slug)
        if organization.problem:
            yield PROBLEM, PROBLEM.line(1, slug, organization.problem)
        for status, number in organization.counts.items():
            yield JOBS, JOBS.line(number, slug, status)


def _of_the_logs() -> Iterator[Line]:
    lines = JobLog.objects.aggregate(lines=Sum("line_count"))["lines"]
    yield LOG_LINES, LOG_LINES.line(lines or 0)
