"""Named pipes through which answers go, each in a folder of its own, and what killed processes left of them."""

from __future__ import annotations

import asyncio
import errno
import os
import stat
import tempfile
from contextlib import suppress
from pathlib import Path
from time import time
from typing import Self

_PREFIX, _NAME = "answer-", "pipe"
YOUNG_SECONDS = 60.0
"""A folder of ours that old holds a pipe that somebody reads, or its process was killed."""


class Pipe:
    """A named pipe, held open at both ends until its reader has opened it. Ends quietly when the reader has."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix=_PREFIX)
        self.path = f"{self._folder.name}/{_NAME}"
        self.writing = self._reading = -1

    def __enter__(self) -> Self:
        try:
            os.mkfifo(self.path, 0o600)
            self._reading = os.open(self.path, os.O_RDONLY | os.O_NONBLOCK)
            self.writing = os.open(self.path, os.O_WRONLY | os.O_NONBLOCK)
        except OSError:
            self._close()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> bool:
        self._close()
        return kind is not None and issubclass(kind, (BrokenPipeError, TimeoutError))

    @property
    def is_opened(self) -> bool:
        return self._reading < 0

    def opened(self) -> None:
        if not self.is_opened:
            os.close(self._reading)
            self._reading = -1

    def _close(self) -> None:
        # The name goes first: nobody can come to wait at a pipe that nobody writes to.
        self._folder.cleanup()
        self.opened()
        if self.writing >= 0:
            os.close(self.writing)


def clear_away() -> None:
    """What answers of killed processes left behind: folders of this user with a pipe that nobody reads. One that is on
    its way has a reader, which is the process that sends it until granian has opened its end.
    """
    with suppress(OSError):
        for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
            with suppress(OSError):
                _clear(folder)


def _clear(folder: Path) -> None:
    """Raises OSError for what is not ours, too young, or holds anything else: that stays."""
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid() or time() - found.st_mtime < YOUNG_SECONDS:
        return
    pipe = folder / _NAME
    if pipe.is_fifo() and _is_read(pipe):
        return
    if pipe.is_fifo():
        pipe.unlink()
    folder.rmdir()


def _is_read(pipe: Path) -> bool:
    try:
        os.close(os.open(pipe, os.O_WRONLY | os.O_NONBLOCK | os.O_NOFOLLOW))
    except OSError as error:
        return error.errno != errno.ENXIO
    return True


async def writable(pipe: int, seconds: float) -> None:
    """Raises TimeoutError."""
    loop = asyncio.get_running_loop()
    is_free = asyncio.Event()
    loop.add_writer(pipe, is_free.set)
    try:
        async with asyncio.timeout(seconds):
            await is_free.wait()
    finally:
        loop.remove_writer(pipe)
