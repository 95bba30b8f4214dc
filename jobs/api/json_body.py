"""The body of a request as a JSON object (RFC 8259): whatever else was sent is a problem, never an exception."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest
from django.http.request import UnreadablePostError

from jobs import strict_json
from jobs.api.problems import Problem


def read_object(request: HttpRequest) -> dict[str, Any]:
    """Empty when there is no body. Raises Problem: 400, 411, 413 or 415."""
    body = _bytes_of(request)
    if not body:
        return {}
    if not _is_json(request):
        raise Problem(415, "Unsupported media type.", "Send the body as application/json.")
    found = _parsed(body)
    if not isinstance(found, dict):
        raise Problem(400, "The body isn't a JSON object.")
    return found


def _bytes_of(request: HttpRequest) -> bytes:
    """A body in chunks has no length, and Django reads none of it: what it asks for must not be lost without a word."""
    if "Transfer-Encoding" in request.headers and not request.headers.get("Content-Length"):
        raise Problem(411, "The body needs a Content-Length.")
    try:
        return request.body
    except RequestDataTooBig:
        raise Problem(413, "The body is too large.") from None
    except UnreadablePostError:
        raise Problem(400, "The body ended early.") from None


def _is_json(request: HttpRequest) -> bool:
    kind = (request.content_type or "").lower()
    return kind == "application/json" or (kind.startswith("application/") and kind.endswith("+json"))


def _parsed(body: bytes) -> Any:
    try:
        return strict_json.parse(body.decode())
    except UnicodeDecodeError:
        raise Problem(400, "The body isn't UTF-8.") from None
    except strict_json.TooDeep:
        raise Problem(400, "The body is nested too deeply.") from None
    except strict_json.Unstorable:
        raise Problem(400, "The body has a text with a NUL or half of a surrogate pair in it.") from None
    except ValueError as wrong:
        raise Problem(400, "The body isn't valid JSON.", str(wrong)[:300]) from None
