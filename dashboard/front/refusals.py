"""What is answered without asking the site: a sentence, and at addresses for programs a problem (RFC 9457)."""

from __future__ import annotations

import secrets
from http import HTTPStatus

from django.http import HttpResponse

from dashboard.errors import RETRY_SECONDS, asks_as_program
from dashboard.front.environment import Headers, Scope
from jobs.api import problems


class Refusal(Exception):
    """`status` is HTTP's."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


def told(scope: Scope, status: int, request_id: str = "") -> tuple[int, Headers, bytes]:
    """Status, headers and body. The connection ends with it where a body may still be on its way."""
    request_id = request_id or secrets.token_hex(5)
    response = _said(scope, status, request_id)
    response["Cache-Control"] = "no-store, private"
    response["X-Request-ID"] = request_id
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        response["Retry-After"] = str(RETRY_SECONDS)
    if scope.http_version.startswith("1"):
        response["Connection"] = "close"
    return status, list(response.items()), response.content


def _said(scope: Scope, status: int, request_id: str) -> HttpResponse:
    headers = scope.headers
    if asks_as_program(scope.path, headers.get("authorization") or "", headers.get("accept") or ""):
        return problems.as_response(problems.of_status(status, request_id))
    # A poll or action in a page gets no words: it leaves what is there.
    words = "" if headers.get("hx-request") else f"{_WORDS[HTTPStatus(status)]}\n"
    return HttpResponse(words, status=status, content_type="text/plain; charset=utf-8")


_WORDS = {
    HTTPStatus.BAD_REQUEST: "The request was cut off.",
    HTTPStatus.REQUEST_TIMEOUT: "The request took too long to arrive.",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "The request is too large.",
    HTTPStatus.INTERNAL_SERVER_ERROR: "Something went wrong on the server.",
    HTTPStatus.SERVICE_UNAVAILABLE: f"The server is busy. Try again in {RETRY_SECONDS} seconds.",
}
