"""A request: made of whatever its headers say, and with a short id of ours.

The id stands on error pages, in their header and in each line of the log about the request, so that who saw an error
and who reads the log can find each other.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from django.core.exceptions import BadRequest
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.http import HttpRequest, HttpResponse
from django.utils.http import parse_header_parameters

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


FORMS = {"application/x-www-form-urlencoded", "multipart/form-data"}
OURS = {"utf-8", "utf8", "us-ascii", "ascii"}


class Request(WSGIRequest):
    """Headers are anybody's: what they say must never keep Django from making a request of it, for that happens outside
    of all middleware, and the answer would be the web server's bare 500.

    The site speaks UTF-8, like every page of it and every browser that fills in its forms. Django decodes addresses and
    forms with whatever codec a Content-Type names, `hex` and `unicode_escape` included.
    """

    def _set_content_type_params(self, meta: dict[str, Any]) -> None:
        """A charset is remembered in `content_params` and not taken; what can't be read is no content type at all."""
        try:
            self.content_type, self.content_params = parse_header_parameters(meta.get("CONTENT_TYPE", ""))
        except (LookupError, ValueError):
            self.content_type, self.content_params = "", {}

    def _load_post_and_files(self) -> None:
        """Raises BadRequest for a form in another charset, rather than read it as what it is not."""
        is_form = self.method == "POST" and self.content_type in FORMS
        if is_form and (self.content_params or {}).get("charset", "utf-8").strip().lower() not in OURS:
            raise BadRequest("Send the form in UTF-8.")
        super()._load_post_and_files()


class Handler(WSGIHandler):
    request_class = Request
