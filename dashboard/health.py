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
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

LIVES = 200, "ok"
STUCK = 503, "No thread has ended a request for a minute."
"""Status and words of `/healthz`."""

# Migrations are never taken back under a running process: once is enough.
_is_migrated = False


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
    global _is_migrated
    if not _is_migrated:
        executor = MigrationExecutor(connection)
        _is_migrated = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    if _is_migrated:
        with connection.cursor() as cursor:
            # A row of a table, because SQLite answers `SELECT 1` without having looked at its file.
            cursor.execute("SELECT 1 FROM django_migrations LIMIT 1")
    return _is_migrated
