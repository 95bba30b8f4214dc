"""Every request has a short id of ours, never one from outside. It stands on error pages, in their header and in each
line of the log about the request, so that who saw an error and who reads the log can find each other.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from contextvars import ContextVar

from django.http import HttpRequest, HttpResponse

from dashboard.secret_addresses import values_in

# Names of the environment that come with a request begin with HTTP_: nobody outside can set this one.
_PLACE = "trainyard.request_id"
_current: ContextVar[str] = ContextVar("request_id", default="")
_secrets: ContextVar[tuple[str, ...]] = ContextVar("secrets_of_request", default=())


def request_id(request: HttpRequest) -> str:
    """The request's id: made when it is asked for first, the same ever after."""
    made: str = request.META.setdefault(_PLACE, secrets.token_hex(5))
    return made


def current_request_id() -> str:
    """The id of the request that this thread is answering; empty outside of requests."""
    return _current.get()


def current_secrets() -> tuple[str, ...]:
    """What lets somebody in, of the address that this thread is answering."""
    return _secrets.get()


def in_templates(request: HttpRequest) -> dict[str, str]:
    """What error pages show."""
    return {"request_id": request_id(request)}


class Identified:
    """Around everything else: what is logged meanwhile carries the id, and an answer that is an error as well."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        before = _current.set(request_id(request))
        secrets_before = _secrets.set(values_in(request.get_full_path()))
        try:
            response = self.get_response(request)
        finally:
            _current.reset(before)
            _secrets.reset(secrets_before)
        if response.status_code >= 400:
            response["X-Request-ID"] = request_id(request)
        return response
