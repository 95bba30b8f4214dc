"""What a request gets that failed: a page in plain words, and a number by which its record in the log is found."""

from __future__ import annotations

import secrets
import sys

from django import db
from django.http import HttpRequest, HttpResponse
from django.template import loader

REFERENCE = "trainyard.reference"
RETRY_SECONDS = 10


def server_error(request: HttpRequest) -> HttpResponse:
    """Called while the exception is handled. A poll or action in a page gets no page: it leaves what is there."""
    reference = request.META[REFERENCE] = secrets.token_hex(4)
    is_away = is_database_away(sys.exception())
    template, status = ("503.html", 503) if is_away else ("500.html", 500)
    if request.headers.get("HX-Request"):
        response = HttpResponse(status=status)
    else:
        # Drawn without the request, of which templates ask who is signed in: that is in the database.
        address = request.get_full_path() if request.method == "GET" else "/"
        words = loader.render_to_string(template, {"reference": reference, "address": address})
        response = HttpResponse(words, status=status)
    if is_away:
        response["Retry-After"] = str(RETRY_SECONDS)
    response["X-Request-ID"] = reference
    response["Cache-Control"] = "no-store, private"
    return response


def reference_of(request: object) -> str:
    """The number of a request that failed; empty for any other."""
    return request.META.get(REFERENCE, "") if isinstance(request, HttpRequest) else ""


def is_database_away(error: BaseException | None) -> bool:
    """It can't be reached, doesn't answer in time, or is no database any more; not that we asked something wrong."""
    return isinstance(error, db.OperationalError | db.InterfaceError) or type(error) is db.DatabaseError
