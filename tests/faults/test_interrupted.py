"""The site is stopped between sending something to the cloud and noting the answer: it is settled all the same."""

from __future__ import annotations

import os
import shutil
import signal
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.faults.breaking import filled, locked
from tests.faults.cloud import BOLT, RUNNING_STATUS, FaultyCloud
from tests.faults.interrupting import WRITES, Held, HeldSecond, Write, cancel_many
from tests.faults.site import Prepared, Site, end, installed, serving, start_refresher, start_server, tell
from tests.faults.visitor import Answer
from tests.faults.watching import wait_for_job
from tests.installed import Installation, free_port, wait_until

SOON = 30.0
"""Seconds in which a site that is up again has settled what it finds, on a machine that is busy."""
# Whoever was killed may have held any of these, that of a refresh too.
LEASES_RAN_OUT = (
    "UPDATE jobs_auditentry SET lease_until = '2026-01-05 12:00:00' WHERE outcome = 'started'",
    "UPDATE jobs_bulkrun SET lease_until = '2026-01-05 12:00:00' WHERE lease_owner != ''",
    "UPDATE jobs_organization SET lease_until = '2026-01-05 12:00:00' WHERE lease_owner != ''",
)
NOBODY_LOOKS = "UPDATE jobs_organization SET viewed_at = NULL"
ITEMS = "SELECT state FROM jobs_bulkitem ORDER BY number"
REFUSED_TO_NOTE = "The database refused to note how an action ended"
every_write = pytest.mark.parametrize("write", WRITES, ids=str)


@pytest.fixture
def cloud() -> Iterator[FaultyCloud]:
    with FaultyCloud().running() as cloud:
        yield cloud


@pytest.fixture
def installation(prepared: Prepared, cloud: FaultyCloud, tmp_path: Path) -> Installation:
    return installed(prepared, tmp_path, {BOLT: str(cloud.endpoint)})


def let_leases_run_out(installation: Installation) -> None:
    for statement in LEASES_RAN_OUT:
        tell(installation.folder, statement)


@contextmanager
def started(prepared: Prepared, installation: Installation, *options: str) -> Iterator[Site]:
    port = free_port()
    server = start_server(installation, port, *options)
    refresher = start_refresher(installation)
    try:
        yield Site(port, prepared.session, installation, server, refresher)
    finally:
        end(server)
        end(refresher)


def kill(site: Site) -> None:
    """All of its processes."""
    for program in (site.server, site.refresher):
        os.killpg(program.process.pid, signal.SIGKILL)
        program.process.wait()


@contextmanager
def acting(site: Site, write: Write, held: Held) -> Iterator[Future[Answer]]:
    """The write has been executed, and its answer is on its way."""
    with ThreadPoolExecutor(1) as pool, site.visitor() as visitor:
        sent = pool.submit(write.act, visitor)
        wait_until(lambda: held.arrived or sent.done(), SOON)
        assert held.arrived == 1
        yield sent


@every_write
def test_killed(write: Write, prepared: Prepared, installation: Installation, cloud: FaultyCloud) -> None:
    """Rows 117 and 122: the processes that come next find it, though nobody looks at the organization."""
    held = Held(cloud)
    with started(prepared, installation) as site, acting(site, write, held):
        kill(site)
        assert write.outcome(site) == "started"
    held.let_go.set()
    let_leases_run_out(site.installation)
    site.stored(NOBODY_LOOKS)
    with started(prepared, installation) as site:
        wait_until(lambda: write.outcome(site) == "done", SOON)
        assert "Traceback" not in site.said
    _assert_one(write, site, cloud, held)


@every_write
def test_killed_where_a_process_of_its_own_refreshes(
    write: Write, prepared: Prepared, installation: Installation, cloud: FaultyCloud
) -> None:
    """Rows 117 and 122: by `manage.py refresh`, while no web server is back yet."""
    held = Held(cloud)
    with started(prepared, installation) as site, acting(site, write, held):
        kill(site)
    held.let_go.set()
    let_leases_run_out(site.installation)
    refresh = installation.start("manage.py", "refresh", log="refresh.txt")
    wait_until(lambda: write.outcome(site) == "done", SOON)
    refresh.end(signal.SIGTERM)
    _assert_one(write, site, cloud, held)


@every_write
def test_told_to_stop(write: Write, prepared: Prepared, installation: Installation, cloud: FaultyCloud) -> None:
    """Row 122: what is under way ends first, with its answer; a submit of 12 s stayed started for ever."""
    held = Held(cloud)
    patient = ("--workers-kill-timeout", "30")
    with started(prepared, installation, *patient) as site, acting(site, write, held) as sent:
        site.server.process.send_signal(signal.SIGTERM)
        time.sleep(1)
        assert site.server.process.poll() is None
        held.let_go.set()
        assert site.server.process.wait(SOON) == 0
        assert sent.result().status == 302
        assert write.outcome(site) == "done"
    _assert_one(write, site, cloud, held)


@every_write
def test_stopped_before_it_could_end(
    write: Write, prepared: Prepared, installation: Installation, cloud: FaultyCloud
) -> None:
    """Row 122: an operator who waits for less than a write may take loses no record either."""
    held = Held(cloud)
    hasty = ("--workers-kill-timeout", "1")
    with started(prepared, installation, *hasty) as site, acting(site, write, held):
        site.server.process.send_signal(signal.SIGTERM)
        site.server.process.wait(SOON)
        assert write.outcome(site) == "started"
    held.let_go.set()
    let_leases_run_out(site.installation)
    with started(prepared, installation) as site:
        wait_until(lambda: write.outcome(site) == "done", SOON)
    _assert_one(write, site, cloud, held)


@pytest.mark.parametrize(
    ("write", "busy", "lasts"),
    [(WRITES[0], 20, 22), (WRITES[1], 0.5, 3), (WRITES[2], 0.5, 3)],
    ids=[str(write) for write in WRITES],
)
def test_locked(
    write: Write, busy: float, lasts: float, prepared: Prepared, cloud: FaultyCloud, tmp_path: Path
) -> None:
    """Row 122: for longer than a connection waits, which is 20 s on a site: noted when the database takes it again."""
    held, clouds = Held(cloud), {BOLT: str(cloud.endpoint)}
    settings = {"DATABASE_BUSY_SECONDS": str(busy)}
    with serving(prepared, tmp_path, clouds, settings=settings) as site, acting(site, write, held) as sent:
        with locked(tmp_path):
            held.let_go.set()
            time.sleep(lasts)
            assert not sent.done()
        assert sent.result(SOON).status == 302
        assert write.outcome(site) == "done"
        assert REFUSED_TO_NOTE in site.server.said
    _assert_one(write, site, cloud, held)


@every_write
def test_the_disk_is_full_for_a_while(
    write: Write, prepared: Prepared, cloud: FaultyCloud, tmp_path: Path, small_disk: Path
) -> None:
    """Row 122: it fills just between sending and noting the answer, which is noted once there is room."""
    held, clouds = Held(cloud), {BOLT: str(cloud.endpoint)}
    with on_disk(prepared, small_disk, tmp_path, clouds) as site, acting(site, write, held) as sent:
        with filled(small_disk):
            held.let_go.set()
            site.server.wait_for(REFUSED_TO_NOTE, SOON)
            assert not sent.done()
        assert sent.result(SOON).status == 302
        wait_until(lambda: write.outcome(site) == "done", SOON)
    _assert_one(write, site, cloud, held)


@every_write
def test_killed_while_the_disk_is_full(
    write: Write, prepared: Prepared, cloud: FaultyCloud, tmp_path: Path, small_disk: Path
) -> None:
    """Row 122: what could never be noted is settled by the processes that come next, once there is room."""
    held, clouds = Held(cloud), {BOLT: str(cloud.endpoint)}
    with on_disk(prepared, small_disk, tmp_path, clouds) as site, acting(site, write, held), filled(small_disk):
        held.let_go.set()
        site.server.wait_for(REFUSED_TO_NOTE, SOON)
        kill(site)
    assert write.outcome(site) == "started"
    let_leases_run_out(site.installation)
    with started(prepared, site.installation) as site:
        wait_until(lambda: write.outcome(site) == "done", SOON)
    _assert_one(write, site, cloud, held)


@contextmanager
def on_disk(prepared: Prepared, disk: Path, folder: Path, clouds: dict[str, str]) -> Iterator[Site]:
    """A site whose database lies on a disk of its own."""
    site = installed(prepared, folder / "site", clouds)
    database = "trainyard.sqlite3"
    shutil.move(site.folder / database, disk / database)
    (site.folder / database).symlink_to(disk / database)
    with started(prepared, site) as running:
        yield running


def test_killed_in_the_middle_of_many(prepared: Prepared, installation: Installation, cloud: FaultyCloud) -> None:
    """Rows 117 and 122: each job of a run is settled, and asked for once, though its worker was killed."""
    jobs = [cloud.add_job(status=RUNNING_STATUS).id for _ in range(4)]
    held = HeldSecond(cloud)
    with started(prepared, installation) as site, site.visitor() as visitor:
        wait_for_job(visitor, jobs[-1], SOON)
        run = cancel_many(visitor, jobs)
        wait_until(lambda: held.arrived == 2, SOON)
        kill(site)
    assert _items(site) == ["done", "started", "waiting", "waiting"]
    held.let_go.set()
    let_leases_run_out(installation)
    site.stored(NOBODY_LOOKS)
    with started(prepared, installation) as site:
        wait_until(lambda: _items(site) == ["done", "done", "waiting", "waiting"], SOON)
        with site.visitor() as visitor:
            visitor.get(run)
            wait_until(lambda: site.stored("SELECT state FROM jobs_bulkrun") == [("finished",)], SOON)
    assert _items(site) == ["done"] * 4
    assert held.arrived == 4
    found = site.stored("SELECT job_id, outcome FROM jobs_auditentry WHERE action = 'job:cancel' ORDER BY id")
    assert sorted(found) == sorted((job, "done") for job in jobs)


@pytest.mark.parametrize(("when", "told", "members"), [("before", "not_done", 1), ("after", "done", 0)])
def test_killed_while_something_is_changed_here(
    when: str, told: str, members: int, installation: Installation, cloud: FaultyCloud
) -> None:
    """Row 117: what doesn't touch the cloud was told as unknown; it is told as it is."""
    dying = installation.start("-m", "tests.faults.dying", when, log="dying.txt")
    assert dying.process.wait(SOON) == -signal.SIGKILL, dying.said
    let_leases_run_out(installation)
    assert installation.manage("refresh", "--once").returncode == 0
    found = tell(installation.folder, "SELECT outcome FROM jobs_auditentry WHERE action = 'member:remove'")
    assert (found, tell(installation.folder, "SELECT count(*) FROM jobs_membership")) == ([(told,)], [(members,)])


def _items(site: Site) -> list[str]:
    return [state for (state,) in site.stored(ITEMS)]


def _assert_one(write: Write, site: Site, cloud: FaultyCloud, held: Held) -> None:
    """Executed once, in the name of who asked, and the mirror shows it."""
    assert (held.arrived, write.who(site)) == (1, "ana")
    if write.action != "job:submit":
        return
    [(job, submitter)] = site.stored(
        "SELECT viam_id, username FROM jobs_job JOIN auth_user ON auth_user.id = submitted_by_id"
    )
    [(state, job_id)] = site.stored("SELECT state, job_id FROM jobs_submission")
    assert (state, job_id, submitter) == ("done", job, "ana")
    assert cloud.submitted == {"interrupted": 1}
