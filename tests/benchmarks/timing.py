"""How long something takes: medians, beside F, the cost of one signed-in request that does nothing."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True, slots=True)
class Measured:
    """Median and slowest of some runs, in milliseconds."""

    name: str
    median_ms: float
    slowest_ms: float
    note: str = ""


def measure(name: str, work: Callable[[], object], *, runs: int = 15, note: str = "") -> Measured:
    """One run to warm up, then `runs` that count."""
    work()
    taken = [_milliseconds(work) for _ in range(runs)]
    return Measured(name, median(taken), max(taken), note)


def table(rows: list[Measured], floor: Measured) -> str:
    """Markdown; the floor is the first row."""
    lines = ["| what | median | slowest | of F | |", "|---|---:|---:|---:|---|"]
    lines += [
        f"| {row.name} | {row.median_ms:.1f} ms | {row.slowest_ms:.1f} ms "
        f"| {row.median_ms / floor.median_ms:.1f} | {row.note} |"
        for row in [floor, *rows]
    ]
    return "\n".join(lines)


def _milliseconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000
