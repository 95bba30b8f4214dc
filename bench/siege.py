"""The site besieged by slow clients: what share of ordinary requests and probes is answered in time.

`python -m bench.siege [--each 24] [--seconds 15] [--plain-wsgi]` runs the command that README shows, first
in peace and then under siege, and prints a table. So many clients of each kind hold on, and come again when they are
sent away: some send forms and some chunks without an end, some don't read a log of 8 MB, some send half of a request's
head, and some nothing. The exit code tells whether 99 of 100 of each kind of request were answered in time.
"""

from __future__ import annotations

import argparse
import http.client
import re
import select
import shlex
import socket
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory

from emulator.server import Emulator
from emulator.world.tenants import BOLT_ROBOTICS_ID, DEMO_KEY, DEMO_KEY_ID
from protos import ml_training_pb2 as ml
from tests.faults.clients import HALF_A_HEAD, HOST, NOTHING, WRITING, WRITING_CHUNKS, client, head
from tests.faults.site import SETTINGS, Site, furnished, served, tell
from tests.faults.visitor import LIST
from tests.installed import ROOT, Installation, production

IN_TIME = 1.0
"""Seconds. A probe waits for one to five, and so does a person."""
PATIENCE = 5.0
READERS = 4
"""People who ask for one page after the other, over a connection of their own each."""
PROMISED = 0.99
LINES, LENGTH = 2_000, 4_000
FILL = """
WITH RECURSIVE counted(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counted WHERE n < ?)
INSERT INTO jobs_logline (job_id, number, level, message, delivered, severity, rule)
SELECT (SELECT id FROM jobs_job WHERE viam_id = ?), 1000000 + n, 'info', printf('%0*d', ?, n), 0, 0, '' FROM counted
"""
# What README showed before there was dashboard/rsgi.py.
PLAIN_WSGI = (
    *("-m", "granian", "--interface", "wsgi", "dashboard.wsgi:application", "--workers", "2"),
    *("--blocking-threads", "4", "--backlog", "16384", "--backpressure", "8192"),
)


@dataclass(slots=True)
class Asked:
    """Seconds that each answer took; one that didn't come took for ever."""

    name: str
    seconds: list[float] = field(default_factory=list)

    @property
    def share(self) -> float:
        return sum(seconds <= IN_TIME for seconds in self.seconds) / max(1, len(self.seconds))

    def line(self, when: str) -> str:
        came = [seconds for seconds in self.seconds if seconds < float("inf")]
        half, most = (_milliseconds(came, share) for share in (50, 99))
        return f"| {self.name} | {when} | {len(self.seconds)} | {self.share:.1%} | {half} | {most} |"


def command() -> tuple[str, ...]:
    """README's own, without where it listens, as words behind `python`."""
    shown = re.search(r"\.venv/bin/python (manage\.py serve .*)", (ROOT / "README.md").read_text().replace("\\\n", " "))
    assert shown
    words = shlex.split(shown[1])
    for name in ("--host", "--port"):
        at = words.index(name)
        del words[at : at + 2]
    return tuple(words)


class Crowd:
    """Clients of one kind. Who is sent away comes again."""

    def __init__(self, port: int, number: int, sent: bytes, *, reads: bool) -> None:
        self._port, self._sent, self._reads = port, sent, reads
        self._number = number
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._hold, daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        self._thread.join()

    def _hold(self) -> None:
        held: dict[int, socket.socket] = {}
        poll = select.poll()
        while not self._is_over.is_set():
            while len(held) < self._number and (one := self._come()):
                held[one.fileno()] = one
                # Who doesn't read doesn't look whether there is something to read either.
                poll.register(one, select.POLLIN if self._reads else 0)
            for descriptor, _ in poll.poll(200):
                poll.unregister(descriptor)
                held.pop(descriptor).close()
        for one in held.values():
            one.close()

    def _come(self) -> socket.socket | None:
        try:
            return client(self._port, self._sent, reads=self._reads)
        except OSError:
            return None


class Watch:
    """Asks again and again, until it is over."""

    def __init__(self, port: int, path: str, name: str, session: str = "", pause: float = 0.05) -> None:
        self.asked = Asked(name)
        self._port, self._path, self._pause = port, path, pause
        self._headers = {"Cookie": f"trainyard-session={session}"} if session else {}
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Asked:
        self._thread.start()
        return self.asked

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        self._thread.join()

    def _watch(self) -> None:
        connection = http.client.HTTPConnection(HOST, self._port, timeout=PATIENCE)
        while not self._is_over.wait(self._pause):
            began = time.monotonic()
            try:
                connection.request("GET", self._path, headers=self._headers)
                answer = connection.getresponse()
                answer.read()
                is_well = answer.status == http.client.OK
            except (OSError, http.client.HTTPException):
                is_well = False
            if not is_well:
                connection.close()
            self.asked.seconds.append(time.monotonic() - began if is_well else float("inf"))
        connection.close()


def watched(site: Site, seconds: float) -> list[Asked]:
    """What people and probes get meanwhile."""
    people = [Watch(site.port, LIST, "list of jobs", site.session) for _ in range(READERS)]
    probes = [Watch(site.port, path, f"`{path}`", pause=0.1) for path in ("/healthz", "/readyz")]
    with ExitStack() as stack:
        lists, health, ready = (
            [stack.enter_context(watch) for watch in watches] for watches in (people, probes[:1], probes[1:])
        )
        time.sleep(seconds)
    pages = Asked("list of jobs", [took for asked in lists for took in asked.seconds])
    return [pages, *health, *ready]


@contextmanager
def siege(site: Site, log: str, each: int) -> Iterator[None]:
    download = head("GET", log, Cookie=f"trainyard-session={site.session}") + b"\r\n"
    with ExitStack() as stack:
        for sent in (WRITING, WRITING_CHUNKS, HALF_A_HEAD, NOTHING):
            stack.enter_context(Crowd(site.port, each, sent, reads=True))
        stack.enter_context(Crowd(site.port, each, download, reads=False))
        yield


@contextmanager
def besieged(words: tuple[str, ...]) -> Iterator[tuple[Site, str]]:
    """A site with some jobs, and the address of a long log."""
    with TemporaryDirectory(prefix="trainyard-siege-") as folder, Emulator(jobs=60, seed=7) as cloud:
        settings = production(VIAM_ENDPOINTS=f"http://{cloud.address}", KEY_ID=DEMO_KEY_ID, KEY=DEMO_KEY)
        prepared = furnished(Installation(Path(folder), **settings, **SETTINGS))
        jobs = cloud.world.jobs(BOLT_ROBOTICS_ID)
        done = next(job.id for job in jobs if job.status == ml.TRAINING_STATUS_COMPLETED)
        tell(Path(folder), FILL, LINES, done, LENGTH)
        with served(prepared, command=words) as site:
            yield site, f"{LIST}{done}/logs/log.txt"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.siege", description=__doc__)
    parser.add_argument("--each", type=int, default=24, help="clients of each kind (24)")
    parser.add_argument("--seconds", type=float, default=15, help="in peace, and under siege (15)")
    parser.add_argument("--plain-wsgi", action="store_true", help="the command of earlier versions")
    options = parser.parse_args()
    with besieged(PLAIN_WSGI if options.plain_wsgi else command()) as (site, log):
        peace = watched(site, options.seconds)
        with siege(site, log, options.each):
            # The first requests for the log take a thread until it is made.
            time.sleep(options.seconds / 3)
            under = watched(site, options.seconds)
    print(_report(peace, under, options.each))
    return 0 if all(asked.share >= PROMISED for asked in under) else 1


def _report(peace: list[Asked], under: list[Asked], each: int) -> str:
    head = ["| what | when | asked | answered within 1 s | median | p99 |", "|---|---|---:|---:|---:|---:|"]
    lines = [asked.line("in peace") for asked in peace] + [asked.line("under siege") for asked in under]
    share = min(asked.share for asked in under)
    end = f"Under siege by {5 * each} clients, at least {share:.1%} of each were answered in time."
    return "\n".join([*head, *lines, "", end])


def _milliseconds(seconds: list[float], share: int) -> str:
    """A percentile of the answers that came."""
    if len(seconds) < 2:
        return "none"
    return f"{quantiles(seconds, n=100, method='inclusive')[share - 1] * 1000:.1f} ms"


if __name__ == "__main__":
    sys.exit(main())
