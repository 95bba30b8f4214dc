"""Bodies of requests, read before a thread has anything to do with them: bounded in size, time, number and memory.

granian's WSGI reads a body when the site asks for it, in the site's thread and without a deadline: whoever announces
one and doesn't send it holds the thread (https://github.com/emmett-framework/granian/issues/728).
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, suppress

from django.conf import settings
from django.urls import Resolver404, resolve

from dashboard.front.environment import HTTPProtocol, Scope
from dashboard.front.refusals import Refusal
from jobs.api import problems

SMALL_BYTES = 64 * 1024
"""What a form of somebody who isn't signed in has room in, many times over."""
SECONDS = 20.0
"""In which a body has to be there as a whole. With the longest submit it is still less than a worker has to end in."""
QUICK_SECONDS = 1.0
"""A body that is there by then is not counted as slow: too many slow ones keep out slow ones, and nobody else."""
MAX_SLOW = 256
MAX_BYTES = 64 * 1024 * 1024
"""Of all bodies of a worker together, until their requests are answered: as many bytes as were received, without the
first `SMALL_BYTES` of each, so that large ones keep out large ones, and nobody else."""
DRAIN_SECONDS, DRAIN_BYTES = 2.0, 8 * 1024 * 1024


class Bodies:
    """Those of all requests of a process. Only its event loop may use it."""

    def __init__(self) -> None:
        self.bytes = 0
        self.slow = 0

    @contextmanager
    def as_slow(self) -> Iterator[None]:
        """Raises Refusal when there are too many."""
        if self.slow >= MAX_SLOW:
            raise Refusal(503)
        self.slow += 1
        try:
            yield
        finally:
            self.slow -= 1

    def take(self, size: int) -> None:
        """Counts bytes as well when it raises Refusal, because they are too many."""
        self.bytes += size
        if self.bytes > MAX_BYTES:
            raise Refusal(503)


class Body:
    """The body of one request; `limit` is in bytes. Who has made one calls `release` in the end."""

    def __init__(self, bodies: Bodies, scope: Scope, proto: HTTPProtocol, limit: int) -> None:
        self._bodies, self._limit = bodies, limit
        self._declared = _declared(scope)
        self._stream: AsyncIterator[bytes] | None = None if self._declared == 0 else aiter(proto)
        self._size = 0
        # A client that waits to be told to go on sends nothing after an answer.
        self._is_expecting = bool(scope.headers.get("expect"))

    async def read(self) -> bytes:
        """All of it. Raises Refusal: 413 beyond the limit, 408 when it takes too long, 503 when there are too many, 400
        when the client left in the middle of it.
        """
        if self._stream is None:
            return b""
        if self._declared is not None and self._declared > self._limit:
            raise Refusal(413)
        reading = asyncio.ensure_future(self._read(self._stream))
        try:
            await asyncio.wait({reading}, timeout=QUICK_SECONDS)
            if not reading.done():
                with self._bodies.as_slow():
                    await asyncio.wait({reading}, timeout=SECONDS - QUICK_SECONDS)
            if not reading.done():
                raise Refusal(408)
            return reading.result()
        finally:
            reading.cancel()
            # Its error knows this frame, which would know it in turn: until the collector came by, nobody would give
            # up the request, and its connection stayed open.
            del reading

    async def drain(self) -> None:
        """After a refusal, reads on for a moment: closing a connection with bytes unread takes the answer along."""
        if self._stream is None or self._is_expecting:
            return
        left = DRAIN_BYTES
        with suppress(TimeoutError, StopAsyncIteration):
            async with asyncio.timeout(DRAIN_SECONDS):
                while left > 0 and (part := await anext(self._stream)):
                    left -= len(part)

    def release(self) -> None:
        self._bodies.bytes -= max(0, self._size - SMALL_BYTES)

    async def _read(self, stream: AsyncIterator[bytes]) -> bytes:
        parts = []
        # An empty part is the end, or that the client left.
        while part := await anext(stream):
            before, self._size = self._size, self._size + len(part)
            self._bodies.take(max(0, self._size - SMALL_BYTES) - max(0, before - SMALL_BYTES))
            if self._size > self._limit:
                raise Refusal(413)
            parts.append(part)
        if not await self._is_whole(stream):
            raise Refusal(400)
        return b"".join(parts)

    async def _is_whole(self, stream: AsyncIterator[bytes]) -> bool:
        """After its end the stream is over; after anything else, trailers among it, another empty part comes."""
        if self._declared is not None:
            return self._size == self._declared
        try:
            await anext(stream)
        except StopAsyncIteration:
            return True
        return False


def _declared(scope: Scope) -> int | None:
    """Bytes; None where only the end tells."""
    if scope.headers.get("transfer-encoding"):
        return None
    length = scope.headers.get("content-length")
    if length:
        return int(length)
    return 0 if scope.http_version.startswith("1") else None


def limit_of(method: str, path: str) -> int:
    """Bytes. Forms of who isn't signed in are small, and where nothing is, nothing large is due."""
    if method in ("GET", "HEAD"):
        return SMALL_BYTES
    try:
        view = resolve(path).func
    except Resolver404:
        return SMALL_BYTES
    is_open = not getattr(view, "login_required", True) and not problems.is_for_programs(view)
    return SMALL_BYTES if is_open else settings.DATA_UPLOAD_MAX_MEMORY_SIZE
