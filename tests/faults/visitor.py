"""Somebody signed in who looks at pages, one request after the other on a connection that stays open."""

from __future__ import annotations

import http.client
import re
import socket
import time
from dataclasses import dataclass, field
from html import unescape
from types import TracebackType
from typing import Self
from urllib.parse import urlencode

LIST = "/orgs/bolt-robotics/jobs/"
WARNING = re.compile(r'<div class="warning">(.*?)</div>', re.DOTALL)
EMPTY = re.compile(r'<div class="empty">(.*?)</div>', re.DOTALL)
# Made visible by a script alone.
TEMPLATE = re.compile(r"<template\b.*?</template>", re.DOTALL)
ROW = re.compile(r'<tr id="job-([^"]+)"')
PATIENCE_SECONDS = 30
IDLE_SECONDS = 10
"""The server gives up connections that nobody uses, as it may."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, and how long it took."""

    status: int
    text: str
    seconds: float
    headers: dict[str, str] = field(repr=False)

    @property
    def jobs(self) -> list[str]:
        """The ids of the jobs on a list."""
        return ROW.findall(self.text)

    @property
    def warning(self) -> str:
        """What the page says about its age and the reason, in words; empty while all is well."""
        shown = TEMPLATE.sub("", self.text)
        found = WARNING.search(shown) or EMPTY.search(shown)
        return " ".join(unescape(re.sub(r"<[^>]+>", " ", found[1])).split()) if found else ""

    @property
    def is_old(self) -> bool:
        """Whether the page tells that what it shows is old: with a warning, or where it tells as of when it is true."""
        return bool(self.warning) or '<p class="as-of" data-old>' in self.text

    def field(self, name: str) -> str:
        """What a field of the form on this page holds."""
        found = re.search(rf'name="{name}" value="([^"]*)"', self.text)
        assert found, f"The page has no field {name}."
        return unescape(found[1])


class Visitor:
    def __init__(self, port: int, session: str) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)
        self._cookies = {"trainyard-session": session}
        self._tags: dict[str, str] = {}
        self._asked_at = 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()

    def get(self, path: str = LIST, **headers: str) -> Answer:
        return self._ask("GET", path, None, headers)

    def poll(self, path: str = LIST) -> Answer:
        """As an open tab does: with the tag of what it shows."""
        answer = self.get(path, **{"HX-Request": "true", "HX-PTag": self._tags.get(path, "")})
        self._tags[path] = answer.headers.get("hx-ptag", self._tags.get(path, ""))
        return answer

    def leave(self) -> None:
        """Now, whatever is under way: from another thread."""
        self._connection.sock.shutdown(socket.SHUT_RDWR)

    def post(self, path: str, **fields: str) -> Answer:
        body = urlencode(fields)
        return self._ask("POST", path, body, {"Content-Type": "application/x-www-form-urlencoded"})

    def _ask(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> Answer:
        began = time.monotonic()
        if began - self._asked_at > IDLE_SECONDS:
            self._connection.close()
        self._asked_at = began
        cookies = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        try:
            self._connection.request(method, path, body, {"Cookie": cookies, **headers})
            response = self._connection.getresponse()
            text = response.read().decode()
        except (OSError, http.client.HTTPException):
            self._connection.close()
            raise
        for name, value in response.getheaders():
            if name.lower() == "set-cookie":
                cookie, _, held = value.split(";")[0].partition("=")
                self._cookies[cookie] = held
        told = {name.lower(): value for name, value in response.getheaders()}
        return Answer(response.status, text, time.monotonic() - began, told)
