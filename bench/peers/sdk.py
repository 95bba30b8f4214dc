"""The script that a user of Viam's SDK would write instead: connect, list the jobs, print them."""

from __future__ import annotations

import resource
import subprocess
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter

from bench.peers.environment import HERE
from emulator.world.tenants import BOLT_ROBOTICS_ID, DEMO_KEY, DEMO_KEY_ID
from tests.conformance.sdk_environment import ready_python


@dataclass(frozen=True, slots=True)
class Script:
    """Milliseconds of one run, by the clock and of the processor."""

    wall_ms: float
    cpu_ms: float


def sdk_script(cloud: str, jobs: int, runs: int) -> Script:
    """The median run. Raises RuntimeError when it doesn't list all jobs."""
    command: list[str | Path] = [
        ready_python(),
        HERE / "sdk_program.py",
        f"http://{cloud}",
        DEMO_KEY_ID,
        DEMO_KEY,
        BOLT_ROBOTICS_ID,
    ]
    taken = []
    for _ in range(1 + runs):
        began, used = perf_counter(), _used()
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        taken.append((1000 * (perf_counter() - began), 1000 * (_used() - used)))
        if done.stdout.count("\n") < jobs:
            raise RuntimeError(done.stderr[-300:])
    return Script(*(median(times) for times in zip(*taken[1:], strict=True)))


def _used() -> float:
    """Seconds of the processor, of all programs that were run to their end."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return children.ru_utime + children.ru_stime
