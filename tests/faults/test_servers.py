"""Whatever serves the site: the first call of the cloud works in every process that answers requests."""

from __future__ import annotations

import http.client
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from jobs.management import web_server
from tests.browser.stack import GRANIAN
from tests.faults.clients import FORM, HOST, TOKEN, everything, head, status_of
from tests.faults.cloud import BOLT, FaultyCloud
from tests.faults.site import Prepared, end, installed, serving, tell
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
    # Each worker once, and the refresher.
    assert cloud.count("Authenticate") <= 3


def test_behind_a_proxy_over_a_unix_socket(prepared: Prepared, cloud: FaultyCloud, tmp_path: Path) -> None:
    """Row 6: people are told apart by what the proxy says of them, and so is who came by TLS. Where it says nothing,
    all of them are one, and the log says so, once.
    """
    settings = {"BEHIND_PROXY": "true", "HTTPS": "true"}
    site = installed(prepared, tmp_path, {BOLT: str(cloud.endpoint)}, **settings)
    place = tmp_path / "web.sock"
    server = site.start(*GRANIAN, "--uds", str(place))
    try:
        wait_until(lambda: _signs_in(place) == 301)
        told = [_signs_in(place, by) for by in ("192.0.2.7", "192.0.2.7", "198.51.100.9", "", "")]
        assert told == [422] * 5
        counted = "SELECT address, count(*) FROM accounts_attempt GROUP BY 1 ORDER BY 1"
        assert tell(tmp_path, counted) == [("0.0.0.0", 2), ("192.0.2.7", 2), ("198.51.100.9", 1)]  # noqa: S104
        assert server.said.count("It is not known from where requests come") == 1
    finally:
        end(server)


def _signs_in(place: Path, by: str | None = None) -> int:
    """The status of a wrong password that came through a proxy, 0 while nobody listens: by TLS unless `by` is None,
    and from `by` if it says.
    """
    typed = f"csrfmiddlewaretoken={TOKEN}&login=nobody&password=wrong".encode()
    passed_on = {"X_Forwarded_Proto": "http" if by is None else "https"} | ({"X_Forwarded_For": by} if by else {})
    named = {
        "Content_Type": FORM,
        "Cookie": f"__Host-csrf={TOKEN}",
        "Origin": f"https://{HOST}",
        "Content_Length": len(typed),
    }
    with socket.socket(socket.AF_UNIX) as plain:
        plain.settimeout(30)
        try:
            plain.connect(str(place))
        except OSError:
            return 0
        plain.sendall(head("POST", "/sign-in/", Connection="close", **named, **passed_on) + b"\r\n" + typed)
        return status_of(everything(plain))


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
