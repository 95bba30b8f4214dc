"""The cloud's words, fit to be shown, logged and stored: without secrets, without control characters, not endless."""

from __future__ import annotations

import re
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterator
from urllib.parse import quote, quote_plus

LONGEST = 2_000  # characters
MARK = "[redacted]"
# Control characters but for newline and tab, and those that turn the direction of the text around them.
UNFIT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
# Shorter pieces of base64 stand in ordinary words by chance.
SHORTEST_CODED = 8


def clean(words: str | None, *secrets: str) -> str:
    """At most 2,000 characters; each secret, also in base64, hexadecimal or URL encoding, becomes "[redacted]"."""
    fit = UNFIT.sub("", words or "")
    forms = {form for secret in secrets if secret for form in _forms(secret)}
    if forms:
        longest_first = sorted(forms, key=len, reverse=True)
        fit = re.sub("|".join(map(re.escape, longest_first)), MARK, fit, flags=re.IGNORECASE)
    return fit.strip()[:LONGEST]


def _forms(secret: str) -> Iterator[str]:
    yield secret
    yield from (quote(secret), quote(secret, safe=""), quote_plus(secret), secret.encode().hex())
    yield from (form for form in _base64_forms(secret.encode()) if len(form) >= SHORTEST_CODED)


def _base64_forms(secret: bytes) -> Iterator[str]:
    """The characters that only the secret decides, wherever it begins: "key" is also found inside "id:key"."""
    for shift, first in enumerate((0, 2, 3)):
        last = (shift + len(secret)) * 8 // 6
        for encode in (b64encode, urlsafe_b64encode):
            yield encode(bytes(shift) + secret).decode()[first:last]
