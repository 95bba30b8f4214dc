"""Flower, with so many tasks in its memory; they are fed to it directly, so that no broker is needed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

from bench.peers.environment import HERE, Peer, python_of, running

# What its page asks for: the newest fifty.
NEWEST = {
    "draw": 1,
    "start": 0,
    "length": 50,
    "search[value]": "",
    "columns[0][data]": "received",
    "order[0][column]": 0,
    "order[0][dir]": "desc",
}


@contextmanager
def flower(folder: Path, items: int) -> Iterator[Peer]:
    program = HERE / "flower_program.py"
    with running(folder, python_of("flower"), "-P", program, "{port}", str(items), path="/tasks") as (server, asked):
        data = f"/tasks/datatable?{urlencode(NEWEST)}"
        yield Peer("Flower", "/tasks", server, asked, lambda: asked.ask(data).body)
