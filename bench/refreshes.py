"""What readers notice of a complete refresh of a large organization, and what it costs in memory."""

from __future__ import annotations

from dataclasses import replace

from bench.load import Load, polled
from bench.processes import pss_mib
from bench.report import Row, Section, at_most, times_more
from bench.scale import Scale
from bench.served import Mirrored, refreshing, serving

WORKERS = 2
# One complete list after the other, without a pause that matters.
BUSY = {"REFRESH_ACTIVE_SECONDS": "0.5", "REFRESH_COMPLETE_SECONDS": "0"}


def refreshes(site: Mirrored, scale: Scale) -> Section:
    idle, _ = _polls(site, scale, beside=False)
    during, memory_mib = _polls(site.with_settings(**BUSY), scale, beside=True)
    rows = [
        _effect(during, idle),
        at_most(f"memory of two workers, {scale.many_jobs:,} jobs", memory_mib, 170, "MiB"),
    ]
    note = (
        f"{scale.many_jobs:,} jobs, two workers, {scale.tabs:,} tabs, nothing changes, complete lists one after the "
        "other; beside it the same tabs while nobody refreshes. The cloud runs on the same two cores, at the lowest "
        f"priority. Idle: {idle.told}."
    )
    return Section("While everything is refreshed", note, rows)


def _polls(site: Mirrored, scale: Scale, *, beside: bool) -> tuple[Load, float]:
    """What the tabs meet, and the server's memory (MiB) afterwards."""
    with serving(site, workers=WORKERS) as server:
        if not beside:
            return polled(server, tabs=scale.tabs, seconds=scale.seconds), pss_mib(server.leader)
        with refreshing(site):
            return polled(server, tabs=scale.tabs, seconds=scale.seconds), pss_mib(server.leader)


def _effect(during: Load, idle: Load) -> Row:
    row = times_more("polls’ p99 during refreshes", during.p99_ms, idle.p99_ms, "ms", 2)
    return replace(row, detail=during.told)
