"""Errors for programs: `application/problem+json` (RFC 9457), made in one place.

A view is marked as one for programs (`marked`), and the site's outermost middleware sees to it that every error at such
an address is a problem, whoever raised it (dashboard/errors.py).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from django.http import JsonResponse
from django.http.response import HttpResponseBase

CONTENT_TYPE = "application/problem+json"
_MARK = "is_for_programs"

View = Callable[..., HttpResponseBase]


class Problem(Exception):
    """What is wrong with a request; `more` are further members of the problem's JSON."""

    def __init__(
        self, status: int, title: str, detail: str = "", *, headers: Mapping[str, str] | None = None, **more: Any
    ) -> None:
        super().__init__(title)
        self.status, self.title, self.detail, self.more = status, title, detail, more
        self.headers = dict(headers or {})

    def told(self) -> dict[str, Any]:
        """Its JSON."""
        told = {"type": "about:blank", "title": self.title, "status": self.status, "detail": self.detail}
        return {**told, **self.more}


def marked(view: View) -> View:
    """The view, marked as one for programs."""
    setattr(view, _MARK, True)
    return view


def is_for_programs(view: object) -> bool:
    return getattr(view, _MARK, False)


def as_response(problem: Problem) -> JsonResponse:
    return JsonResponse(problem.told(), status=problem.status, content_type=CONTENT_TYPE, headers=problem.headers)


def of_status(status: int, request_id: str) -> Problem:
    """What can be said of an error of which nothing but its status may be told."""
    detail = _DETAILS.get(status) or (_ANY_OF_OURS if status >= 500 else "")
    return Problem(status, _phrase(status), detail, request_id=request_id)


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Error"


_ANY_OF_OURS = "Something went wrong on the server. Its log has the details under this request_id."
_DETAILS = {
    400: "The server can't process this request.",
    403: "You don’t have permission to do this.",
    404: "Page not found. The link may be wrong, or you may not have access.",
    408: "The request took too long to arrive.",
    413: "The request is too large.",
    429: "Too many requests. Wait before you try again.",
    503: "The server can't answer right now. Try again after the time in Retry-After.",
}
