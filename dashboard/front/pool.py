"""The threads that answer requests: so many, with a bounded number of requests that wait for one."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from time import monotonic

from dashboard.front.refusals import Refusal

log = logging.getLogger(__name__)

MOST_WAITING = 1024
"""Some seconds' worth of pages. Who came later would have gone before their turn."""
STILL_SECONDS = 60.0
"""Nothing that the site does in a request takes as long: a submit has the most, and a lease of 60 s is over after its
last deadline (`jobs.models.LEASE`). A pool in which nobody has begun or ended anything for that long is stuck."""
TELL_SECONDS = 60.0


class Pool:
    """Only the event loop of its process may use it."""

    def __init__(self, threads: int) -> None:
        self._threads = threads
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="request")
        self._under_way = 0
        self._moved = self._told = 0.0

    async def run(self, work: Callable[[], None]) -> None:
        """Raises Refusal (503) when too many wait already, and what the work raises."""
        if self._under_way >= self._threads + MOST_WAITING:
            self._tell()
            raise Refusal(503)
        self._under_way += 1
        try:
            await asyncio.get_running_loop().run_in_executor(self._pool, self._run, work)
        finally:
            self._under_way -= 1

    def stands_still(self) -> bool:
        """Whether each thread is busy with a request, all of them for longer than any may take."""
        return self._under_way >= self._threads and monotonic() - self._moved > STILL_SECONDS

    def end(self) -> None:
        """Waits for what is under way. What waits still has nobody left who wants to know."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _run(self, work: Callable[[], None]) -> None:
        self._moved = monotonic()
        try:
            work()
        finally:
            self._moved = monotonic()

    def _tell(self) -> None:
        if monotonic() - self._told > TELL_SECONDS:
            self._told = monotonic()
            log.warning("All threads are busy and %d requests wait: others are refused with 503.", MOST_WAITING)
