"""Row 115: clients that send or read slowly, or leave, hold no thread; a deadline, a size or a number ends each."""

from __future__ import annotations

import json
import signal
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from jobs.management import web_server
from tests.browser.stack import GRANIAN
from tests.faults import clients
from tests.faults.clients import HALF_A_HEAD, NOTHING, WRITING, WRITING_CHUNKS, client, crowd, everything, form, head
from tests.faults.cloud import BOLT, FaultyCloud
from tests.faults.holdings import holdings_of
from tests.faults.interrupting import OVER, Held
from tests.faults.site import Prepared, Site, serving, tell
from tests.faults.submitting import Form
from tests.faults.visitor import LIST
from tests.installed import wait_until

MANY = 24
"""Six for each thread; seven bytes from each stopped the whole site."""
PROMPTLY = 2.0
"""Seconds in which a page comes on a machine that does other things beside."""
LOG = f"{LIST}{OVER}/logs/log.txt"
LINES, LENGTH = 2_000, 4_000
FILL = """
WITH RECURSIVE counted(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counted WHERE n < ?)
INSERT INTO jobs_logline (job_id, number, level, message, delivered, severity, rule)
SELECT (SELECT id FROM jobs_job WHERE viam_id = ?), n, 'info', printf('%0*d', ?, n), 0, 0, '' FROM counted
"""


@pytest.fixture
def cloud() -> Iterator[FaultyCloud]:
    with FaultyCloud().running() as cloud:
        yield cloud


@pytest.fixture
def site(prepared: Prepared, cloud: FaultyCloud, tmp_path: Path) -> Iterator[Site]:
    """One worker, so that nobody else could answer in its place."""
    with serving(prepared, tmp_path, {BOLT: str(cloud.endpoint)}) as site:
        yield site


@contextmanager
def hasty(prepared: Prepared, folder: Path, cloud: FaultyCloud, **settings: str) -> Iterator[Site]:
    """With deadlines that a test can wait for."""
    command = tuple(word.replace("dashboard.rsgi", "tests.faults.hasty") for word in GRANIAN)
    with serving(prepared, folder, {BOLT: str(cloud.endpoint)}, settings=settings, command=command) as site:
        yield site


def fill_log(site: Site) -> int:
    """8 MB, of a job that is over; answers with how many bytes a download of it has."""
    tell(site.installation.folder, FILL, LINES, OVER, LENGTH)
    with site.visitor() as visitor:
        return len(visitor.get(LOG).text)


def get(site: Site, path: str) -> bytes:
    return head("GET", path, Cookie=f"trainyard-session={site.session}") + b"\r\n"


def assert_begun(*readers: socket.socket) -> None:
    """Their answers are made and on their way: from here on it is the readers who take their time."""
    for reader in readers:
        assert reader.recv(15) == b"HTTP/1.1 200 OK"


def is_connected(worker: int, reader: socket.socket) -> bool:
    """Looked up by the reader's own port: other connections of the worker come and go meanwhile."""
    return holdings_of(worker, reader.getsockname()[1]).connections > 0


def assert_answers(site: Site) -> None:
    """Pages, actions and probes, each within the time of an ordinary one."""
    with site.visitor() as visitor:
        for path in ("/healthz", "/readyz", LIST, f"{LIST}new/"):
            answer = visitor.get(path)
            assert (answer.status, answer.seconds < PROMPTLY) == (200, True), (path, answer.seconds)
        assert Form.opened_by(visitor).send("").status in (200, 422)


@pytest.mark.parametrize(
    "sent", [WRITING, WRITING_CHUNKS, HALF_A_HEAD, NOTHING], ids=["body", "chunks", "head", "none"]
)
def test_who_sends_slowly_holds_up_nobody(site: Site, sent: bytes) -> None:
    with crowd(site.port, MANY, sent):
        assert_answers(site)


def test_who_does_not_read_holds_up_nobody(site: Site) -> None:
    """A log of 8 MB, and a list: more than the operating system takes off the server's hands."""
    fill_log(site)
    with (
        crowd(site.port, 8, get(site, LOG), reads=False) as logs,
        crowd(site.port, MANY, get(site, LIST), reads=False) as lists,
    ):
        assert_begun(*logs, *lists)
        assert_answers(site)


def test_all_of_them_at_once(site: Site) -> None:
    fill_log(site)
    with ExitStack() as stack:
        for sent in (WRITING, WRITING_CHUNKS, HALF_A_HEAD, NOTHING):
            stack.enter_context(crowd(site.port, MANY, sent))
        assert_begun(*stack.enter_context(crowd(site.port, 8, get(site, LOG), reads=False)))
        assert_answers(site)


def test_a_long_answer_is_whole_however_it_is_read(site: Site) -> None:
    size = fill_log(site)
    with client(site.port, get(site, LOG).replace(b"Host", b"Connection: close\r\nHost"), reads=False) as slow:
        took = everything(slow)
    announced, _, body = took.partition(b"\r\n\r\n")
    assert f"content-length: {size}".encode() in announced.lower()
    assert len(body) == size
    assert body.count(b"\n") == LINES


def test_a_long_answer_is_held_in_no_memory_and_let_go_of(site: Site, cloud: FaultyCloud) -> None:
    """Sixteen readers of 8 MB who don't read; then they leave, and nothing is left of it."""
    fill_log(site)
    (worker,) = site.workers()
    before = holdings_of(worker, cloud.port)
    with crowd(site.port, 16, get(site, LOG), reads=False) as readers:
        assert_begun(*readers)
        assert holdings_of(worker, cloud.port).memory < before.memory + 60
    wait_until(lambda: holdings_of(worker, cloud.port).clients <= before.clients, 60)


def test_more_long_answers_than_there_is_room_for_are_refused(site: Site) -> None:
    """503, and shorter ones are given all the same; room comes when a reader leaves."""
    fill_log(site)
    with crowd(site.port, 32, get(site, LOG), reads=False) as readers:
        assert_begun(*readers)
        with site.visitor() as visitor:
            refused = visitor.get(LOG)
            assert (refused.status, refused.headers["retry-after"]) == (503, "10")
        assert_answers(site)
    with site.visitor() as visitor:
        wait_until(lambda: visitor.get(LOG).status == 200, 60)


def test_who_reads_nothing_is_let_go(prepared: Prepared, cloud: FaultyCloud, tmp_path: Path) -> None:
    """By the operating system, after a time: the connection is over though the client keeps it."""
    with hasty(prepared, tmp_path, cloud, SILENT_SECONDS="2") as site:
        size = fill_log(site)
        (worker,) = site.workers()
        with client(site.port, get(site, LOG), reads=False) as silent:
            assert_begun(silent)
            wait_until(lambda: not is_connected(worker, silent))
            assert len(everything(silent)) < size


@pytest.mark.parametrize(
    ("change", "is_whole"),
    [
        ("SELECT 1", True),
        ("DELETE FROM django_session", False),
        ("UPDATE auth_user SET is_active = 0", False),
        ("UPDATE auth_user SET is_superuser = 0", False),
        ("UPDATE jobs_organization SET is_shown = 0", False),
    ],
    ids=["nothing", "signed out", "deactivated", "removed", "hidden"],
)
def test_who_may_no_longer_have_it_gets_no_more_of_it(
    prepared: Prepared, cloud: FaultyCloud, tmp_path: Path, change: str, is_whole: bool
) -> None:
    """A download that was under way went on to its end, for as long as its reader wanted."""
    with hasty(prepared, tmp_path, cloud, LOOK_SECONDS="0.1") as site:
        size = fill_log(site)
        with client(site.port, get(site, LOG).replace(b"Host", b"Connection: close\r\nHost"), reads=False) as reader:
            assert_begun(reader)
            site.stored(change)
            time.sleep(0.2)
            taken = everything(reader)
        assert (len(taken.partition(b"\r\n\r\n")[2]) == size) is is_whole


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (form(Content_Length=200_000), 413),
        (form(f"{LIST}new/", Content_Length=2_621_441), 413),
        (form("/no/such/page/", Content_Length=200_000), 413),
        (form("/orgs/bolt-robotics/jobs.json", Content_Length=10**15), 413),
        (form(Transfer_Encoding="chunked") + b"fff0\r\n" + b"a" * 0xFFF0 + b"\r\n" + b"11\r\n" + b"a" * 17, 413),
        (form(Content_Length=200_000, Expect="100-continue"), 413),
    ],
    ids=["sign-in", "form", "nothing there", "programs", "chunks", "expects"],
)
def test_too_much_is_refused_at_once(site: Site, sent: bytes, status: int) -> None:
    """By its declared length, before any of it came; in chunks, by what came."""
    got, taken = clients.answer(site.port, sent)
    assert got == status
    assert b"100 Continue" not in taken


def test_who_sends_all_of_too_much_hears_why(site: Site) -> None:
    """Nobody's answer is lost because the connection closes with bytes unread."""
    for _ in range(5):
        got, _ = clients.answer(site.port, form(Content_Length=5_000_000) + b"a" * 5_000_000)
        assert got == 413


def test_programs_hear_it_as_a_problem(site: Site) -> None:
    _, taken = clients.answer(site.port, form("/orgs/bolt-robotics/jobs.json", Content_Length=3_000_000))
    told, _, body = taken.partition(b"\r\n\r\n")
    assert b"application/problem+json" in told
    assert json.loads(body)["status"] == 413


def test_a_body_that_takes_too_long_is_refused(prepared: Prepared, cloud: FaultyCloud, tmp_path: Path) -> None:
    """A total deadline: a byte now and then does not put it off."""
    with hasty(prepared, tmp_path, cloud, BODY_SECONDS="2") as site:
        for sent in (form(Content_Length=60_000), form(Transfer_Encoding="chunked") + b"ffff\r\n"):
            with client(site.port, sent) as plain:
                assert 1.5 < clients.drip(plain, b"a" * 200, 0.1) < 10
                assert clients.status_of(everything(plain)) == 408


def test_half_a_head_is_given_up(site: Site) -> None:
    """Row 115: by granian, with the options of README."""
    with crowd(site.port, 3, HALF_A_HEAD) as heads, crowd(site.port, 3, NOTHING) as silent:
        assert [everything(plain) for plain in (*heads, *silent)] == [b""] * 6


def test_chunks_reach_the_site(site: Site) -> None:
    """They were nothing to it before. A chunk at a time, and whole."""
    body = f"csrfmiddlewaretoken={clients.TOKEN}&login=nobody&password=wrong&next=".encode()
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (body[:20], body[20:]))
    with client(site.port, form(Transfer_Encoding="chunked", Connection="close") + chunks + b"0\r\n\r\n") as plain:
        taken = everything(plain)
    assert clients.status_of(taken) == 422
    assert b'value="nobody"' in taken


def test_half_a_body_reaches_nobody(site: Site) -> None:
    """Who leaves in the middle has asked for nothing: the half that came could be a request of its own."""
    for sent in (form(f"{LIST}new/", Content_Length=500), form(f"{LIST}new/", Transfer_Encoding="chunked") + b"5\r\n"):
        with client(site.port, sent + b"a=bcd") as plain:
            plain.shutdown(socket.SHUT_WR)
            assert clients.status_of(everything(plain)) in (0, 400)
    assert site.stored("SELECT count(*) FROM jobs_auditentry WHERE action = 'job:submit'") == [(0,)]


def test_clients_that_are_killed_leave_nothing(site: Site, cloud: FaultyCloud) -> None:
    """With a reset, in the middle of what they sent or read; no traceback is in the log (`serving` looks).

    Of 120, five at most may be the site's own: it speaks to the cloud meanwhile.
    """
    fill_log(site)
    (worker,) = site.workers()
    before = holdings_of(worker, cloud.port)
    for sent in (WRITING, WRITING_CHUNKS, HALF_A_HEAD, get(site, LOG), get(site, LIST)):
        with crowd(site.port, MANY, sent, reads=False) as plain:
            for one in plain:
                one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    wait_until(lambda: holdings_of(worker, cloud.port).clients <= before.clients + 5, 60)
    wait_until(lambda: _took(site, LIST) < PROMPTLY, 60)
    assert_answers(site)


def test_told_to_stop_while_they_hold_on(site: Site, cloud: FaultyCloud) -> None:
    """What is under way ends, with its answer; who only holds on doesn't keep the process."""
    held = Held(cloud)
    with ThreadPoolExecutor(1) as pool, site.visitor() as visitor, crowd(site.port, MANY, HALF_A_HEAD):
        opened = Form.opened_by(visitor)
        sent = pool.submit(opened.send, "at-the-end")
        wait_until(lambda: held.arrived)
        site.server.process.send_signal(signal.SIGTERM)
        wait_until(lambda: not web_server.listens(site.port))
        assert site.server.process.poll() is None
        held.let_go.set()
        assert sent.result().status == 302
        assert site.server.process.wait(40) == 0
    assert site.stored("SELECT outcome FROM jobs_auditentry WHERE action = 'job:submit'") == [("done",)]


def test_what_a_client_began_who_left_ends_before_the_process_does(site: Site, cloud: FaultyCloud) -> None:
    """Nobody waits for its answer any more; it is noted all the same."""
    held = Held(cloud)
    with site.visitor() as visitor:
        opened = Form.opened_by(visitor)
        with ThreadPoolExecutor(1) as pool:
            sent = pool.submit(opened.send, "left")
            wait_until(lambda: held.arrived)
            visitor.leave()
            assert isinstance(sent.exception(), OSError)
    site.server.process.send_signal(signal.SIGTERM)
    wait_until(lambda: not web_server.listens(site.port))
    assert site.server.process.poll() is None
    held.let_go.set()
    assert site.server.process.wait(20) == 0
    assert site.stored("SELECT outcome FROM jobs_auditentry WHERE action = 'job:submit'") == [("done",)]


def test_actions_whose_answers_wait_hold_up_no_page(site: Site, cloud: FaultyCloud) -> None:
    """As many of them as there are threads, and more: all pages waited for the cloud with them, and so did probes."""
    held = Held(cloud)
    with ExitStack() as stack:
        pool = stack.enter_context(ThreadPoolExecutor(6))
        forms = [Form.opened_by(stack.enter_context(site.visitor())) for _ in range(6)]
        sent = [pool.submit(opened.send, f"waits-{number}") for number, opened in enumerate(forms)]
        stack.callback(held.let_go.set)
        wait_until(lambda: held.arrived == 3)
        for path in ("/readyz", LIST, f"{LIST}{OVER}/"):
            assert _took(site, path) < PROMPTLY
        assert held.arrived == 3
        held.let_go.set()
        assert {submit.result().status for submit in sent} == {302}


def test_actions_whose_answers_wait_keep_nobody_from_signing_in(site: Site, cloud: FaultyCloud) -> None:
    """They had the same threads: whoever came waited until the cloud had answered the others."""
    held = Held(cloud)
    with ExitStack() as stack:
        pool = stack.enter_context(ThreadPoolExecutor(6))
        forms = [Form.opened_by(stack.enter_context(site.visitor())) for _ in range(6)]
        sent = [pool.submit(opened.send, f"waits-{number}") for number, opened in enumerate(forms)]
        stack.callback(held.let_go.set)
        wait_until(lambda: held.arrived == 3)
        typed = f"csrfmiddlewaretoken={clients.TOKEN}&login=nobody&password=wrong".encode()
        began = time.monotonic()
        told = form(Content_Length=len(typed), Connection="close") + typed
        assert clients.answer(site.port, told)[0] == 422
        assert time.monotonic() - began < PROMPTLY
        assert held.arrived == 3
        held.let_go.set()
        assert {submit.result().status for submit in sent} == {302}


def test_long_logs_that_are_made_hold_up_no_page(site: Site) -> None:
    """Eight at once took all threads for as long as it takes to make them."""
    tell(site.installation.folder, FILL, 60_000, OVER, 100)
    with crowd(site.port, 8, get(site, LOG)):
        assert max(_took(site, path) for path in ("/readyz", LIST, "/readyz", LIST)) < PROMPTLY


def test_health_fails_while_all_threads_are_stuck(prepared: Prepared, cloud: FaultyCloud, tmp_path: Path) -> None:
    """Not while three of four are, and not any more when one has ended."""
    held = Held(cloud)
    with hasty(prepared, tmp_path, cloud, STILL_SECONDS="0.5") as site, ExitStack() as stack:
        pool = stack.enter_context(ThreadPoolExecutor(4))
        forms = [Form.opened_by(stack.enter_context(site.visitor())) for _ in range(4)]
        sent = [pool.submit(opened.send, f"stuck-{number}") for number, opened in enumerate(forms[:3])]
        wait_until(lambda: held.arrived == 3)
        began = time.monotonic()
        while time.monotonic() < began + 1:
            assert _health(site) == 200
        sent.append(pool.submit(forms[3].send, "stuck-3"))
        wait_until(lambda: _health(site) == 503)
        held.let_go.set()
        wait_until(lambda: _health(site) == 200)
        assert {submit.result().status for submit in sent} == {302}


def _took(site: Site, path: str) -> float:
    with site.visitor() as visitor:
        return visitor.get(path).seconds


def _health(site: Site) -> int:
    return clients.answer(site.port, head("GET", "/healthz", Connection="close") + b"\r\n")[0]
