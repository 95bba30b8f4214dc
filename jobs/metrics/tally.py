"""The counts of one process, in a file of its own, so that whoever is asked tells for all processes of the machine:
for the other workers of the web server, and for `manage.py refresh`, which has no port.

A line of the file is a series: numbers of fixed width, rewritten in place, and its name. A process keeps its file
locked for as long as it lives; the next one that needs a file goes on with the counts of one that died, so that sums
never go down and files don't pile up.

This is not prometheus_client, because its multiprocess mode writes to sparse files that are mapped into memory: on a
full disk a new series can end the worker with SIGBUS, where a count that can't be written must fail nothing. It
also names its files by process id, so that each restart leaves a file to read, and processes of two containers that
share DATA_DIR and have the same id write over each other's counts.
"""

from __future__ import annotations

import fcntl
import logging
import os
import threading
from collections.abc import Iterator, Mapping
from itertools import count
from pathlib import Path

from django.conf import settings

log = logging.getLogger(__name__)

# The first line, which says whose counts these are.
HEAD = 80
# Of a number, in bytes.
WIDTH = 20

_mine: Tally | None = None
_opening = threading.Lock()
_has_complained = False


class Tally:
    """Opens a file that no living process has. Raises OSError when there can be none."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._file = _free_file(folder())
        self._places: dict[str, int] = {}
        self._numbers: dict[str, list[float]] = {}
        self._end = HEAD
        for start, end, series, numbers in parsed(os.pread(self._file, os.fstat(self._file).st_size, 0)):
            self._places[series], self._numbers[series], self._end = start, numbers, end
        try:
            _write(self._file, 0, f"{os.getpid()} {os.uname().nodename}"[: HEAD - 1].ljust(HEAD - 1).encode() + b"\n")
        except OSError:
            self.close()
            raise

    def add(self, series: str, size: int, changes: Mapping[int, float]) -> None:
        """To which of the `size` numbers of the series how much is added. Raises OSError when it can't be written."""
        with self._lock:
            if len(self._numbers.get(series, ())) != size:
                # New, or kept by an older version of ours with other buckets.
                self._append(series, [0.0] * size)
            numbers, place = self._numbers[series], self._places[series]
            for position, change in changes.items():
                numbers[position] += change
                _write(self._file, place + position * (WIDTH + 1), _fixed(numbers[position]))

    def close(self) -> None:
        os.close(self._file)

    def _append(self, series: str, numbers: list[float]) -> None:
        line = b" ".join(map(_fixed, numbers)) + f"\t{series}\n".encode()
        _write(self._file, self._end, line)
        self._places[series], self._numbers[series] = self._end, numbers
        self._end += len(line)


def add(series: str, size: int, changes: Mapping[int, float]) -> None:
    """Adds to the counts of this process. What is counted goes on when the counting fails."""
    global _has_complained
    if not getattr(settings, "METRICS_TOKEN", ""):
        return
    try:
        _of_this_process().add(series, size, changes)
    except OSError as error:
        if not _has_complained:
            log.warning("Metrics are not counted: %s", error)
        _has_complained = True


def everywhere() -> dict[tuple[str, int], list[float]]:
    """The sums over all processes of this machine, dead or alive, by series and how many numbers it has."""
    sums: dict[tuple[str, int], list[float]] = {}
    for file in files():
        for _, _, series, numbers in parsed(file.read_bytes()):
            before = sums.get((series, len(numbers)), [0.0] * len(numbers))
            sums[series, len(numbers)] = [*map(sum, zip(before, numbers, strict=True))]
    return sums


def folder() -> Path:
    return Path(settings.DATA_DIR) / "metrics"


def files() -> list[Path]:
    return sorted(folder().glob("*.txt"))


def living() -> Iterator[tuple[str, Path]]:
    """Of each process that counts the number of its file, and its place in /proc. Those in other containers are not
    seen.
    """
    for file in files():
        if place := _place_in_proc(file):
            yield file.stem, place


def parsed(data: bytes) -> Iterator[tuple[int, int, str, list[float]]]:
    """Start and end of each line, its series, its numbers. A line that a full disk cut off is left out."""
    start = HEAD
    for line in data[HEAD:].split(b"\n")[:-1]:
        end = start + len(line) + 1
        numbers, _, series = line.decode(errors="replace").partition("\t")
        try:
            yield start, end, series, [*map(float, numbers.split())]
        except ValueError:
            return
        start = end


def forget() -> None:
    """A forked child has a file of its own; a lock of its own too, because its parent's may be held."""
    global _mine, _opening
    if _mine:
        _mine.close()
    _mine, _opening = None, threading.Lock()


os.register_at_fork(after_in_child=forget)


def _of_this_process() -> Tally:
    global _mine
    with _opening:
        _mine = _mine or Tally()
        return _mine


def _free_file(folder: Path) -> int:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for number in count():
        file = os.open(folder / f"{number}.txt", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(file)
        else:
            return file
    raise AssertionError("There is always a next number.")


def _place_in_proc(file: Path) -> Path | None:
    """Where /proc tells of the process that keeps this file; None when it died or is out of sight."""
    with file.open("rb") as counts:
        pid, _, host = counts.read(HEAD).decode(errors="replace").partition(" ")
        try:
            fcntl.flock(counts, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            place = Path("/proc", pid)
            return place if host.strip() == os.uname().nodename and place.is_dir() else None
    return None


def _fixed(number: float) -> bytes:
    return f"{number:0{WIDTH}.6f}".encode()


def _write(file: int, place: int, data: bytes) -> None:
    if os.pwrite(file, data, place) < len(data):
        raise OSError("The disk is full.")
