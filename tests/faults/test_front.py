"""Row 115: whatever a site answers behind the front, or fails to, arrives as it should, and is closed."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from dashboard.front import answers
from dashboard.front.environment import Headers, HTTPProtocol, Scope
from dashboard.front.refusals import Refusal
from jobs.management import web_server
from tests.faults.clients import WRITING, WRITING_CHUNKS, answer, client, form, head, status_of
from tests.installed import Installation, Program, free_port, production, wait_until

LARGE, ROOMY = 1_000_000, 2**30
COMMAND = ("-m", "granian", "--interface", "rsgi", "tests.faults.odd_site:application", "--factory", "--http", "1")


class Odd:
    def __init__(self, port: int, program: Program, folder: Path) -> None:
        self.port, self.program, self.folder = port, program, folder

    def ask(self, what: str, method: str = "GET", **headers: str) -> tuple[int, bytes, bytes]:
        """Status, headers in lower case, body."""
        _, taken = answer(self.port, head(method, f"/{what}", Connection="close", **headers) + b"\r\n")
        told, _, body = taken.partition(b"\r\n\r\n")
        return status_of(taken), told.lower(), body

    def closed(self) -> int:
        return int(self.ask("closed")[2])


@pytest.fixture
def odd(tmp_path: Path) -> Iterator[Odd]:
    port = free_port()
    program = Installation(tmp_path, **production()).start(*COMMAND, "--port", str(port))
    wait_until(lambda: web_server.answers(port, "/healthz"), 30)
    yield Odd(port, program, tmp_path)
    (tmp_path / "open").touch()
    program.end(15)


def test_an_answer_in_parts_is_one(odd: Odd) -> None:
    status, told, body = odd.ask("parts")
    assert (status, body) == (200, b"in parts")
    assert b"set-cookie: a=1" in told
    assert b"set-cookie: b=2" in told
    assert odd.closed() == 1


@pytest.mark.parametrize(("what", "byte"), [("large", b"l"), ("file", b"f")])
def test_a_large_answer_is_whole(odd: Odd, what: str, byte: bytes) -> None:
    status, told, body = odd.ask(what)
    assert (status, body) == (200, byte * LARGE)
    assert f"content-length: {LARGE}".encode() in told


def test_a_large_answer_that_is_opened_too_late_is_nobody_elses(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """What the server was given to open is gone afterwards, and its name comes never again. Nothing stays open."""
    monkeypatch.setattr(answers, "OPEN_SECONDS", 0.05)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    late = Late()
    downloads = answers.Downloads(ROOMY)
    for _ in range(3):
        descriptors = len(os.listdir("/proc/self/fd"))
        spool = downloads.spooled([b"x" * LARGE], iter(()))
        asyncio.run(downloads.send(cast(HTTPProtocol, late), 200, [], spool, goes_on))
        assert len(os.listdir("/proc/self/fd")) == descriptors
    assert len(set(late.paths)) == 3
    assert not any(Path(path).exists() for path in late.paths)
    assert list(tmp_path.iterdir()) == []


async def goes_on() -> bool:
    return True


def test_large_answers_take_so_much_room_together() -> None:
    """Issue 15, part C: 32 of 128 MiB filled the memory, where the temporary folder is that. Room comes back."""
    downloads = answers.Downloads(3 * LARGE)
    first, second = (downloads.spooled([b"x" * LARGE], iter(())) for _ in range(2))
    for _ in range(answers.MAX_DOWNLOADS + 1):
        with pytest.raises(Refusal) as refused:
            downloads.spooled([b"x" * LARGE], iter([b"y" * LARGE]))
        assert refused.value.status == 503
    downloads.give_up(first)
    downloads.give_up(downloads.spooled([b"x" * LARGE], iter([b"y" * LARGE])))
    downloads.give_up(second)


def test_a_temporary_folder_that_was_full_refuses_nothing_afterwards(
    monkeypatch: pytest.MonkeyPatch, small_disk: Path
) -> None:
    """Each answer that found no room kept one of the places for ever: later ones were refused until a restart."""
    monkeypatch.setattr(tempfile, "tempdir", str(small_disk))
    downloads = answers.Downloads(ROOMY)
    for _ in range(answers.MAX_DOWNLOADS + 1):
        with pytest.raises(Refusal) as refused:
            downloads.spooled([b"x" * 60 * 2**20], iter(()))
        assert refused.value.status == 503
    (small_disk / "large").write_bytes(b"x" * (48 * 2**20 - 2**12))
    with pytest.raises(Refusal):
        downloads.spooled([b"x"] * 5000, iter([b"y" * LARGE]))
    (small_disk / "large").unlink()
    with downloads.spooled([b"x"], iter([b"y" * LARGE])) as spool:
        assert spool.tell() == LARGE + 1


def test_a_large_answer_that_fails_at_its_end_keeps_no_place() -> None:
    """The database may break when the answer is made and its connection given back."""
    downloads = answers.Downloads(ROOMY)
    for _ in range(answers.MAX_DOWNLOADS + 1):
        descriptors = len(os.listdir("/proc/self/fd"))
        site = answers.Site(cast(Scope, SimpleNamespace(method="GET")), cast(HTTPProtocol, None), downloads)
        with pytest.raises(OSError, match="broke"):
            site.ask(_breaking_at_its_end, {})
        del site
        assert len(os.listdir("/proc/self/fd")) == descriptors


def _breaking_at_its_end(_: object, start: Callable[..., object]) -> Iterator[bytes]:
    start("200 OK", [])
    return Breaking()


class Breaking(Iterator[bytes]):
    left = 2

    def __next__(self) -> bytes:
        self.left -= 1
        if self.left < 0:
            raise StopIteration
        return b"x" * LARGE

    def close(self) -> None:
        raise OSError("It broke.")


def test_what_killed_processes_left_is_cleared_away(tmp_path: Path) -> None:
    """At the next start: a pipe and its folder stayed behind for each answer that was on its way. What others need,
    of whatever process, stays.
    """
    folders = tmp_path / "answers"
    folders.mkdir()
    site = Installation(tmp_path, **production(TMPDIR=str(folders)))
    with ExitStack() as stack:
        killed = _sending(site, stack)
        left = set(folders.iterdir())
        _sending(site, stack)
        os.killpg(killed.process.pid, signal.SIGKILL)
        killed.process.wait()
        (folders / "answer-with-notes").mkdir()
        (folders / "answer-with-notes" / "notes").touch()
        for folder in folders.iterdir():
            os.utime(folder, (0, 0))
        (folders / "answer-begun").mkdir()
        before = set(folders.iterdir())

        _started(site, stack)

        assert (len(left), len(before)) == (1, 4)
        assert before - set(folders.iterdir()) == left


def _started(site: Installation, stack: ExitStack) -> tuple[int, Program]:
    port = free_port()
    program = site.start(*COMMAND, "--port", str(port), log=f"{port}.txt")
    stack.callback(_kill, program)
    wait_until(lambda: web_server.answers(port, "/healthz"), 30)
    return port, program


def _sending(site: Installation, stack: ExitStack) -> Program:
    """An answer that somebody asked for and doesn't read."""
    port, program = _started(site, stack)
    folders = Path(site.environment["TMPDIR"])
    before = len(list(folders.iterdir()))
    stack.enter_context(client(port, head("GET", "/huge") + b"\r\n", reads=False))
    wait_until(lambda: len(list(folders.glob("answer-*/pipe"))) > before, 30)
    return program


def _kill(program: Program) -> None:
    with suppress(ProcessLookupError):
        os.killpg(program.process.pid, signal.SIGKILL)
    program.process.wait()


class Late:
    """Granian's side of an answer that nobody has come to read yet."""

    def __init__(self) -> None:
        self.paths: list[str] = []

    def response_file(self, status: int, headers: Headers, file: str) -> None:
        self.paths.append(file)


@pytest.mark.parametrize(("what", "method", "status"), [("parts", "HEAD", 200), ("unchanged", "GET", 304)])
def test_an_answer_without_a_body_is_closed_too(odd: Odd, what: str, method: str, status: int) -> None:
    assert odd.ask(what, method)[::2] == (status, b"")
    assert odd.closed() == 1


@pytest.mark.parametrize("what", ["raises", "breaks"])
def test_an_error_is_told_once_and_logged_once(odd: Odd, what: str) -> None:
    """Also in the middle of an answer: nothing of it was sent. Its id stands in both."""
    status, told, body = odd.ask(what)
    assert (status, body) == (500, b"Something went wrong on the server.\n")
    request_id = told.partition(b"x-request-id: ")[2].partition(b"\r\n")[0].decode()
    wait_until(lambda: f"[{request_id}]" in odd.program.said)
    assert odd.program.said.count("LookupError: made up") == 1
    if what == "breaks":
        assert odd.closed() == 1


def test_programs_hear_of_an_error_as_a_problem(odd: Odd) -> None:
    status, told, body = odd.ask("raises", Authorization="Bearer ty_x")
    assert (status, json.loads(body)["status"]) == (500, 500)
    assert b"application/problem+json" in told


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (form(Transfer_Encoding="chunked") + b"10011\r\n" + b"a" * 0x10011, 413),
        (form(Content_Length=200_000), 413),
        (WRITING, 408),
        (WRITING_CHUNKS, 408),
    ],
    ids=["too much", "too much announced", "too slow", "too slow in chunks"],
)
def test_the_connection_of_a_refused_request_is_closed(odd: Odd, sent: bytes, status: int) -> None:
    """Of many at once some stayed open as long as the client did, or until Python's collector came by."""
    began = time.monotonic()
    with ThreadPoolExecutor(24) as pool:
        taken = list(pool.map(lambda _: answer(odd.port, sent)[0], range(24)))
    assert taken == [status] * 24
    assert time.monotonic() - began < 20


def test_requests_that_wait_are_bounded(odd: Odd) -> None:
    """One is answered and two wait; others are sent away with when to come again, and health is told meanwhile."""
    with ThreadPoolExecutor(6) as pool:
        sent = [pool.submit(odd.ask, "waits") for _ in range(6)]
        wait_until(lambda: sum(one.done() for one in sent) == 3)
        refused = [one.result() for one in sent if one.done()]
        assert {status for status, _, _ in refused} == {503}
        assert all(b"retry-after: 10" in told for _, told, _ in refused)
        assert web_server.answers(odd.port, "/healthz")
        (odd.folder / "open").touch()
        assert sorted(one.result()[0] for one in sent) == [200] * 3 + [503] * 3
    assert odd.program.said.count("All threads are busy") == 1
