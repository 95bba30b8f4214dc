"""Many open tabs: how long they wait, what they cost the server, and how often the cloud is asked for them."""

from __future__ import annotations

import time
from dataclasses import replace

from bench.clouds import CountedCloud
from bench.load import polled
from bench.processes import pss_mib
from bench.report import Row, Section, at_least, at_most, in_floors
from bench.scale import Scale
from bench.served import Mirrored, Server, Tab, refreshing, serving
from bench.timing import medians

CHANGED_EVERY = 10
WORKERS = 2


def crowd(site: Mirrored, cloud: CountedCloud, unwatched: CountedCloud, scale: Scale) -> Section:
    with serving(site, workers=WORKERS) as server, refreshing(site):
        floor = _floor(server, scale)
        rows = [
            *_tabs(server, floor, scale),
            at_most(f"memory of two workers, {scale.jobs:,} jobs", pss_mib(server.leader), 130, "MiB"),
            *_many_tabs(server, scale),
            Row(f"memory of two workers after {scale.many_tabs:,} tabs", "", f"{pss_mib(server.leader):.0f} MiB"),
            *_asked(server, cloud, unwatched, scale),
        ]
    note = (
        f"{scale.jobs:,} jobs, granian with two workers, a refresher beside them; a connection for every tab, which "
        "polls every five seconds by the clock, whatever becomes of the answers. The tabs run on the same two cores as "
        f"the site and the cloud. F here: {floor:.2f} ms."
    )
    return Section("Many tabs", note, rows)


def _floor(server: Server, scale: Scale) -> float:
    with server.connection() as connection:
        return medians({"floor": Tab(connection).floor}, runs=scale.runs)["floor"]


def _tabs(server: Server, floor: float, scale: Scale) -> list[Row]:
    rows: list[Row] = []
    for words, every in (("every tenth poll finds a change", CHANGED_EVERY), ("every poll finds a change", 1)):
        load = polled(server, tabs=scale.tabs, seconds=scale.seconds, changed_every=every)
        what = f"{scale.tabs:,} tabs, {words}"
        rows += [
            replace(in_floors(f"{what}: p99", load.p99_ms, floor, 15), detail=load.told),
            at_most(f"{what}: processor", 100 * load.cores, 50, "% of a core"),
            at_most(f"{what}: lost or failed", load.lost + load.failed, 0, "polls"),
        ]
    return rows


def _many_tabs(server: Server, scale: Scale) -> list[Row]:
    load = polled(server, tabs=scale.many_tabs, seconds=scale.seconds)
    what = f"{scale.many_tabs:,} tabs, nothing changes"
    return [
        at_most(f"{what}: lost or failed", load.lost + load.failed, 0, "polls"),
        replace(at_most(f"{what}: p99", load.p99_ms, 100, "ms"), detail=load.told),
    ]


def _asked(server: Server, cloud: CountedCloud, unwatched: CountedCloud, scale: Scale) -> list[Row]:
    """How often the cloud is asked for an organization that people look at, and for one that nobody does."""
    began = time.monotonic()
    load = polled(server, tabs=scale.tabs, seconds=scale.minute, changed_every=CHANGED_EVERY)
    passes, minutes = cloud.passes(began), (time.monotonic() - began) / 60
    complete = sum(lists == 1 for lists in passes)
    polls = load.changed + load.unchanged
    return [
        at_most(f"passes a minute, {scale.tabs:,} tabs, two workers", len(passes) / minutes, 12, "passes"),
        at_most("the same where nobody looks", len(unwatched.passes(began)) / minutes, 2, "passes"),
        at_most("calls of a pass", max(passes, default=0), 3, "calls"),
        at_most("complete lists a minute", complete / minutes, 1, "lists"),
        replace(
            at_least(
                "polls for each pass (an asking page would ask for each)",
                polls / (len(passes) or 1),
                scale.tabs,
                "polls",
            ),
            detail=f"{polls:,} polls, {len(passes)} passes, {sum(passes)} lists, of them {complete} complete",
        ),
    ]
