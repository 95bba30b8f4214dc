"""Many open tabs that poll, each on a connection of its own, and what they met."""

from __future__ import annotations

import http.client
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from statistics import median

from tests.faults.site import Site
from tests.faults.visitor import LIST

NEVER_WAITED = 4.5
"""Seconds. A request that waits for a cloud that is silent waits for five at least; a busy machine takes less."""


@dataclass(frozen=True, slots=True)
class Poll:
    """One poll; status 0 is an answer that never came."""

    at: float
    seconds: float
    status: int


@dataclass(frozen=True, slots=True)
class Polls:
    """The polls of some time."""

    all: list[Poll]

    @property
    def failed(self) -> list[Poll]:
        return [poll for poll in self.all if poll.status not in (200, 204)]

    @property
    def median(self) -> float:
        return median(poll.seconds for poll in self.all)

    @property
    def slowest(self) -> float:
        return max(poll.seconds for poll in self.all)

    @property
    def p99(self) -> float:
        return sorted(poll.seconds for poll in self.all)[int(len(self.all) * 0.99)]


@dataclass(slots=True)
class Tabs:
    site: Site
    path: str = LIST
    pause: float = 0.2
    met: list[Poll] = field(default_factory=list)
    _closing: threading.Event = field(default_factory=threading.Event)

    @contextmanager
    def open(self, count: int) -> Iterator[Tabs]:
        threads = [threading.Thread(target=self._poll, args=(number / count,)) for number in range(count)]
        for thread in threads:
            thread.start()
        try:
            yield self
        finally:
            self._closing.set()
            for thread in threads:
                thread.join(60)

    def listen(self, seconds: float) -> Polls:
        """What they meet from now on, for so long."""
        began = time.monotonic()
        time.sleep(seconds)
        return self.since(began)

    def since(self, moment: float) -> Polls:
        return Polls([poll for poll in list(self.met) if poll.at >= moment])

    def _poll(self, share: float) -> None:
        self._closing.wait(self.pause * share)
        with self.site.visitor() as visitor:
            while not self._closing.is_set():
                began = time.monotonic()
                try:
                    status = visitor.poll(self.path).status
                except (OSError, http.client.HTTPException):
                    status = 0
                self.met.append(Poll(began, time.monotonic() - began, status))
                self._closing.wait(max(0.0, self.pause - (time.monotonic() - began)))


def assert_nobody_waited(during: Polls) -> None:
    """Every poll was answered, none with an error, and none waited for the cloud."""
    assert during.all
    assert during.failed == []
    assert during.slowest < NEVER_WAITED
