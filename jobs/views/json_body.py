"""The body of a request as a JSON object (RFC 8259): whatever else was sent is a problem, never an exception."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest
from django.http.request import UnreadablePostError

from jobs.problems import Problem

# What is asked for is flat: an object of texts, lists and one object of arguments.
DEEPEST = 10
LONGEST_NUMBER = 64
_UNSTORABLE = re.compile(r"[\0\ud800-\udfff]")


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
    if any(isinstance(text, str) and _UNSTORABLE.search(text) for text in _walked(found)):
        raise Problem(400, "The body has a text with a NUL or half of a surrogate pair in it.")
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
    """RecursionError is what the parser of Python's library says of brackets by the thousand."""
    try:
        return json.loads(
            body.decode(), object_pairs_hook=_unique, parse_int=_whole, parse_float=_finite, parse_constant=_never
        )
    except UnicodeDecodeError:
        raise Problem(400, "The body isn't UTF-8.") from None
    except RecursionError:
        raise Problem(400, "The body is nested too deeply.") from None
    except ValueError as wrong:
        raise Problem(400, "The body isn't valid JSON.", str(wrong)[:300]) from None


def _walked(found: Any) -> Iterator[Any]:
    """Every value and every name in it. Raises Problem for what is nested too deeply."""
    left = [(found, 1)]
    while left:
        value, depth = left.pop()
        if depth > DEEPEST:
            raise Problem(400, "The body is nested too deeply.")
        yield value
        inner = [*value.keys(), *value.values()] if isinstance(value, dict) else value
        if isinstance(value, dict | list):
            left += [(one, depth + 1) for one in inner]


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("A name occurs twice in one object.")
    return found


def _whole(text: str) -> int:
    if len(text) > LONGEST_NUMBER:
        raise ValueError("A number is too long.")
    return int(text)


def _finite(text: str) -> float:
    number = float(text)
    if len(text) > LONGEST_NUMBER or not math.isfinite(number):
        raise ValueError("A number is too large.")
    return number


def _never(text: str) -> float:
    raise ValueError(f"{text} isn't JSON.")
