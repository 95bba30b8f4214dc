"""One keep-alive connection of somebody signed in, as a tab has one."""

from __future__ import annotations

import http.client
import socket
from dataclasses import dataclass
from types import TracebackType
from typing import Self

HOST = "127.0.0.1"
PATIENCE_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: bytes
    headers: dict[str, str]


class Connection:
    """`cookie` is sent with every request, where there is one."""

    def __init__(self, port: int, cookie: str = "") -> None:
        self._port = port
        self._headers = {"Cookie": cookie} if cookie else {}
        self._http = http.client.HTTPConnection(HOST, port, timeout=PATIENCE_SECONDS)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.close()

    def ask(self, path: str, *, body: str | None = None, expect: tuple[int, ...] = (200,), **headers: str) -> Answer:
        """Raises RuntimeError for another status than those expected."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self._http.request("POST" if body else "GET", path, body, self._headers | named)
        response = self._http.getresponse()
        told = Answer(response.status, response.read(), {name.lower(): value for name, value in response.getheaders()})
        if told.status not in expect:
            raise RuntimeError(f"{path} answered {told.status}.")
        return told

    def bytes_of(self, path: str, **headers: str) -> int:
        """Of an answer without a body: all that comes over the wire."""
        named = {"Host": f"{HOST}:{self._port}", **self._headers, **headers}
        lines = [f"GET {path} HTTP/1.1", *(f"{name.replace('_', '-')}: {value}" for name, value in named.items())]
        with socket.create_connection((HOST, self._port), timeout=PATIENCE_SECONDS) as plain:
            plain.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
            taken = b""
            while b"\r\n\r\n" not in taken:
                taken += plain.recv(65_536)
        return len(taken)
