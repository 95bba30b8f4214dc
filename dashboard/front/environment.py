"""A request as granian hands it over (RSGI 1.6), and as PEP 3333 puts it, equal to what granian's own WSGI makes of it.

It differs where that is unsafe or where RSGI doesn't tell:

- A header whose name has an underscore is dropped, as nginx does: `X_Forwarded_For` would become the same variable as
  `X-Forwarded-For`, which a proxy vouches for.
- Variables of this process, its secrets among them, are not part of a request.
- A body that came in chunks has a CONTENT_LENGTH; granian's WSGI has none, and so the site saw no body.
- Bytes of an address that aren't UTF-8 are U+FFFD. Such addresses lead nowhere either way.
- Of a header that came several times, values that aren't ASCII are missing; where none is left it is empty.
"""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from io import BytesIO
from typing import Any, Protocol

Environ = dict[str, Any]

_BASE: Environ = {
    "GATEWAY_INTERFACE": "CGI/1.1",
    "SCRIPT_NAME": "",
    "SERVER_SOFTWARE": "Granian",
    "wsgi.version": (1, 0),
    "wsgi.errors": sys.stderr,
    "wsgi.multiprocess": False,
    "wsgi.multithread": True,
    "wsgi.run_once": False,
    "wsgi.input_terminated": True,
}
_PLAIN = {"content-type": "CONTENT_TYPE", "content-length": "CONTENT_LENGTH"}


def environ(scope: Scope, body: bytes, file_wrapper: object) -> Environ:
    """`body` is all of it."""
    name, port = _place(scope.server)
    made = {
        **_BASE,
        "REQUEST_METHOD": scope.method,
        "PATH_INFO": scope.path.encode().decode("latin-1"),
        "QUERY_STRING": scope.query_string,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "SERVER_NAME": name,
        "SERVER_PORT": port,
        "REMOTE_ADDR": _place(scope.client)[0],
        "wsgi.url_scheme": scope.scheme,
        "wsgi.input": BytesIO(body),
        "wsgi.file_wrapper": file_wrapper,
        **_headers(scope),
    }
    if body:
        made["CONTENT_LENGTH"] = str(len(body))
    return made


def _headers(scope: Scope) -> Environ:
    found = {}
    for name in scope.headers.keys():  # noqa: SIM118  # Not a mapping: to walk it makes a list of the same.
        if "_" not in name:
            values = scope.headers.get_all(name)
            place = _PLAIN.get(name) or f"HTTP_{name.upper().replace('-', '_')}"
            # RFC 9110, 5.3, and for cookies RFC 9113, 8.2.3.
            found[place] = ("; " if name == "cookie" else ",").join(values)
    if "HTTP_HOST" not in found:
        found["HTTP_HOST"] = scope.authority or ""
    return found


def _place(address: str) -> tuple[str, str]:
    """Host and port; of a Unix socket its path, and 0."""
    if not address or address.startswith("/"):
        return address, "0"
    host, _, port = address.rpartition(":")
    return host.removeprefix("[").removesuffix("]"), port


Headers = list[tuple[str, str]]


class RequestHeaders(Protocol):
    """Names are in lower case. Values that aren't ASCII are left out."""

    def keys(self) -> list[str]: ...
    def get(self, key: str, default: str | None = None) -> str | None: ...
    def get_all(self, key: str) -> list[str]: ...


class Scope(Protocol):
    """`path` is decoded from percents, as UTF-8, what is none replaced by U+FFFD. `server` and `client` are
    `address:port`, IPv6 in brackets, or for a Unix socket its path, which may be empty.
    """

    proto: str
    http_version: str
    server: str
    client: str
    scheme: str
    method: str
    path: str
    query_string: str
    headers: RequestHeaders
    authority: str | None


class HTTPProtocol(Protocol):
    """Answering twice, or somebody who left, does nothing. `close` is what the protocol of websockets has."""

    def __aiter__(self) -> AsyncIterator[bytes]: ...
    def response_empty(self, status: int, headers: Headers) -> None: ...
    def response_bytes(self, status: int, headers: Headers, body: bytes) -> None: ...
    def response_file(self, status: int, headers: Headers, file: str) -> None: ...
    def close(self, status: int) -> object: ...
