"""The threads that answer requests: so many, with a bounded number of requests that wait for one.

What may take long, because it waits for others or makes a long answer, gets all of them but one: pages and probes go
on. Signing in has threads of its own: people come in however long the actions of others wait.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from time import monotonic

from dashboard.front.refusals import Refusal

log = logging.getLogger(__name__)

SIGN_IN_THREADS = 3
MAX_WAITING = 1024
"""Some seconds' worth of pages. Who came later would have gone before their turn."""
STILL_SECONDS = 60.0
"""Nothing that the site does in a request takes as long: a submit has the most, and a lease of 60 s is over after its
last deadline (`jobs.models.LEASE`). A pool in which nobody has begun or ended anything for that long is stuck."""
TELL_SECONDS = 60.0


class _Lane:
    """Requests of a kind, those that wait included; `moved` is when a thread last began or ended one, or when the first
    came after none was there.
    """

    def __init__(self, threads: int) -> None:
        self.threads = threads
        self.under_way = 0
        self.moved = 0.0

    @property
    def is_still(self) -> bool:
        return monotonic() - self.moved > STILL_SECONDS


class Pool:
    """Only the event loop of its process may use it."""

    def __init__(self, threads: int, name: str = "request") -> None:
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix=name)
        # What is slow counts among all once it is its turn.
        self._all, self._slow = _Lane(threads), _Lane(max(1, threads - 1))
        self._turns = asyncio.Semaphore(self._slow.threads)
        self._told = 0.0

    async def run(self, work: Callable[[], None], *, is_slow: bool = False) -> None:
        """Raises Refusal (503) when too many wait already, and what the work raises."""
        if is_slow:
            with self._counted(self._slow):
                async with self._turns:
                    await self._run(work, self._all, self._slow)
        else:
            await self._run(work, self._all)

    def stands_still(self) -> bool:
        """Whether each thread is busy with a request, all of them for longer than any may take; or each that slow ones
        may have, while others wait for one.
        """
        is_full = self._all.under_way >= self._all.threads and self._all.is_still
        return is_full or (self._slow.under_way > self._slow.threads and self._slow.is_still)

    def end(self) -> None:
        """Waits for what is under way. What waits still has nobody left who wants to know."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    @contextmanager
    def _counted(self, lane: _Lane) -> Iterator[None]:
        """Raises Refusal."""
        if lane.under_way >= lane.threads + MAX_WAITING:
            self._tell()
            raise Refusal(503)
        if not lane.under_way:
            lane.moved = monotonic()
        lane.under_way += 1
        try:
            yield
        finally:
            lane.under_way -= 1

    async def _run(self, work: Callable[[], None], *lanes: _Lane) -> None:
        with self._counted(self._all):
            await asyncio.get_running_loop().run_in_executor(self._pool, _move, work, lanes)

    def _tell(self) -> None:
        if monotonic() - self._told > TELL_SECONDS:
            self._told = monotonic()
            log.warning("All threads are busy and %d requests wait: others are refused with 503.", MAX_WAITING)


def _move(work: Callable[[], None], lanes: Iterable[_Lane]) -> None:
    for lane in lanes:
        lane.moved = monotonic()
    try:
        work()
    finally:
        for lane in lanes:
            lane.moved = monotonic()


# Logs and tables, whose making takes seconds when they are long; who comes back from single sign-on, where the provider
# is asked; what a submit's form asks the cloud for while it is filled in; and what is counted in a dataset.
_SLOW = (".txt", ".jsonl", ".csv", "/sso/callback/", "/jobs/new/labels/", "/jobs/new/custom/versions/", "/counts/")


def is_slow(method: str, path: str) -> bool:
    """Whether it may wait for others: an action for the cloud, a mail server, the provider or whoever writes.

    Pages that ask the cloud by GET are found by tests/sweeps/test_access.py.
    """
    if is_sign_in(path):
        return "/sso/" in path
    return method not in ("GET", "HEAD") or path.endswith(_SLOW)


_SIGN_IN = ("/sign-in/", "/me/two-factor/authenticate/", "/me/two-factor/webauthn/login/")


def is_sign_in(path: str) -> bool:
    """Whether somebody comes in there, or says again who they are; of these, single sign-on alone waits for others."""
    return path.startswith(_SIGN_IN)
