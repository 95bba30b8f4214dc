"""The site under test as its operator runs it: granian in processes of its own and a refresher, on a database of its
own.
"""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jobs.management import web_server
from tests.browser.stack import GRANIAN
from tests.faults.cloud import BOLT, HARBOR, FaultyCloud
from tests.faults.visitor import Visitor
from tests.installed import Installation, Program, free_port, production, wait_until

INTERVAL = 0.4
"""Seconds between two refreshes of a site in these tests: it looks twice a second what is due."""
BRISK = {
    "REFRESH_ACTIVE_SECONDS": str(INTERVAL),
    "REFRESH_QUIET_SECONDS": str(INTERVAL),
    "REFRESH_COMPLETE_SECONDS": str(2 * INTERVAL),
    "REFRESH_QUIET_COMPLETE_SECONDS": str(2 * INTERVAL),
    "VIAM_RECEIVE_LIMIT_MIB": "1",
}
SERVE = ("manage.py", "serve", "--seconds-to-end", "5")
SETTINGS = {"DJANGO_SETTINGS_MODULE": "tests.faults.settings"}
ORGANIZATIONS = (BOLT, HARBOR)


@dataclass(frozen=True, slots=True)
class Prepared:
    """An installation whose database knows two organizations and their jobs, and Ana, who is signed in."""

    installation: Installation
    session: str


@dataclass(frozen=True, slots=True)
class Site:
    port: int
    session: str
    installation: Installation
    server: Program
    refresher: Program

    @property
    def said(self) -> str:
        """What all of it said so far."""
        return self.server.said + self.refresher.said

    def visitor(self) -> Visitor:
        return Visitor(self.port, self.session)

    def stored(self, question: str, *values: Any) -> list[tuple[Any, ...]]:
        """What its database answers. A statement that changes something does, as an operator could."""
        return tell(self.installation.folder, question, *values)

    def organization(self, column: str, slug: str = "bolt-robotics") -> Any:
        return self.stored(f"SELECT {column} FROM jobs_organization WHERE slug = ?", slug)[0][0]  # noqa: S608

    def forgive(self) -> None:
        """As if the pause after a failure had passed: the next refresh is due now."""
        self.stored("UPDATE jobs_organization SET due_at = NULL, failures = 0")

    def workers(self) -> list[int]:
        """The processes that answer requests: the children of the one that was started."""
        return children_of(self.server.process.pid)


def tell(folder: Path, statement: str, *values: Any) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(folder / "trainyard.sqlite3", timeout=20, isolation_level=None)) as database:
        return database.execute(statement, values).fetchall()


def prepared_in(folder: Path) -> Prepared:
    """Jobs in it were first seen long ago, so that one that vanishes may be taken for gone."""
    with ExitStack() as clouds:
        running = [clouds.enter_context(FaultyCloud(organization).running()) for organization in ORGANIZATIONS]
        endpoints = ",".join(str(cloud.endpoint) for cloud in running)
        prepared = furnished(Installation(folder, **production(VIAM_ENDPOINTS=endpoints, **SETTINGS)))
    tell(folder, "UPDATE jobs_job SET seen_at = '2026-01-05 12:00:00'")
    return prepared


def furnished(site: Installation) -> Prepared:
    """The same installation, with a database and somebody signed in."""
    furnish = site.start("-m", "tests.faults.furnish")
    assert furnish.process.wait(60) == 0, furnish.said
    return Prepared(site, furnish.said.split()[-1])


def installed(prepared: Prepared, folder: Path, clouds: dict[str, str], **settings: str) -> Installation:
    """A copy of it whose organizations are at these endpoints; others are not shown."""
    shutil.copytree(prepared.installation.folder, folder, dirs_exist_ok=True)
    tell(folder, "UPDATE jobs_organization SET is_shown = 0, due_at = NULL")
    for organization, endpoint in clouds.items():
        label = f"cloud {ORGANIZATIONS.index(organization)}"
        tell(folder, "UPDATE jobs_apikey SET endpoint = ? WHERE label = ?", endpoint, label)
        moved = "UPDATE jobs_organization SET endpoint = ?, is_shown = 1 WHERE viam_id = ?"
        tell(folder, moved, endpoint, organization)
    allowed = {"VIAM_ENDPOINTS": ",".join(clouds.values()), "DATA_DIR": str(folder)}
    return Installation(folder, **{**prepared.installation.environment, **BRISK, **allowed, **settings})


@contextmanager
def serving(
    prepared: Prepared,
    folder: Path,
    clouds: dict[str, str],
    *,
    options: tuple[str, ...] = (),
    changes: tuple[str, ...] = (),
    settings: Mapping[str, str] | None = None,
    command: tuple[str, ...] = GRANIAN,
) -> Iterator[Site]:
    """`options` are the server's, `settings` the site's; `changes` are made in the database before it starts.

    At its end the site stops when it is told to, and no error that nobody foresaw stands in its log.
    """
    site = installed(prepared, folder, clouds, **(settings or {}))
    for change in changes:
        tell(folder, change)
    with served(Prepared(site, prepared.session), *options, command=command) as running:
        yield running


@contextmanager
def served(prepared: Prepared, *options: str, command: tuple[str, ...] = GRANIAN) -> Iterator[Site]:
    port = free_port()
    server = start_server(prepared.installation, port, *options, command=command)
    # `manage.py serve` has started one.
    refresher = server if "serve" in command else start_refresher(prepared.installation)
    site = Site(port, prepared.session, prepared.installation, server, refresher)
    try:
        yield site
    finally:
        end(server)
        end(refresher)
    assert "Traceback" not in site.said, site.said


def start_server(site: Installation, port: int, *options: str, command: tuple[str, ...] = GRANIAN) -> Program:
    server = site.start(*command, "--port", str(port), *options)
    wait_until(lambda: web_server.answers(port, "/healthz"), 30)
    return server


def start_refresher(site: Installation) -> Program:
    refresher = site.start("manage.py", "refresh", log="refresh.txt")
    refresher.wait_for("Refreshing all shown organizations")
    return refresher


def end(server: Program) -> None:
    if server.process.poll() is None:
        server.end(signal.SIGTERM)
    # Workers that outlive the one that started them would go on asking.
    try:
        os.killpg(server.process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
    time.sleep(0.05)


def children_of(process: int) -> list[int]:
    found = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    return [int(child) for child in found if b"granian" in Path(f"/proc/{child}/cmdline").read_bytes()]
