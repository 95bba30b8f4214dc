"""The header `Idempotency-Key`, as in the IETF's draft (draft-ietf-httpapi-idempotency-key-header).

The draft wants a quoted string of Structured Fields (RFC 9651); what clients send without quotes is taken as well.
"""

from __future__ import annotations

import re

from django.http import HttpRequest

from jobs.api.problems import Problem
from jobs.models import LONGEST_KEY

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
    if len(key) > LONGEST_KEY:
        raise Problem(400, "This Idempotency-Key is too long.", f"Send at most {LONGEST_KEY} characters.")
    return key
