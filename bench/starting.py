"""How long it takes from starting the web server to a list, while the cloud is away."""

from __future__ import annotations

import http.client
import time
from contextlib import suppress
from statistics import median

from bench.connection import Connection
from bench.report import Section, at_most
from bench.scale import Scale
from bench.served import GRANIAN, LIST, Mirrored, ended
from tests.installed import free_port

MAX_SECONDS = 30.0
NAP = 0.005


def starting(few: Mirrored, many: Mirrored, scale: Scale) -> Section:
    rows = []
    for site, jobs in ((few, scale.jobs), (many, scale.many_jobs)):
        _seconds(site)
        took = median(_seconds(site) for _ in range(scale.starts))
        rows.append(at_most(f"{jobs:,} jobs", took, 1, "s"))
    note = f"From starting granian with two workers to the first list, from the mirror; medians of {scale.starts}."
    return Section("Starting while the cloud is away", note, rows)


def _seconds(site: Mirrored) -> float:
    port, began = free_port(), time.monotonic()
    program = site.installation.start(*GRANIAN, "--workers", "2", "--port", str(port), log="start.txt")
    with ended(program):
        while time.monotonic() - began < MAX_SECONDS:
            with suppress(OSError, http.client.HTTPException), Connection(port, site.cookie) as connection:
                connection.ask(LIST)
                return time.monotonic() - began
            time.sleep(NAP)
    raise RuntimeError(f"No list within {MAX_SECONDS:.0f} seconds: {program.said[-300:]}")
