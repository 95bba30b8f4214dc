"""Ways to break things, each for as long as its block lasts."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from pathlib import Path

from tests.faults.cloud import FaultyCloud
from tests.faults.network import Network, nobody_answers
from tests.faults.outages import CloudProcess
from tests.faults.site import Site
from tests.viam.small_cloud import Refusal


@contextmanager
def killed(cloud: CloudProcess) -> Iterator[None]:
    cloud.kill()
    yield
    cloud.start()


@contextmanager
def stopped(cloud: CloudProcess) -> Iterator[None]:
    cloud.stop()
    yield
    cloud.go_on()


@contextmanager
def swallowed(cloud: CloudProcess) -> Iterator[None]:
    """Every SYN is dropped."""
    cloud.kill()
    with nobody_answers(cloud.port):
        yield
    cloud.start()


@contextmanager
def frozen(network: Network) -> Iterator[None]:
    """Connections of now are dead from here on, new ones work."""
    network.freeze()
    yield


@contextmanager
def before_complete_list(site: Site, broken: AbstractContextManager[object]) -> Iterator[None]:
    """The same fault, when the next question is for all jobs."""
    site.stored("UPDATE jobs_organization SET completed_at = '2026-01-05 12:00:00'")
    with broken:
        yield


@contextmanager
def silent(network: Network) -> Iterator[None]:
    network.silence()
    yield
    network.heal()


@contextmanager
def resetting(network: Network) -> Iterator[None]:
    """Every connection breaks in the middle of an answer."""
    network.reset_after(200)
    yield
    network.heal()


@contextmanager
def refusing(cloud: FaultyCloud, name: str, refusal: Refusal) -> Iterator[None]:
    cloud.refusals[name] = refusal
    yield
    cloud.heal()


@contextmanager
def slow(cloud: FaultyCloud, seconds: float) -> Iterator[None]:
    cloud.delay = seconds
    yield
    cloud.delay = 0


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Somebody else writes into the database, and takes their time."""
    with closing(sqlite3.connect(folder / "trainyard.sqlite3", isolation_level=None)) as database:
        database.execute("BEGIN IMMEDIATE")
        yield
        database.execute("ROLLBACK")


@contextmanager
def filled(disk: Path) -> Iterator[None]:
    """To the last byte."""
    with suppress(OSError), (disk / "filler").open("wb", buffering=0) as filler:
        for size in (2**20, 2**12, 1):
            with suppress(OSError):
                while filler.write(b"x" * size):
                    pass
    yield
    (disk / "filler").unlink()
