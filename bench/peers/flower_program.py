"""Runs in Flower's environment: Flower on a port of loopback, as its own command starts it, after so many tasks."""

# mypy: disable-error-code="import-not-found,import-untyped,no-untyped-call"

from __future__ import annotations

import sys
import time
from random import Random
from typing import Any

from celery import Celery
from flower.app import Flower
from flower.command import extract_settings
from flower.urls import settings
from tornado.options import options, parse_command_line


def told(number: int, items: int, dice: Random) -> list[dict[str, Any]]:
    """The events of one task, as a worker sends them."""
    received = time.time() - 60.0 * (items - number)
    ends = {"type": "task-succeeded", "result": "'model-1'", "runtime": dice.uniform(240, 3000)}
    if dice.random() < 0.16:
        ends = {"type": "task-failed", "exception": "ValueError('no images')", "traceback": "Traceback ..."}
    arguments = {"args": f"('dataset-{dice.randrange(20)}',)", "kwargs": "{'epochs': 100, 'labels': ['bolt', 'nut']}"}
    every = {"uuid": f"{dice.getrandbits(128):032x}", "hostname": "worker-1", "pid": 1, "clock": number, "utcoffset": 0}
    return [
        {**every, "type": "task-received", "name": "training.run", "retries": 0, **arguments, **at(received)},
        {**every, "type": "task-started", **at(received + 30)},
        {**every, **ends, **at(received + 600)},
    ]


def at(moment: float) -> dict[str, float]:
    return {"timestamp": moment, "local_received": moment}


def main(port: str, items: int) -> None:
    parse_command_line(["flower", "--address=127.0.0.1", f"--port={port}", f"--max_tasks={items}"])
    extract_settings()
    flower = Flower(capp=Celery(broker="memory://"), options=options, **settings)
    dice = Random(7)
    flower.events.state.event(
        {"type": "worker-online", "hostname": "worker-1", "pid": 1, "clock": 0, **at(time.time())}
    )
    for number in range(items):
        for event in told(number, items, dice):
            flower.events.state.event(event)
    flower.start_http_server()
    flower.start()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
