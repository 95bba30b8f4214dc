"""The processes that count, each by the number of its file, and what each of them uses; told by /proc."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

from jobs.metrics import tally
from jobs.metrics.catalogue import CPU, DESCRIPTORS, MEMORY, THREADS
from jobs.metrics.text import Line

TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")


def of_processes() -> Iterator[Line]:
    """What /metrics tells of each living process. Those in other containers are not seen."""
    for file in tally.files():
        place = _place_in_proc(file)
        if place:
            yield from _uses(place, file.stem)


def _place_in_proc(file: Path) -> Path | None:
    """Where /proc tells of the process that keeps this file; None when it died or is out of sight."""
    with file.open("rb") as counts:
        pid, _, host = counts.read(tally.HEAD).decode(errors="replace").partition(" ")
        try:
            fcntl.flock(counts, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            place = Path("/proc", pid)
            return place if host.strip() == os.uname().nodename and place.is_dir() else None
    return None


def _uses(process: Path, name: str) -> Iterator[Line]:
    try:
        # After the command's name, which may hold anything but is in brackets: man 5 proc, from field 3 on.
        fields = (process / "stat").read_text().rpartition(")")[2].split()
        descriptors = len(os.listdir(process / "fd"))
    except OSError:
        return
    yield CPU, CPU.line((int(fields[11]) + int(fields[12])) / TICKS, name)
    yield MEMORY, MEMORY.line(int(fields[21]) * PAGE, name)
    yield THREADS, THREADS.line(int(fields[17]), name)
    yield DESCRIPTORS, DESCRIPTORS.line(descriptors, name)
