"""What many open tabs meet, and what they cost the server."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from bench.processes import cpu_seconds
from bench.served import LIST, Server, Tab

PROGRAM = Path(__file__).with_name("tabs.py")
PAUSE = 5.0
"""Seconds between two polls of a tab."""


@dataclass(frozen=True, slots=True)
class Load:
    """Milliseconds; `cores` is what the web server used of the processor, `lag_ms` how late the polls were sent."""

    changed: int
    unchanged: int
    lost: int
    failed: int
    p50_ms: float
    p99_ms: float
    slowest_ms: float
    lag_ms: float
    cores: float

    @property
    def told(self) -> str:
        sent = self.changed + self.unchanged + self.lost + self.failed
        return (
            f"{sent:,} polls, p50 {self.p50_ms:.1f} ms, p99 {self.p99_ms:.1f} ms, slowest {self.slowest_ms:.0f} ms, "
            f"{100 * self.cores:.0f} % of one core, sent at most {self.lag_ms:.1f} ms late (p99)"
        )


def polled(server: Server, *, tabs: int, seconds: float, changed_every: int = 0) -> Load:
    """Tabs of the list, each polling every five seconds; every so many'th poll finds a change, none with 0."""
    with server.connection() as connection:
        tag = Tab(connection).changed().headers["hx-ptag"]
    order = {"port": server.port, "path": LIST, "cookie": server.cookie, "tag": tag, "tabs": tabs}
    order |= {"pause": PAUSE, "seconds": seconds, "changed_every": changed_every}
    before = cpu_seconds(server.leader)
    done = subprocess.run(
        [sys.executable, "-P", PROGRAM],
        input=json.dumps(order),
        capture_output=True,
        text=True,
        timeout=seconds + 60,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(done.stderr)
    return Load(**json.loads(done.stdout), cores=(cpu_seconds(server.leader) - before) / seconds)
