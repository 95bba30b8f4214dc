"""What programs send: a body that is a JSON object (RFC 8259), and the header `Idempotency-Key`.

Whatever else comes is a problem, never an exception. The header is as in the IETF's draft
(draft-ietf-httpapi-idempotency-key-header), which wants a quoted string of Structured Fields (RFC 9651); what clients
send without quotes is taken as well.
"""

from __future__ import annotations

import re
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest
from django.http.request import UnreadablePostError

from jobs import strict_json
from jobs.api.problems import Problem
from jobs.models import MAX_KEY


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


_QUOTED = re.compile(r'"((?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\])*)"')
_BARE = re.compile(r"[\x21\x23-\x5b\x5d-\x7e]+")


def read_key(request: HttpRequest) -> str:
    """Empty when there is none. Raises Problem (400) for one that is too long or malformed."""
    header = request.headers.get("Idempotency-Key")
    if header is None:
        return ""
    quoted, bare = _QUOTED.fullmatch(header.strip()), _BARE.fullmatch(header.strip())
    key = re.sub(r'\\(["\\])', r"\1", quoted[1]) if quoted else bare[0] if bare else ""
    if not key:
        raise Problem(400, "This Idempotency-Key is malformed.", 'Send visible ASCII characters: "a-key" or a-key.')
    if len(key) > MAX_KEY:
        raise Problem(400, "This Idempotency-Key is too long.", f"Send at most {MAX_KEY} characters.")
    return key
