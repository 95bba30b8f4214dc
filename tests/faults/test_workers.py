"""The site's own processes are killed or told to stop, in the middle of what they do."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest

from jobs.management import web_server
from tests.faults.cloud import BOLT, FaultyCloud
from tests.faults.site import SERVE, Prepared, Site, children_of, installed, serving, start_server
from tests.faults.submitting import Form
from tests.faults.tabs import Tabs
from tests.faults.watching import RECOVERY_SECONDS, job_ids, wait_for_job
from tests.installed import free_port, wait_until

TWO_WORKERS = ("--workers", "2", "--respawn-failed-workers")


@pytest.fixture
def cloud() -> Iterator[FaultyCloud]:
    with FaultyCloud().running() as cloud:
        yield cloud


@pytest.fixture
def site(prepared: Prepared, cloud: FaultyCloud, tmp_path: Path) -> Iterator[Site]:
    with serving(prepared, tmp_path, {BOLT: str(cloud.endpoint)}, options=TWO_WORKERS) as site:
        yield site


def test_a_refresher_that_is_killed_at_work_is_replaced(prepared: Prepared, cloud: FaultyCloud, tmp_path: Path) -> None:
    """Rows 79 and 83: web workers answer on, another one refreshes when the lease has run out; and a web worker that
    is killed is replaced, too.
    """
    with serving(prepared, tmp_path, {BOLT: str(cloud.endpoint)}, options=("--workers", "2"), command=SERVE) as site:
        (web_server,) = site.workers()
        before = job_ids(site)
        with Tabs(site).open(6) as tabs:
            cloud.delay = 4
            newcomer = cloud.add_job()
            wait_until(lambda: site.organization("lease_owner"))
            os.kill(int(site.organization("lease_owner").split(":")[1]), signal.SIGKILL)
            cloud.delay = 0
            polls = tabs.listen(3)
            assert {poll.status for poll in polls.all} <= {200, 204}
            assert job_ids(site) == before
            _let_lease_run_out(site)
            with site.visitor() as visitor:
                wait_for_job(visitor, newcomer.id, RECOVERY_SECONDS)
            dead = children_of(web_server)[0]
            os.kill(dead, signal.SIGKILL)
            polls = tabs.listen(3)
            assert {poll.status for poll in polls.all} <= {0, 200, 204}
            assert [poll for poll in polls.all if poll.at > polls.all[0].at + 2 and poll.status == 0] == []
        wait_until(lambda: len(set(children_of(web_server)) - {dead}) == 2)


def test_told_to_stop_under_load_it_finishes_what_it_began(site: Site, cloud: FaultyCloud) -> None:
    """Row 82: a submit is under way and ten tabs poll; it is done, and all is over within ten seconds."""
    with Tabs(site, pause=0.05).open(10) as tabs, site.visitor() as visitor, ThreadPoolExecutor(1) as pool:
        form = Form.opened_by(visitor)
        cloud.delay = 1.5
        submit = pool.submit(form.send, "on-its-way")
        wait_until(lambda: cloud.count("SubmitTrainingJob"))
        workers, began = site.workers(), time.monotonic()
        assert site.server.end(signal.SIGTERM, seconds=10) == 0
        assert submit.result().status == 302
        assert {poll.status for poll in tabs.since(began - 1).all} <= {0, 200, 204}
    assert cloud.submitted == {"on-its-way": 1}
    assert site.stored("SELECT outcome FROM jobs_auditentry WHERE action = 'job:submit'") == [("done",)]
    assert [worker for worker in workers if Path(f"/proc/{worker}").exists()] == []


def _let_lease_run_out(site: Site) -> None:
    """As if a minute had passed."""
    assert site.organization("lease_owner")
    site.stored("UPDATE jobs_organization SET lease_until = '2026-01-05 12:00:00'")


def test_workers_that_die_again_and_again_end_the_server_as_a_failure(
    prepared: Prepared, cloud: FaultyCloud, tmp_path: Path
) -> None:
    """Row 83: so that whatever started it starts it anew, as docs/operating.md says; nothing of it stays behind."""
    site = installed(prepared, tmp_path, {BOLT: str(cloud.endpoint)})
    port = free_port()
    server = start_server(site, port, *TWO_WORKERS)
    killed = set[int]()
    while server.process.poll() is None:
        for worker in set(children_of(server.process.pid)) - killed:
            killed.add(worker)
            with suppress(ProcessLookupError):
                os.kill(worker, signal.SIGKILL)
        time.sleep(0.1)
    assert server.process.returncode not in (0, None), server.said
    assert not web_server.listens(port)
