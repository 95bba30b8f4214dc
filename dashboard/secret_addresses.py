"""Addresses that let somebody in, without what lets in: no log may hold them, or who reads the log is let in.

Which they are is read from the URLconf: a place of an address that is called `token`, `key` or `secret` is one. So a
new address is hidden without being written down here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from django.urls import URLPattern, URLResolver, get_resolver

HIDDEN = "[hidden]"
SECRET = {"token", "key", "secret"}
# What a provider of single sign-on, or a link, hands over in a query.
IN_QUERIES = re.compile(r"(?i)([?&;](?:code|state|nonce|id_token|access_token|token|key|secret)=)[^&;#\s\"'<>\\]+")


# A path, as it stands in a line: alone, quoted, or within a whole address.
PATH = re.compile(r"/[^?#\s\"'<>\\]+")


def hide(text: str, *paths: str) -> str:
    """The text, whatever else it says, with the secret parts of addresses hidden.

    `paths` are the path of the request that the text is about, as it may be written there. It may have blanks and
    quotes in it, so that from the text alone nobody could tell where it ends.
    """
    for path in paths:
        if (hidden := _hide_in(path)) != path:
            text = text.replace(path, hidden)
    return IN_QUERIES.sub(rf"\1{HIDDEN}", PATH.sub(_hide_in_path, text))


def _hide_in_path(found: re.Match[str]) -> str:
    return _hide_in(found[0])


def _hide_in(path: str) -> str:
    """All that follows the fixed beginning of such an address, in whichever case that is written."""
    plain = path.lower() if len(path.lower()) == len(path) else path
    for beginning in _beginnings():
        place = plain.find(beginning)
        if place >= 0 and len(path) > place + len(beginning):
            return path[: place + len(beginning)] + HIDDEN
    return path


@cache
def _beginnings() -> tuple[str, ...]:
    return tuple({f"/{beginning}" for beginning in beginnings_of_secrets()})


def beginnings_of_secrets(patterns: list[URLPattern | URLResolver] | None = None, before: str = "") -> Iterator[str]:
    """The fixed beginnings of addresses that hold a secret, without the slash in front."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from beginnings_of_secrets(pattern.url_patterns, route)
        elif SECRET & set(re.findall(r"<(?:\w+:)?(\w+)>", route)):
            yield re.split(r"<|\(\?P", route.replace("^", ""))[0]
