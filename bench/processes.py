"""What processes cost, as the kernel tells it: a program with all that it started."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


def cpu_seconds(leader: int) -> float:
    """Of all processes of the group, since they started."""
    return sum(sum(map(int, _stat(process)[11:13])) for process in _group(leader)) / TICKS


def pss_mib(leader: int) -> float:
    """Memory of all processes of the group; what they share is counted once."""
    return sum(_pss_kib(process) for process in _group(leader)) / 1024


def _group(leader: int) -> list[int]:
    """Programs here are started as leaders of a group of their own."""
    return [process for process in _all() if _stat(process)[2] == str(leader)]


def _all() -> Iterator[int]:
    return (int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdecimal())


def _stat(process: int) -> list[str]:
    """The fields after the name, which may hold spaces; from the third on, as `man proc` counts them."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(") ")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return ["0"] * 20


def _pss_kib(process: int) -> int:
    try:
        text = Path(f"/proc/{process}/smaps_rollup").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return next((int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:")), 0)
