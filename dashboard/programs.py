"""Every error at an address for programs is a problem in JSON (RFC 9457), also when no view was reached: a host that
isn't ours, a body that is too large, a database that is away, an exception in any middleware.
"""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve

from dashboard.requests import request_id
from jobs.api import problems


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
