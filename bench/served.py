"""The site as its operator runs it, in processes of its own, with so many jobs in its mirror."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from bench.connection import Answer, Connection
from emulator.world.tenants import BOLT_ROBOTICS_ID, DEMO_KEY, DEMO_KEY_ID, HARBOR_PILOTS_ID
from jobs.management import web_server
from jobs.management.web_server import WEB_SERVER
from tests.browser.stack import prepare
from tests.installed import Installation, Program, free_port, wait_until

LIST = "/orgs/bolt-robotics/jobs/"
# Reads session and user, and sends on who is signed in already: nothing else is cheaper and asks who asks.
FLOOR = "/sign-in/"
# As README.md says.
GRANIAN = ("-m", *WEB_SERVER, "--host", web_server.HOST, "--workers-kill-timeout", "60", "--log-level", "warning")
MAX_SURPRISES = 5
SIGN_IN = """
from django.test import Client
client = Client()
client.force_login(User.objects.get(username="ana"))
print(client.cookies["trainyard-session"].value)
"""


@dataclass(frozen=True, slots=True)
class Mirrored:
    """An installation whose mirror is full, and the cookie of Ana, who is signed in."""

    installation: Installation
    cookie: str

    @property
    def database(self) -> Path:
        return self.installation.folder / "trainyard.sqlite3"

    def with_settings(self, **settings: str) -> Mirrored:
        environment = self.installation.environment | settings
        return Mirrored(Installation(self.installation.folder, **environment), self.cookie)


@dataclass(frozen=True, slots=True)
class Server:
    port: int
    program: Program
    cookie: str

    @property
    def leader(self) -> int:
        return self.program.process.pid

    def connection(self) -> Connection:
        return Connection(self.port, self.cookie)


class Tab:
    """An open list of jobs."""

    def __init__(self, connection: Connection, path: str = LIST) -> None:
        self.connection = connection
        self.path = path
        self.tag = ""
        self.surprises = 0

    def floor(self) -> Answer:
        return self.connection.ask(FLOOR, expect=(302,))

    def page(self) -> Answer:
        return self.connection.ask(self.path)

    def changed(self) -> Answer:
        answer = self.connection.ask(self.path, HX_Request="true")
        self.tag = answer.headers["hx-ptag"]
        return answer

    def unchanged(self) -> Answer:
        """Raises RuntimeError when there is news again and again; once in a while is nobody's fault."""
        answer = self.connection.ask(self.path, expect=(200, 204), HX_Request="true", HX_PTag=self.tag)
        if answer.status == 200:
            self.tag = answer.headers["hx-ptag"]
            self.surprises += 1
            if self.surprises > MAX_SURPRISES:
                raise RuntimeError("The list changes all the time.")
        return answer


def empty(folder: Path) -> Installation:
    """To be filled several times: its static files and its migrated database."""
    folder.mkdir()
    return prepare(folder)


def mirrored(empty: Installation, folder: Path, cloud: str, unwatched: str = "") -> Mirrored:
    """A copy that knows all jobs of the cloud's busiest organization, and those of a smaller one at `unwatched`."""
    shutil.copytree(empty.folder, folder, ignore=shutil.ignore_patterns("static"))
    clouds = ",".join(f"http://{address}" for address in (cloud, unwatched) if address)
    site = Installation(folder, **{**empty.environment, "DATA_DIR": str(folder), "VIAM_ENDPOINTS": clouds})
    key = {"VIAM_API_KEY": DEMO_KEY}
    _done(site, "connect", "--key-id", DEMO_KEY_ID, "--org", BOLT_ROBOTICS_ID, environment=key)
    if unwatched:
        where = ("--endpoint", f"http://{unwatched}", "--org", HARBOR_PILOTS_ID)
        _done(site, "connect", "--key-id", DEMO_KEY_ID, *where, environment=key)
    return Mirrored(site, f"trainyard-session={_done(site, 'shell', '-v', '0', '-c', SIGN_IN)}")


@contextmanager
def serving(site: Mirrored, *, workers: int) -> Iterator[Server]:
    """The web server, warm: every worker has drawn a list."""
    port = free_port()
    program = site.installation.start(*GRANIAN, "--workers", str(workers), "--port", str(port), log=f"web-{port}.txt")
    with ended(program):
        wait_until(lambda: web_server.answers(port, "/healthz"), 30)
        server = Server(port, program, site.cookie)
        for _ in range(8 * workers):
            with server.connection() as connection:
                Tab(connection).page()
        yield server


@contextmanager
def refreshing(site: Mirrored) -> Iterator[Program]:
    """`manage.py refresh` beside it."""
    program = site.installation.start("manage.py", "refresh", log="refresh.txt")
    with ended(program):
        program.wait_for("Refreshing all shown organizations")
        yield program


@contextmanager
def ended(program: Program) -> Iterator[None]:
    """Whatever happens, neither the program nor what it started goes on."""
    try:
        yield
    finally:
        with suppress(ProcessLookupError):
            program.end(signal.SIGTERM)
            os.killpg(program.process.pid, signal.SIGKILL)


def _done(site: Installation, *words: str, environment: Mapping[str, str] | None = None) -> str:
    done = site.manage(*words, **(environment or {}))
    if done.returncode:
        raise RuntimeError(done.stderr)
    return done.stdout.strip()
