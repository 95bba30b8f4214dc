"""How long something takes: medians, beside F, the cost of one signed-in request that does nothing."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
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
    taken = [milliseconds(work) for _ in range(runs)]
    return Measured(name, median(taken), max(taken), note)


def medians(works: Mapping[str, Callable[[], object]], *, runs: int) -> dict[str, float]:
    """Median milliseconds of each, taken in turns: whatever slows the machine down for a while slows down all."""
    for work in works.values():
        for _ in range(3):
            work()
    rounds = [[milliseconds(work) for work in works.values()] for _ in range(runs)]
    return {name: median(taken) for name, taken in zip(works, zip(*rounds, strict=True), strict=True)}


def table(rows: list[Measured], floor: Measured) -> str:
    """Markdown; the floor is the first row."""
    lines = ["| what | median | slowest | of F | |", "|---|---:|---:|---:|---|"]
    lines += [
        f"| {row.name} | {row.median_ms:.1f} ms | {row.slowest_ms:.1f} ms "
        f"| {row.median_ms / floor.median_ms:.1f} | {row.note} |"
        for row in [floor, *rows]
    ]
    return "\n".join(lines)


def milliseconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000
