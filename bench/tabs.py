"""Many open tabs, each on a connection of its own, that poll by the clock, whatever becomes of the answers.

A program: `tabs.py` reads what to do as JSON and prints what it met as JSON. It stands alone, so that it starts at once
and stays small: one thread does a thousand polls a second in a fifth of a core.
"""

from __future__ import annotations

import gc
import json
import select
import socket
import sys
import time
from collections import Counter
from typing import Any

SECONDS_TO_ANSWER = 10.0
MAX_NAP = 0.05


class Tab:
    """One connection, at most one poll under way on it."""

    __slots__ = ("answer", "asked", "connection", "missing")

    def __init__(self, port: int) -> None:
        self.connection = socket.create_connection(("127.0.0.1", port), timeout=30)
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.answer = b""
        self.asked = 0.0
        self.missing = -1

    def ask(self, request: bytes, now: float) -> None:
        self.answer, self.asked, self.missing = b"", now, -1
        self.connection.sendall(request)

    def take(self) -> bool:
        """Whether the answer is complete now. Raises OSError when the server hung up."""
        data = self.connection.recv(262_144)
        if not data:
            raise ConnectionResetError
        if self.missing >= 0:
            self.missing -= len(data)
            return self.missing <= 0
        self.answer += data
        head, end, body = self.answer.partition(b"\r\n\r\n")
        if not end:
            return False
        self.missing = _length(head) - len(body)
        return self.missing <= 0

    @property
    def status(self) -> int:
        return int(self.answer[9:12])


class Crowd:
    """Tab after tab polls, evenly spread over `pause` seconds; each `changed_every`th poll finds a change."""

    def __init__(self, order: dict[str, Any]) -> None:
        self.order = order
        self.tag = order["tag"]
        self.tabs = [Tab(order["port"]) for _ in range(order["tabs"])]
        self.by_number = {tab.connection.fileno(): tab for tab in self.tabs}
        self.poller = select.epoll()
        for number in self.by_number:
            self.poller.register(number, select.EPOLLIN)
        self.seconds: list[float] = []
        self.lags: list[float] = []
        self.met: Counter[str] = Counter()
        self.waiting: set[Tab] = set()

    def poll(self) -> None:
        """All that the order says, and then the answers that are still to come."""
        spacing = self.order["pause"] / len(self.tabs)
        count = int(self.order["seconds"] / spacing)
        began, sent = time.perf_counter(), 0
        while sent < count:
            due = began + sent * spacing
            now = time.perf_counter()
            if now >= due:
                self.lags.append(now - due)
                self._ask(sent, now)
                sent += 1
                self._listen(0)
            else:
                self._listen(min(due - now, MAX_NAP))
        deadline = time.perf_counter() + SECONDS_TO_ANSWER
        while self.waiting and time.perf_counter() < deadline:
            self._listen(MAX_NAP)
        self.met["unanswered"] += len(self.waiting)

    def _ask(self, number: int, now: float) -> None:
        tab = self.tabs[number % len(self.tabs)]
        if tab in self.waiting:
            self.met["unanswered"] += 1
            return
        every = self.order["changed_every"]
        is_changed = every and number % every == 0
        self.waiting.add(tab)
        tab.ask(_request(self.order, "" if is_changed else self.tag), now)

    def _listen(self, seconds: float) -> None:
        for number, _ in self.poller.poll(seconds):
            tab = self.by_number[number]
            try:
                if tab.take():
                    self._finish(tab)
            except OSError:
                self._hung_up(tab)

    def _finish(self, tab: Tab) -> None:
        self.seconds.append(time.perf_counter() - tab.asked)
        self.met[str(tab.status)] += 1
        self.waiting.discard(tab)
        if tab.status == 200:
            self.tag = _header(tab.answer, b"hx-ptag") or self.tag

    def _hung_up(self, tab: Tab) -> None:
        """As a browser does, the next poll takes another connection. It matters only when an answer was due."""
        self.met["hung up"] += tab in self.waiting
        self.waiting.discard(tab)
        del self.by_number[tab.connection.fileno()]
        tab.connection.close()
        tab.connection = Tab(self.order["port"]).connection
        self.by_number[tab.connection.fileno()] = tab
        self.poller.register(tab.connection.fileno(), select.EPOLLIN)


def _request(order: dict[str, Any], tag: str) -> bytes:
    lines = [f"GET {order['path']} HTTP/1.1", f"Host: 127.0.0.1:{order['port']}", f"Cookie: {order['cookie']}"]
    lines += ["HX-Request: true", f"HX-PTag: {tag}", "", ""]
    return "\r\n".join(lines).encode()


def _length(head: bytes) -> int:
    return int(_header(head + b"\r\n", b"content-length") or 0)


def _header(answer: bytes, name: bytes) -> str:
    head = answer.partition(b"\r\n\r\n")[0] + b"\r\n"
    start = head.lower().find(b"\r\n" + name + b":")
    return head[start + len(name) + 3 :].partition(b"\r\n")[0].strip().decode() if start >= 0 else ""


def told(crowd: Crowd) -> dict[str, Any]:
    """Milliseconds; `lag_ms` is how late the polls were sent, which is this program's own fault."""
    met = dict(crowd.met)
    lost = met.pop("unanswered", 0) + met.pop("hung up", 0)
    good = met.pop("200", 0), met.pop("204", 0)
    return {
        "changed": good[0],
        "unchanged": good[1],
        "lost": lost,
        "failed": sum(met.values()),
        "p50_ms": _share(crowd.seconds, 0.5),
        "p99_ms": _share(crowd.seconds, 0.99),
        "slowest_ms": _share(crowd.seconds, 1),
        "lag_ms": _share(crowd.lags, 0.99),
    }


def _share(seconds: list[float], share: float) -> float:
    return 1000 * sorted(seconds)[min(len(seconds) - 1, int(len(seconds) * share))] if seconds else 0.0


if __name__ == "__main__":
    crowd = Crowd(json.load(sys.stdin))
    gc.disable()
    crowd.poll()
    json.dump(told(crowd), sys.stdout)
