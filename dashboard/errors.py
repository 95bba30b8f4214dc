"""Errors: pages that Django would draw without the id of their request, and problems in JSON for programs (RFC 9457).

When something is broken, the page depends on nothing that may be it: no database, no session, and the last one not even
on static files. Who was known to be signed in before it broke keeps the header. At an address for programs every error
is a problem, also when no view was reached: a host that isn't ours, a body that is too large, a database that is away,
an exception in any middleware.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

from django import db
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.urls import Resolver404, resolve
from django_htmx.middleware import HtmxDetails

from dashboard.requests import in_templates, request_id
from jobs.api import problems
from jobs.storing import refusal_in

RETRY_SECONDS = 10
# What all pages of who is signed in extend, and those of everybody else. Templates are told one of them in any case:
# Django logs a missing variable with the error that led there, and all that it says.
FRAME, BARE = "base.html", "bare.html"


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
    context = {**in_templates(request), "frame": BARE, "address": address, "refusal": refusal}
    words = _in_known_frame(request, template, context) or render_to_string(template, context)
    response = HttpResponse("" if HtmxDetails(request) else words, status=status)
    response["Cache-Control"] = "no-store, private"
    if is_away:
        response["Retry-After"] = str(RETRY_SECONDS)
    return response


def _in_known_frame(request: HttpRequest, template: str, context: dict[str, Any]) -> str:
    """The page in the frame, made of what was known before it broke; empty when that isn't enough to draw it."""
    user = vars(request).get("_cached_user")
    if user is None or not user.is_authenticated:
        return ""
    granted = getattr(user, "granted", None)
    known = {"frame": FRAME, "request": request, "user": user, **(granted.context if granted else {})}
    try:
        with ExitStack() as silent:
            for connection in db.connections.all(initialized_only=True):
                silent.enter_context(connection.execute_wrapper(_ask_nothing))
            known |= {
                "profile": getattr(user, "profile", None),
                "kept": None,
                "kept_organization": None,
                "csrf_token": get_token(request),
            }
            return render_to_string(_FRAMED.get(template, template), {**context, **known})
    except Exception:  # Whatever is broken may be the frame itself.
        return ""


_FRAMED = {"500.html": "500_in_frame.html"}


def _ask_nothing(*_: object) -> None:
    raise db.OperationalError("Pages about errors ask the database nothing.")


def is_database_away(error: BaseException | None) -> bool:
    """It can't be reached, doesn't answer in time, takes nothing, or is no database any more; not that we asked
    something wrong.
    """
    is_away = isinstance(error, db.OperationalError | db.InterfaceError) or type(error) is db.DatabaseError
    return is_away or refusal_in(error) is not None


class ProblemsForPrograms:
    """Around everything else but the request's id. Headers of the error, such as Allow and Retry-After, stay."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        is_told = response.headers.get("Content-Type", "").startswith(problems.CONTENT_TYPE)
        if response.status_code < 400 or is_told or not _is_for_programs(request):
            return response
        return _told_as_problem(request, response)


def _told_as_problem(request: HttpRequest, error: HttpResponse) -> HttpResponse:
    response = problems.as_response(problems.of_status(error.status_code, request_id(request)))
    for name, value in error.headers.items():
        if name.lower() not in ("content-type", "content-length", "content-encoding"):
            response.headers[name] = value
    response.cookies = error.cookies
    response.headers.setdefault("Cache-Control", "no-store, private")
    return response


def _is_for_programs(request: HttpRequest) -> bool:
    headers = request.headers
    return asks_as_program(request.path_info, headers.get("Authorization", ""), headers.get("Accept", ""))


def asks_as_program(path: str, authorization: str, accept: str) -> bool:
    """By the view of the address. Where there is no view, by what is asked for: with a token, for JSON or by the ending
    of the addresses for programs, nobody looks at a page.
    """
    try:
        return problems.is_for_programs(resolve(path).func)
    except Resolver404:
        has_token = authorization.lower().startswith("bearer ")
        return has_token or path.endswith(".json") or ("json" in accept and "html" not in accept)
