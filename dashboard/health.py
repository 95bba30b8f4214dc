"""What programs ask that watch the site: whether this process lives, whether it can serve, and its metrics.

Probes come often, unsigned and by number.

`healthz` asks neither the database nor the cloud, so that a probe can't pile up on either, and so that nobody restarts
processes because the database is away. Behind `dashboard/rsgi.py` it is answered without a thread, and fails when all
threads have been stuck for long: then a restart helps. `readyz` asks the database. Neither asks the cloud: pages do
without it. `metrics` is what Prometheus asks for. It tells names of organizations, so it answers to whoever brings
METRICS_TOKEN.
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

from jobs.checks import is_migrated
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
from jobs.storing import later_version, migrated_later
from jobs.sync import worker

LIVES = 200, "ok"
STUCK = 503, "No thread has ended a request for a minute."
"""Status and words of `/healthz`."""
READY, UNREFRESHED = "ready", "ready, but no refresher is running"
"""Words of `/readyz`: a host serves what was seen last, whether anybody refreshes it or not."""


@login_not_required
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    status, words = LIVES
    return _said(words, status)


@login_not_required
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    try:
        missing = _what_is_missing()
        told = READY if missing or worker.is_anybody_refreshing() else UNREFRESHED
    except db.Error:
        missing = "The database does not answer."
    return _said(missing, status=503) if missing else _said(told)


def _said(words: str, status: int = 200) -> HttpResponse:
    return HttpResponse(f"{words}\n", status=status, content_type="text/plain", headers={"Cache-Control": "no-store"})


def _what_is_missing() -> str:
    """In words; empty when nothing is. Raises django.db.Error when the database can't be asked."""
    if not is_migrated():
        return "Migrations are missing."
    later = later_version()
    return migrated_later(later) if later else ""


# Metrics.


@login_not_required
@require_safe
def tell_metrics(request: HttpRequest) -> HttpResponse:
    """None without METRICS_TOKEN. A database that is away leaves out what stands in it, and not the rest."""
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
