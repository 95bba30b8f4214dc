"""Whether this process lives, and whether it can serve: for probes, which come often, unsigned and by number.

`healthz` asks neither the database nor the cloud, so that a probe can't pile up on either, and so that nobody restarts
processes because the database is away. Behind `dashboard/rsgi.py` it is answered without a thread, and fails when all
threads have been stuck for long: then a restart helps. `readyz` asks the database. Neither asks the cloud: pages do
without it.
"""

from __future__ import annotations

from django import db
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from jobs.checks import is_migrated
from jobs.storing import later_version, migrated_later
from jobs.sync.worker import is_anybody_refreshing

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
        told = READY if missing or is_anybody_refreshing() else UNREFRESHED
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
