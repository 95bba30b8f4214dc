"""A site whose processes share one database: web servers, and `manage.py refresh`."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from emulator.server import Emulator
from emulator.world.tenants import BOLT_ROBOTICS_ID, DEMO_KEY, DEMO_KEY_ID
from jobs.management import web_server as web_server_
from tests.browser.stack import GRANIAN
from tests.faults.visitor import Visitor
from tests.installed import Installation, Program, free_port, production, wait_until

INTERVAL = 1.0
"""Seconds between two refreshes."""
SIGN_IN = """
from django.test import Client
client = Client()
client.force_login(User.objects.create_superuser("bo"))
print(client.cookies["trainyard-session"].value)
"""


@dataclass(frozen=True, slots=True)
class Site:
    """Bolt Robotics is connected and shown, Bo is signed in; no process runs yet."""

    installation: Installation
    session: str

    @contextmanager
    def web_server(self, *options: str) -> Iterator[WebServer]:
        port = free_port()
        program = self.installation.start(*GRANIAN, "--port", str(port), *options, log=f"web-{port}.txt")
        with _ended(program):
            wait_until(lambda: web_server_.answers(port, "/healthz"), 30)
            yield WebServer(port, program, self.session)

    @contextmanager
    def refresher(self, log: str = "refresh.txt") -> Iterator[Program]:
        program = self.installation.start("manage.py", "refresh", log=log)
        with _ended(program):
            program.wait_for("Refreshing all shown organizations")
            yield program


@dataclass(frozen=True, slots=True)
class WebServer:
    port: int
    program: Program
    session: str

    def visitor(self) -> Visitor:
        return Visitor(self.port, self.session)


def installed(folder: Path, cloud: Emulator, **settings: str) -> Site:
    """`settings` name the database and where static files are; the cloud is asked once a second."""
    pace = {"REFRESH_ACTIVE_SECONDS": str(INTERVAL), "REFRESH_QUIET_SECONDS": str(INTERVAL)}
    installation = Installation(folder, **production(VIAM_ENDPOINTS=f"http://{cloud.address}", **pace), **settings)
    _done(installation, "migrate", "-v", "0")
    _done(installation, "connect", "--key-id", DEMO_KEY_ID, "--org", BOLT_ROBOTICS_ID)
    return Site(installation, _done(installation, "shell", "-v", "0", "-c", SIGN_IN))


def _done(installation: Installation, *words: str) -> str:
    done = installation.manage(*words, VIAM_API_KEY=DEMO_KEY)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@contextmanager
def _ended(program: Program) -> Iterator[None]:
    try:
        yield
    finally:
        with suppress(ProcessLookupError):
            program.end(signal.SIGTERM)
            os.killpg(program.process.pid, signal.SIGKILL)
