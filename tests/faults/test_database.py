"""The database refuses to write: locked for longer than anybody waits for it, or full."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

from google.rpc.status_pb2 import Status

from tests.faults.breaking import filled, locked
from tests.faults.cloud import BOLT, FaultyCloud
from tests.faults.site import Prepared, installed, served, serving, tell
from tests.faults.tabs import NEVER_WAITED, Tabs, assert_nobody_waited
from tests.faults.visitor import LIST
from tests.faults.watching import RECOVERY_SECONDS, job_ids, wait_for_job, wait_for_warning
from tests.installed import free_port, wait_until

IMPATIENT = {"DATABASE_BUSY_SECONDS": "0.5", "REFRESH_WATCHED_SECONDS": "3"}


def test_a_database_that_can_not_be_opened_is_told_of_and_taken_up_when_it_is_back(
    prepared: Prepared, tmp_path: Path
) -> None:
    """Pages say 503 and when to try again, polls leave what is there, and no process is restarted."""
    away = tmp_path / "away" / "trainyard.sqlite3"
    elsewhere = {"DATABASE_URL": f"sqlite:///{away}"}
    clouds = {BOLT: f"http://127.0.0.1:{free_port()}"}
    with serving(prepared, tmp_path, clouds, settings=elsewhere) as site, site.visitor() as visitor:
        page = visitor.get()
        assert (page.status, page.headers["retry-after"]) == (503, "10")
        assert "can't reach its database" in page.text
        assert (visitor.poll().status, visitor.poll().text) == (503, "")
        told = [line for line in site.server.said.splitlines() if f"[{page.headers['x-request-id']}]" in line]
        assert told[0].endswith("unable to open database file")
        away.parent.mkdir()
        shutil.copy(tmp_path / "trainyard.sqlite3", away)
        assert visitor.get().status == 200


def test_a_locked_database_is_still_read_and_the_page_tells_its_age(prepared: Prepared, tmp_path: Path) -> None:
    """Row 80: from the middle of a refresh on, for eight times as long as anybody waits."""
    with FaultyCloud().running() as cloud:
        clouds = {BOLT: str(cloud.endpoint)}
        with serving(prepared, tmp_path, clouds, settings=IMPATIENT) as site, site.visitor() as visitor:
            wait_for_job(visitor, cloud.add_job().id, RECOVERY_SECONDS)
            before = job_ids(site)
            with Tabs(site).open(5) as tabs:
                began = time.monotonic()
                cloud.delay = 0.2
                wait_until(lambda: site.organization("lease_owner"))
                with locked(tmp_path):
                    cloud.delay = 0
                    time.sleep(2)
                    assert visitor.get().is_old
                    time.sleep(2)
                assert job_ids(site) == before
                wait_for_job(visitor, cloud.add_job().id, RECOVERY_SECONDS)
            assert_nobody_waited(tabs.since(began))


def test_whoever_looks_does_not_wait_for_whoever_writes(prepared: Prepared, tmp_path: Path) -> None:
    """Row 134: a session notes once a minute that it is used; that waited up to 20 seconds, and held a thread."""
    with FaultyCloud().running() as cloud:
        clouds, patient = {BOLT: str(cloud.endpoint)}, {"DATABASE_BUSY_SECONDS": "20"}
        with serving(prepared, tmp_path, clouds, settings=patient) as site, site.visitor() as visitor:
            job = visitor.get().jobs[0]
            aged = site.installation.manage("shell", "-v", "0", "-c", AGE_SESSIONS)
            assert aged.returncode == 0, aged.stderr
            with locked(tmp_path):
                answers = [visitor.get(), visitor.get(f"{LIST}{job}/logs/"), visitor.poll()]
            assert [answer.status for answer in answers] == [200, 200, 200]
            assert max(answer.seconds for answer in answers) < NEVER_WAITED


AGE_SESSIONS = """
from django.contrib.sessions.models import Session
from dashboard.sessions import SEEN, SessionStore
for row in Session.objects.all():
    data = SessionStore().decode(row.session_data)
    data[SEEN] = data.get(SEEN, 0) - 61
    row.session_data = SessionStore().encode(data)
    row.save()
"""


def test_a_full_disk_keeps_the_old_version_and_is_told_of(prepared: Prepared, tmp_path: Path) -> None:
    """Row 80: an answer that no longer fits is not taken over at all, and not asked for again at once."""
    pages = tell(prepared.installation.folder, "PRAGMA page_count")[0][0] + 30
    with FaultyCloud().running() as cloud:
        clouds, small = {BOLT: str(cloud.endpoint)}, {"DATABASE_MOST_PAGES": str(pages)}
        with serving(prepared, tmp_path, clouds, settings=small) as site, site.visitor() as visitor:
            wait_for_job(visitor, cloud.add_job().id, RECOVERY_SECONDS)
            before, kept = job_ids(site), dict(cloud.jobs)
            for _ in range(20):
                cloud.add_job(error_status=Status(code=8, message="x" * 20_000))
            page = wait_for_warning(visitor, "Showing data from")
            assert (set(page.jobs), job_ids(site)) == (before, before)
            assert _rounds(cloud, 4) <= 5
            cloud.jobs = kept
            wait_for_job(visitor, cloud.add_job().id, RECOVERY_SECONDS)


def test_a_disk_that_is_full_to_the_last_byte_is_told_of_without_it(
    prepared: Prepared, tmp_path: Path, small_disk: Path
) -> None:
    """Row 131: no page of it can be stored, so the process keeps it; ever rarer tries, and two lines in the log."""
    disk = {"DATABASE_URL": f"sqlite:///{small_disk / 'trainyard.sqlite3'}"}
    with FaultyCloud().running() as cloud:
        site = installed(prepared, tmp_path / "site", {BOLT: str(cloud.endpoint)}, **disk)
        shutil.copy(site.folder / "trainyard.sqlite3", small_disk)
        with served(Prepared(site, prepared.session)) as running, running.visitor() as visitor:
            wait_for_job(visitor, cloud.add_job().id, RECOVERY_SECONDS)
            tag = visitor.poll().headers["hx-ptag"]
            with filled(small_disk):
                cloud.add_job(error_status=Status(code=8, message="x" * 200_000))
                page = wait_for_warning(visitor, "The disk of this site's database is full.", 20)
                assert "First failed" in page.warning
                assert visitor.get(**{"HX-Request": "true", "HX-PTag": tag}).status == 200
                asked = len(cloud.seen)
                time.sleep(4)
                assert len(cloud.seen) - asked <= 5 * CALLS_A_ROUND
            wait_until(lambda: not visitor.get().is_old, MAX_PAUSE + RECOVERY_SECONDS)
        assert running.said.count("The disk of this site's database is full.") <= 2, running.said
        assert running.said.count("WARNING jobs.sync") <= 4, running.said


CALLS_A_ROUND = 4
MAX_PAUSE = 30
"""After some seconds of trouble; it grows to a minute later on."""


def _rounds(cloud: FaultyCloud, seconds: float) -> int:
    """Complete lists that are asked for meanwhile."""
    before = _complete(cloud)
    time.sleep(seconds)
    return _complete(cloud) - before


def _complete(cloud: FaultyCloud) -> int:
    return sum(call.name == "ListTrainingJobs" and not call.message.status for call in list(cloud.seen))
