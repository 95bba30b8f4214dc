"""Ours and the peers' side by side: the same number of items, one request each in turns."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

from bench.peers.environment import Peer
from bench.peers.flower import flower
from bench.peers.mlflow import mlflow
from bench.peers.sdk import sdk_script
from bench.processes import cpu_seconds, pss_mib
from bench.report import Row, Section, times_less, times_more, unmeasured
from bench.scale import Scale
from bench.served import LIST, Server, Tab
from bench.timing import medians
from bench.weight import bytes_of_first_load

Start = Callable[[Path, int], AbstractContextManager[Peer]]
# So many times less than the peer's list data our page and our changed poll take; so many times less our first load;
# our memory is at most so many times the peer's.
PEERS: dict[str, tuple[Start, float, float, float, float]] = {
    "Flower": (flower, 2, 4, 10, 1.5),
    "MLflow": (mlflow, 7, 16, 40, 0.1),
}


def beside(server: Server, cloud: str, scale: Scale, folder: Path) -> Section:
    rows: list[Row] = []
    for name, (start, *targets) in PEERS.items():
        place = folder / name.lower()
        place.mkdir()
        try:
            with start(place, scale.jobs) as peer, server.connection() as connection:
                rows += _compared(Tab(connection), peer, server, scale, *targets)
        except (AssertionError, OSError, RuntimeError) as reason:
            rows.append(unmeasured(f"{name}", "", reason))
    rows += _script(server, cloud, scale)
    note = (
        f"{scale.jobs:,} items in each, one connection to each, ours with one worker. Theirs is the bare data of the "
        "50 newest items (Flower: tasks in memory, no sign-in; MLflow: runs in SQLite, no sign-in); ours is a page "
        "that a person can read, behind a sign-in. Measured: ours / theirs."
    )
    return Section("Beside its peers", note, rows)


def _compared(
    tab: Tab, peer: Peer, server: Server, scale: Scale, page: float, poll: float, load: float, memory: float
) -> Iterator[Row]:
    works = {"data": peer.list_data, "page": tab.page, "changed": tab.changed, "unchanged": tab.unchanged}
    took = medians({"changed": tab.changed, **works}, runs=max(10, scale.runs // 4))
    yield times_less(f"list page, {peer.name}’s list data", took["page"], took["data"], "ms", page)
    yield times_less(f"changed poll, {peer.name}’s list data", took["changed"], took["data"], "ms", poll)
    yield times_less(f"unchanged poll, {peer.name}’s list data", took["unchanged"], took["data"], "ms", poll)
    wire = tab.connection.bytes_of(LIST, HX_Request="true", HX_PTag=tab.tag)
    yield times_less(f"bytes of an unchanged poll, {peer.name}’s data", wire, len(peer.list_data()), "bytes", 100)
    first = bytes_of_first_load(tab.connection, LIST) / 1000
    theirs = bytes_of_first_load(peer.connection, peer.page) / 1000
    yield times_less(f"first load, {peer.name}’s page", first, theirs, "KB", load)
    yield times_more(f"memory, {peer.name}’s → ours", pss_mib(server.leader), peer.memory_mib, "MiB", memory)


def _script(server: Server, cloud: str, scale: Scale) -> list[Row]:
    what = "processor for a look at the list, viam-sdk script"
    try:
        script = sdk_script(cloud, scale.jobs, 5)
    except (OSError, RuntimeError) as reason:
        return [unmeasured(what, "≥ 100 × less", reason)]
    page, poll = (_cpu_ms(server, work, scale) for work in (Tab.page, Tab.unchanged))
    return [
        times_less(what, page, script.cpu_ms, "ms", 50),
        times_less("the same, while nothing changes", poll, script.cpu_ms, "ms", 100),
    ]


def _cpu_ms(server: Server, work: Callable[[Tab], object], scale: Scale) -> float:
    """Of the whole server, for one request."""
    count = 5 * scale.runs
    with server.connection() as connection:
        tab = Tab(connection)
        tab.changed()
        before = cpu_seconds(server.leader)
        for _ in range(count):
            work(tab)
        return 1000 * (cpu_seconds(server.leader) - before) / count
