"""The counts of one process, in a file of its own, so that whoever is asked tells for all processes of the machine:
for the other workers of the web server, and for `manage.py refresh`, which has no port.

A line of the file is a series: numbers of fixed width, rewritten in place, and its name. A process keeps its file
locked for as long as it lives; the next one that needs a file goes on with the counts of one that died, so that sums
never go down and files don't pile up. Written with pwrite, not mapped into memory: a full disk must not kill a worker.
"""

from __future__ import annotations

import fcntl
import logging
import os
import threading
from collections.abc import Iterator, Sequence
from itertools import count
from pathlib import Path

from django.conf import settings

log = logging.getLogger(__name__)

WIDTH = 20
HEAD = 80


class Tally:
    """Opens a file that no living process has. Raises OSError when there can be none."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._lock = threading.Lock()
        self._file = _free_file(folder)
        self._series = {name: (place, numbers) for place, name, numbers in _lines(self._file)}
        self._end = max(HEAD, os.fstat(self._file).st_size)
        os.pwrite(self._file, f"{os.getpid()} {os.uname().nodename}"[: HEAD - 1].ljust(HEAD - 1).encode() + b"\n", 0)

    def add(self, series: str, changes: Sequence[float]) -> None:
        with self._lock:
            place, numbers = self._series.get(series) or self._append(series, len(changes))
            numbers[:] = map(sum, zip(numbers, changes, strict=True))
            os.pwrite(self._file, _fixed(numbers), place)

    def close(self) -> None:
        os.close(self._file)

    def _append(self, series: str, size: int) -> tuple[int, list[float]]:
        line = _fixed([0.0] * size) + f"\t{series}\n".encode()
        if os.pwrite(self._file, line, self._end) < len(line):
            raise OSError("The disk is full.")
        self._series[series] = self._end, [0.0] * size
        self._end += len(line)
        return self._series[series]
