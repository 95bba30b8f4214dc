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
BY_ITSELF = {"REFRESH_THREAD": "false"}


def refreshes(site: Mirrored, scale: Scale) -> Section:
    idle, _ = _polls(site.with_settings(**BY_ITSELF), scale, beside=False)
    process, apart_mib = _polls(site.with_settings(**BUSY, **BY_ITSELF), scale, beside=True)
    thread, inside_mib = _polls(site.with_settings(**BUSY), scale, beside=False)
    memory = f"memory of two workers, {scale.many_jobs:,} jobs"
    rows = [
        _effect("in a process of its own (`manage.py refresh`)", process, idle),
        _effect("in a thread of a web worker", thread, idle),
        at_most(f"{memory}, refreshed by `manage.py refresh`", apart_mib, 170, "MiB"),
        at_most(f"{memory}, refreshed by themselves", inside_mib, 170, "MiB"),
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


def _effect(where: str, during: Load, idle: Load) -> Row:
    row = times_more(f"polls’ p99 during refreshes {where}", during.p99_ms, idle.p99_ms, "ms", 2)
    return replace(row, detail=during.told)
