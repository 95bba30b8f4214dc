"""Whatever serves the site: the first call of the cloud works in every process that answers requests."""

from __future__ import annotations

import http.client
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from jobs.management import web_server
from tests.browser.stack import GRANIAN
from tests.faults.cloud import BOLT, FaultyCloud
from tests.faults.site import Prepared, end, installed, serving
from tests.faults.visitor import Visitor
from tests.installed import free_port, wait_until

LABELS = "/orgs/bolt-robotics/jobs/new/labels/?dataset=d5"
"""One of the few pages that ask the cloud while somebody waits."""
VISITORS = 16

# As servers do that load the site once and fork then (gunicorn --preload, uWSGI): each child answers one request.
PRELOADED = """
import os, signal, sys
from dashboard.wsgi import application
from django.test import Client

client = Client(headers={"host": "127.0.0.1"})
client.cookies["trainyard-session"] = sys.argv[1]
for _ in range(int(sys.argv[2])):
    child = os.fork()
    if not child:
        signal.alarm(20)
        os._exit(client.get(sys.argv[3]).status_code != 200)
    assert os.waitpid(child, 0)[1] == 0, "a child failed"
print("all well")
"""


@pytest.fixture
def cloud() -> Iterator[FaultyCloud]:
    with FaultyCloud().running() as cloud:
        yield cloud


WSGI = (
    *("-m", "granian", "--interface", "wsgi", "dashboard.wsgi:application", "--blocking-threads", "4"),
    *("--workers-kill-timeout", "5"),
)
"""As README said before, and as other servers load it. Its workers don't always end by themselves."""


@pytest.mark.parametrize("command", [GRANIAN, WSGI], ids=["RSGI", "WSGI"])
def test_granian(prepared: Prepared, cloud: FaultyCloud, tmp_path: Path, command: tuple[str, ...]) -> None:
    """Row 84; and row 112: what they load makes a request of anything."""
    clouds = {BOLT: str(cloud.endpoint)}
    with serving(prepared, tmp_path, clouds, options=("--workers", "2"), command=command) as site:
        assert _oddly_typed(site.port) == 200
        assert len(site.workers()) == 2
        assert _ask(site.port, site.session) == {200}
    assert cloud.count("Authenticate") <= 2


def test_runserver(prepared: Prepared, cloud: FaultyCloud, tmp_path: Path) -> None:
    """Row 84: its autoreloader is a parent, and the site a child of it."""
    with _runserver(prepared, cloud, tmp_path) as port:
        assert _ask(port, prepared.session) == {200}


def test_a_server_that_forks_after_it_loaded_the_site(prepared: Prepared, cloud: FaultyCloud, tmp_path: Path) -> None:
    """Row 84: twenty forks."""
    site = installed(prepared, tmp_path, {BOLT: str(cloud.endpoint)})
    parent = site.start("-c", PRELOADED, prepared.session, "20", LABELS)
    assert parent.process.wait(60) == 0, parent.said
    assert parent.said.endswith("all well\n")
    assert cloud.count("Authenticate") == 20


@contextmanager
def _runserver(prepared: Prepared, cloud: FaultyCloud, folder: Path) -> Iterator[int]:
    site, port = installed(prepared, folder, {BOLT: str(cloud.endpoint)}), free_port()
    server = site.start("manage.py", "runserver", str(port))
    try:
        wait_until(lambda: web_server.answers(port, "/healthz"), 30)
        yield port
    finally:
        end(server)


def _ask(port: int, session: str) -> set[int]:
    """What many at once get, each over a connection of their own, so that every worker has some of them."""
    with ThreadPoolExecutor(VISITORS) as pool:
        return set(pool.map(lambda _: _labels(Visitor(port, session)), range(VISITORS)))


def _oddly_typed(port: int) -> int:
    with closing(http.client.HTTPConnection(web_server.HOST, port, timeout=30)) as connection:
        connection.request("GET", "/openapi.json?q=a", headers={"Content-Type": "text/plain; charset=hex"})
        with connection.getresponse() as answer:
            return answer.status


def _labels(visitor: Visitor) -> int:
    with visitor:
        return visitor.get(LABELS).status
