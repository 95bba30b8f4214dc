"""The types of granian that we use, as its RSGI specification 1.6 describes them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Protocol

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
