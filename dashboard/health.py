"""Whether this process lives, and whether it can serve: for probes, which come often, unsigned and by number.

`healthz` asks neither the database nor the cloud, so that a probe can't pile up on either, and so that nobody restarts
processes because the database is away. Behind `dashboard/rsgi.py` it is answered without a thread, and fails when all
threads have been stuck for long: then a restart helps. `readyz` asks the database. Neither asks the cloud: pages do
without it.
"""

from __future__ import annotations

from django import db
from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from jobs.checks import is_migrated

LIVES = 200, "ok"
STUCK = 503, "No thread has ended a request for a minute."
"""Status and words of `/healthz`."""


@login_not_required
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    status, words = LIVES
    return _said(words, status)


@login_not_required
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    try:
        is_ready = _has_its_tables()
    except db.Error:
        return _said("The database does not answer.", status=503)
    return _said("ready") if is_ready else _said("Migrations are missing.", status=503)


def _said(words: str, status: int = 200) -> HttpResponse:
    return HttpResponse(f"{words}\n", status=status, content_type="text/plain", headers={"Cache-Control": "no-store"})


def _has_its_tables() -> bool:
    """Raises django.db.Error when the database can't be asked."""
    if not is_migrated():
        return False
    with connection.cursor() as cursor:
        # A row of a table, because SQLite answers `SELECT 1` without having looked at its file.
        cursor.execute("SELECT 1 FROM django_migrations LIMIT 1")
    return True
