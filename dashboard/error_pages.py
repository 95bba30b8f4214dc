"""The pages of errors that Django would draw without knowing the request, and so without its id.

They depend on nothing that may be what is broken: no database, no session, and the last one not even on static files.
"""

from __future__ import annotations

import sys

from django import db
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from dashboard.requests import in_templates
from jobs.storing import refusal_in

RETRY_SECONDS = 10


def not_understood(request: HttpRequest, exception: Exception) -> HttpResponse:
    """What the exception says is for the log: it may repeat what was sent."""
    is_too_much = isinstance(exception, TooManyFieldsSent | RequestDataTooBig)
    words = render_to_string("400.html", {**in_templates(request), "is_too_much": is_too_much})
    return HttpResponse(words, status=400)


def broken(request: HttpRequest) -> HttpResponse:
    """Called while the exception is handled. A poll or action in a page gets no page: it leaves what is there."""
    is_away = is_database_away(sys.exception())
    template, status = ("503.html", 503) if is_away else ("500.html", 500)
    refusal = refusal_in(sys.exception())
    address = request.get_full_path() if request.method == "GET" else "/"
    words = render_to_string(template, {**in_templates(request), "address": address, "refusal": refusal})
    response = HttpResponse("" if request.headers.get("HX-Request") else words, status=status)
    response["Cache-Control"] = "no-store, private"
    if is_away:
        response["Retry-After"] = str(RETRY_SECONDS)
    return response


def is_database_away(error: BaseException | None) -> bool:
    """It can't be reached, doesn't answer in time, takes nothing, or is no database any more; not that we asked
    something wrong.
    """
    is_away = isinstance(error, db.OperationalError | db.InterfaceError) or type(error) is db.DatabaseError
    return is_away or refusal_in(error) is not None
