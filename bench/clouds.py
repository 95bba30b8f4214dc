"""Emulated clouds for measurements: one whose calls are counted, and a large one that keeps out of the way."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.served import ended
from emulator.server import Emulator
from tests.installed import PYTHON, Program

SEED = 7
# Jobs under way stay so: what is measured is not to change while it is measured.
STANDSTILL = 0.001
READY = "emulator ready on "
# Calls of one pass follow each other at once; passes are seconds apart.
BETWEEN_PASSES = 1.0


class CountedCloud(Emulator):
    """Knows when it was asked for lists of jobs."""

    def __init__(self, jobs: int) -> None:
        super().__init__(jobs=jobs, seed=SEED, speed=STANDSTILL)
        self.lists_at: list[float] = []
        count = self.calls.add

        def note(method: str) -> None:
            count(method)
            if method == "ListTrainingJobs":
                self.lists_at.append(time.monotonic())

        self.calls.add = note  # type: ignore[method-assign]

    def passes(self, since: float) -> list[int]:
        """The number of lists that each pass since then asked for."""
        found: list[int] = []
        last = 0.0
        for moment in [moment for moment in self.lists_at if moment >= since]:
            if moment - last > BETWEEN_PASSES:
                found.append(0)
            found[-1] += 1
            last = moment
        return found


@contextmanager
def large_cloud(jobs: int, folder: Path) -> Iterator[str]:
    """Its address. In reality it is another machine: here it takes what the site leaves of the processor."""
    words = ("--port", "0", "--jobs", str(jobs), "--speed", str(STANDSTILL), "--seed", str(SEED))
    program = Program(["nice", "-n", "19", PYTHON, "-m", "emulator", *words], {}, folder / "cloud.txt")
    with ended(program):
        program.wait_for(READY, 120)
        found = re.search(f"{READY}(\\S+)", program.said)
        assert found
        yield found[1]
