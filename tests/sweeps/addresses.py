"""Every address that the site knows, from the resolver itself: a new one is swept without being written down."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from django.urls import URLPattern, URLResolver, get_resolver

PLACE = re.compile(r"<(?:(?P<converter>\w+):)?(?P<name>\w+)>")
REGEX_PLACE = re.compile(r"\^?\(\?P(<\w+>)[^)]*\)")


def routes(patterns: list[URLPattern | URLResolver] | None = None, before: str = "") -> Iterator[str]:
    """Every route, as urls.py writes it."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, route)
        else:
            yield route


def filled(route: str, values: Mapping[str, object]) -> str:
    """The address of a route, its places filled by name or by kind; what is unknown becomes 1."""
    plain = REGEX_PLACE.sub(r"\1", route).rstrip("$")
    return "/" + PLACE.sub(lambda place: str(values.get(place["name"]) or values.get(place["converter"], 1)), plain)
