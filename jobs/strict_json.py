"""JSON from outside (RFC 8259), read so that what comes of it can be stored, sent and shown: flat, finite, in Unicode.

Python's own parser takes more: names that come twice, NaN, half of a surrogate pair, and it gives up with a
RecursionError, which is no ValueError, when brackets come by the thousand.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from typing import Any

# What is asked for is flat: an object of texts, lists and one object of arguments.
DEEPEST = 10
MAX_NUMBER = 64
UNSTORABLE = re.compile(r"[\0\ud800-\udfff]")


class TooDeep(ValueError):
    """Nested more than DEEPEST times."""


class Unstorable(ValueError):
    """A text in it has a NUL or half of a surrogate pair: no database takes the one, no encoding the other."""


def parse(text: str) -> Any:
    """Raises ValueError, TooDeep and Unstorable among them, whatever the text; its words are for whoever sent it."""
    try:
        found = json.loads(
            text, object_pairs_hook=_unique, parse_int=_whole, parse_float=_finite, parse_constant=_never
        )
    except RecursionError:
        raise TooDeep("It is nested too deeply.") from None
    if any(isinstance(part, str) and UNSTORABLE.search(part) for part in _walked(found)):
        raise Unstorable("A text in it has a NUL or half of a surrogate pair.")
    return found


def _walked(found: Any) -> Iterator[Any]:
    """Every value and every name in it."""
    left = [(found, 1)]
    while left:
        value, depth = left.pop()
        if depth > DEEPEST:
            raise TooDeep("It is nested too deeply.")
        yield value
        inner = [*value.keys(), *value.values()] if isinstance(value, dict) else value
        if isinstance(value, dict | list):
            left += [(one, depth + 1) for one in inner]


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            # Escaped: it may be one that can't be shown.
            raise ValueError(f"The name {json.dumps(name[:MAX_NUMBER])} occurs twice in one object.")
        found[name] = value
    return found


def _whole(text: str) -> int:
    if len(text) > MAX_NUMBER:
        raise ValueError("A number is too long.")
    return int(text)


def _finite(text: str) -> float:
    number = float(text)
    if len(text) > MAX_NUMBER or not math.isfinite(number):
        raise ValueError("A number is too large.")
    return number


def _never(text: str) -> float:
    raise ValueError(f"{text} isn't JSON.")
