"""What the site answers, made as a whole in a thread and handed over: the thread is free before the client reads.

An answer up to `MEMORY_BYTES` goes to granian as it is. A larger one goes to a file without a name, and from there
through a pipe that granian takes for a file: granian's streams take whatever they are given into memory, a pipe is as
far ahead of its reader as it is large.
"""

from __future__ import annotations

import logging
import os
import tempfile
import threading
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from io import BufferedReader
from itertools import chain
from time import monotonic
from typing import IO, Any

from dashboard.front.environment import Headers, HTTPProtocol, Scope
from dashboard.front.pipes import Pipe, writable
from dashboard.front.pool import Pool
from dashboard.front.refusals import Refusal

log = logging.getLogger(__name__)

MEMORY_BYTES = 256 * 1024
MAX_DOWNLOADS = 32
"""Larger answers of a worker that are on their way at once; each holds a file, a pipe and two descriptors."""
OPEN_SECONDS = 5.0
"""In which granian begins to read, unless the client has left."""
STALL_SECONDS = 30.0
"""Who has taken nothing for so long doesn't read any more."""
SLOWEST = 4096
"""Bytes a second that a reader has to take on average, after the first `STALL_SECONDS`."""
LOOK_SECONDS = 10.0
"""How often it is asked whether somebody may still have what they are reading."""
_PART = 64 * 1024


class Site:
    """What one request is answered with. The site's side of PEP 3333; `ask` is called in a thread."""

    def __init__(self, scope: Scope, proto: HTTPProtocol, downloads: Downloads) -> None:
        self._scope, self._proto, self._downloads = scope, proto, downloads
        self._status, self._headers = 500, list[tuple[str, str]]()
        self.spool: IO[bytes] | None = None
        self._may_go_on: Callable[[], bool] = lambda: True

    def ask(self, application: Callable[..., Iterable[bytes]], environ: dict[str, Any]) -> None:
        """Answers, or leaves the answer in `spool`. Raises Refusal (503) when too many large ones are on their way, and
        whatever the site raises.
        """
        with ExitStack() as undo:
            undo.callback(self._give_up)
            result = application(environ, self._start)
            self._may_go_on = getattr(result, "may_go_on", self._may_go_on)
            try:
                self._answer(result)
            finally:
                close = getattr(result, "close", None)
                if close:
                    close()
            undo.pop_all()

    def _start(self, status: str, headers: Headers, exc_info: object = None) -> Callable[[bytes], None]:
        self._status, self._headers = int(status[:3]), headers
        return self._write

    def _write(self, _: bytes) -> None:
        raise NotImplementedError("Nothing of the site uses the write() of PEP 3333.")

    def _answer(self, result: Iterable[bytes]) -> None:
        if self._scope.method == "HEAD" or self._status in (204, 304):
            self._proto.response_empty(self._status, self._headers)
        elif isinstance(result, File) and (path := result.path(self._headers)):
            self._proto.response_file(self._status, self._headers, path)
        else:
            self._send(iter(result))

    def _send(self, parts: Iterator[bytes]) -> None:
        first, size = [], 0
        for part in parts:
            first.append(part)
            size += len(part)
            if size > MEMORY_BYTES:
                self.spool = self._downloads.spooled(first, parts)
                return
        self._proto.response_bytes(self._status, self._headers, b"".join(first))

    def _give_up(self) -> None:
        if self.spool is not None:
            self._downloads.give_up(self.spool)

    async def send_spool(self, pool: Pool) -> None:
        """The rest of the way, on the event loop."""

        async def goes_on() -> bool:
            answers = [True]
            # Where too many wait for a thread, it is asked the next time.
            with suppress(Refusal):
                await pool.run(lambda: answers.append(self._may_go_on()))
            return answers[-1]

        if self.spool is not None:
            await self._downloads.send(self._proto, self._status, self._headers, self.spool, goes_on)


class File:
    """The `wsgi.file_wrapper` of PEP 3333, and so what WhiteNoise answers with."""

    def __init__(self, file: Any, block_size: int = _PART) -> None:
        self._file, self._block_size = file, block_size

    def __iter__(self) -> Iterator[bytes]:
        return iter(lambda: self._file.read(self._block_size), b"")

    def close(self) -> None:
        self._file.close()

    def path(self, headers: Headers) -> str | None:
        """Where it lies, if it is one that is sent as a whole and too large for memory."""
        if not isinstance(self._file, BufferedReader) or not os.path.isabs(str(self._file.name)) or self._file.tell():
            return None
        size = os.fstat(self._file.fileno()).st_size
        is_whole = dict(headers).get("Content-Length") == str(size)
        return str(self._file.name) if is_whole and size > MEMORY_BYTES else None


class Downloads:
    """Answers that are larger than `MEMORY_BYTES`, of all requests of a process."""

    def __init__(self, max_bytes: int) -> None:
        self._free = threading.BoundedSemaphore(MAX_DOWNLOADS)
        self._max_bytes, self._lock = max_bytes, threading.Lock()
        self._sizes: dict[IO[bytes], int] = {}

    def spooled(self, first: list[bytes], rest: Iterator[bytes]) -> IO[bytes]:
        """A file without a name, at its end; who takes it hands it to `send`. Raises Refusal when there are too many,
        or too many bytes of them, or there is no room for it, and what making the answer raises.
        """
        if not self._free.acquire(blocking=False):
            raise Refusal(503)
        with ExitStack() as undo:
            undo.callback(self._free.release)
            with _room():
                file = tempfile.TemporaryFile()  # noqa: SIM115  # `send` closes it.
            undo.callback(self._close, file)
            for part in chain(first, rest):
                self._take(file, len(part))
                with _room():
                    file.write(part)
            with _room():
                file.flush()
            undo.pop_all()
        return file

    async def send(
        self,
        proto: HTTPProtocol,
        status: int,
        headers: Headers,
        file: IO[bytes],
        goes_on: Callable[[], Awaitable[bool]],
    ) -> None:
        try:
            size = file.tell()
            file.seek(0)
            told = [(name, value) for name, value in headers if name.lower() != "content-length"]
            told.append(("Content-Length", str(size)))
            await _pump(file, size, lambda path: proto.response_file(status, told, path), goes_on)
        finally:
            self.give_up(file)

    def give_up(self, file: IO[bytes]) -> None:
        """Whether it was sent or not."""
        self._free.release()
        self._close(file)

    def _take(self, file: IO[bytes], size: int) -> None:
        """Counts bytes as well when it raises Refusal, because they are too many."""
        with self._lock:
            self._sizes[file] = self._sizes.get(file, 0) + size
            if sum(self._sizes.values()) > self._max_bytes:
                log.warning("A large answer was refused: DOWNLOADS_MIB is used up.")
                raise Refusal(503)

    def _close(self, file: IO[bytes]) -> None:
        """Closing writes what is left in memory, and fails as writing did."""
        with self._lock:
            self._sizes.pop(file, None)
        with suppress(OSError):
            file.close()


@contextmanager
def _room() -> Iterator[None]:
    """Raises Refusal (503) where the temporary folder is full or can't be written."""
    try:
        yield
    except OSError as error:
        log.warning("A large answer finds no room in %s: %s", tempfile.gettempdir(), error)
        raise Refusal(503) from None


async def _pump(
    file: IO[bytes], size: int, begin: Callable[[str], None], goes_on: Callable[[], Awaitable[bool]]
) -> None:
    """Until all is read or the reader is gone, has stalled, is far too slow or may have it no longer: then the pipe
    ends early, and with it the connection, because less came than was announced.

    The pipe has a name that is never used again, in a folder of its own: granian opens it at some time after `begin`,
    and one that comes too late finds nothing. A descriptor's number (/dev/fd) could be another answer's by then.
    """
    late = monotonic() + STALL_SECONDS + size / SLOWEST
    look = monotonic() + LOOK_SECONDS
    with Pipe() as pipe:
        begin(pipe.path)
        while (part := file.read(_PART)) and monotonic() < late:
            if monotonic() >= look:
                look = monotonic() + LOOK_SECONDS
                if not await goes_on():
                    return
            while part:
                try:
                    part = part[os.write(pipe.writing, part) :]
                except BlockingIOError:
                    # It is full, and somebody takes something out of it: granian has opened its end, and ours would
                    # hide that it has closed it.
                    await writable(pipe.writing, STALL_SECONDS if pipe.is_opened else OPEN_SECONDS)
                    pipe.opened()
