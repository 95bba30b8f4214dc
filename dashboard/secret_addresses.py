"""Addresses that let somebody in, without what lets in: no log may hold them, or who reads the log is let in.

Which they are is read from the URLconf: a place of an address that is called `token`, `key` or `secret` is one. So a
new address is hidden without being written down here. It is hidden however it stands in a line: within another
address, percent-encoded as in `next=%2Fjoin%2F…`; and bare, where an exception repeats it, by the form of what this
site makes, and by its value in lines about the request that brought it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from urllib.parse import quote, unquote

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, get_resolver

HIDDEN = "[hidden]"
SECRET = {"token", "key", "secret"}
# Shorter values are words that stand in many a line.
MIN_LENGTH = 8

# What a provider of single sign-on, or a link, hands over in a query.
IN_QUERIES = re.compile(
    r"(?i)((?:[?&;]|%(?:25){0,3}(?:3f|26|3b))"
    r"(?:code|state|nonce|id_token|access_token|token|key|secret)(?:=|%(?:25){0,3}3d))[^&;#\s\"'<>\\]+"
)
# A path, as it stands in a line: alone, quoted, within a whole address, or encoded in the query of another one.
PATH = re.compile(r"(?:/|%(?:25){0,3}2[fF])[^?#\s\"'<>\\]+")
SLASH = re.compile(r"/|%(?:25){0,3}2[fF]")
# Alone: what is signed with its time (invitations, confirmed addresses, notes of actions), links for new passwords, and
# tokens of programs.
BARE = re.compile(
    r"(?<![\w-])(?:[\w-]{1,200}(?::|%(?:25){0,3}3[aA])[\w-]{6}(?::|%(?:25){0,3}3[aA])[\w-]{43}"
    r"|[0-9a-z]{6,7}-[0-9a-f]{32}|ty_[\w-]{43})(?![\w-])"
)
# Where a value ends in an address that is read as a whole.
ENDS = re.compile(r"[/?&#\s]+")


def hide(text: str, *paths: str, values: tuple[str, ...] = ()) -> str:
    """The text, whatever else it says, with what lets somebody in hidden; `values` are hidden wherever they stand.

    `paths` are the path of the request that the text is about, as it may be written there. It may have blanks and
    quotes in it, so that from the text alone nobody could tell where it ends.
    """
    for path in paths:
        if (hidden := _hide_in(path)) != path:
            text = text.replace(path, hidden)
    for value in values:
        text = text.replace(value, HIDDEN).replace(quote(value, safe=""), HIDDEN)
    return BARE.sub(HIDDEN, IN_QUERIES.sub(rf"\1{HIDDEN}", PATH.sub(_hide_in_path, text)))


def values_in(address: str) -> tuple[str, ...]:
    """What lets in, of an address with its query: as it may be repeated elsewhere. Longest first."""
    plain = unquote(unquote(address))
    found = set(_in_queries(plain))
    for beginning in _beginnings():
        place = _lower(plain).find(beginning)
        while place >= 0:
            found.update(_pieces(plain[place + len(beginning) :]))
            place = _lower(plain).find(beginning, place + 1)
    return tuple(sorted((value for value in found if len(value) >= MIN_LENGTH), key=len, reverse=True))


def _in_queries(plain: str) -> Iterator[str]:
    for found in IN_QUERIES.finditer(plain):
        yield found[0].removeprefix(found[1])


def _pieces(rest: str) -> Iterator[str]:
    """The part of the path, and what follows the account's number in links for new passwords."""
    value = ENDS.split(rest, maxsplit=1)[0]
    yield value
    if value.partition("-")[0].isalnum():
        yield value.partition("-")[2]


def _hide_in_path(found: re.Match[str]) -> str:
    return _hide_in(found[0])


def _hide_in(path: str) -> str:
    """All that follows the fixed beginning of such an address, in whichever case that is written."""
    plain = _lower(SLASH.sub("/", path))
    for beginning in _beginnings():
        place = plain.find(beginning)
        if place >= 0 and len(plain) > place + len(beginning):
            slashes = [slash.end() for slash in SLASH.finditer(path)]
            return path[: slashes[plain[: place + len(beginning)].count("/") - 1]] + HIDDEN
    # With letters encoded as well it is no address of ours as we write it, and leads there all the same.
    is_odd = "%" in path and any(beginning in unquote(unquote(path)).lower() for beginning in _beginnings())
    return f"/{HIDDEN}" if is_odd else path


def _lower(text: str) -> str:
    """Only when each letter stays where it is."""
    return text.lower() if len(text.lower()) == len(text) else text


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


class NoReferrers:
    """Middleware: from a page whose address lets somebody in, browsers tell the site's name at most.

    Not `no-referrer`: with it forms are sent without an origin, and are refused. Everywhere else the path is told, to
    this site alone (`SECURE_REFERRER_POLICY`).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        address = request.get_full_path()
        if hide(address) != address:
            response["Referrer-Policy"] = "strict-origin"
        return response
