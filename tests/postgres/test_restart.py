"""PostgreSQL goes away and comes back under a running site: no process has to be restarted."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from emulator.server import Emulator
from emulator.world.tenants import BOLT_ROBOTICS_ID
from protos import ml_training_pb2
from tests.installed import Program, wait_until
from tests.postgres.cluster import Cluster
from tests.postgres.conftest import on_postgresql
from tests.postgres.installed import INTERVAL, WebServer, installed

pytestmark = on_postgresql

NEWCOMER = "f" * 24


@pytest.fixture
def running(
    tmp_path: Path, cloud: Emulator, cluster: Cluster, static: dict[str, str]
) -> Iterator[tuple[WebServer, Program]]:
    """A web server, and who refreshes."""
    site = installed(tmp_path, cloud, DATABASE_URL=cluster.url(), **static)
    with site.web_server() as server, site.refresher() as refresher:
        yield server, refresher


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGQUIT], ids=["shut down", "crashed"])
def test_a_restart_is_survived(how: int, cloud: Emulator, cluster: Cluster, running: tuple[WebServer, Program]) -> None:
    """Row 85."""
    server, refresher = running
    with server.visitor() as bo:
        before = bo.get().jobs
        _wait_for(cluster, "lease_owner = '' AND due_at > now()")
        cluster.stop(how)
        assert [bo.get().status for _ in range(8)] == [503] * 8
        assert (bo.poll().status, bo.poll().text) == (503, "")
        assert bo.get("/healthz").status == 200
        assert bo.get("/readyz").status == 503
        cluster.start()
        assert bo.get("/readyz").status == 200
        assert bo.get().jobs == before
        _add_a_job(cloud)
        wait_until(lambda: NEWCOMER in bo.get().jobs, INTERVAL + 6)
    assert server.program.process.poll() is None
    assert "Traceback" not in server.program.said
    assert refresher.said.count("This site's database couldn't store") <= 2
    assert refresher.process.poll() is None


def test_a_refresh_that_was_cut_off_holds_up_the_next_one_for_seconds(
    cloud: Emulator, cluster: Cluster, running: tuple[WebServer, Program]
) -> None:
    """Its lease can't be given back at first; left behind, it would hold everybody up for a minute."""
    server, _ = running
    with server.visitor() as bo:
        bo.get()
        cloud.faults.delay("ListTrainingJobs", 0.5)
        _wait_for(cluster, "lease_owner <> ''")
        cluster.stop()
        time.sleep(2)
        cluster.start()
        _add_a_job(cloud)
        wait_until(lambda: NEWCOMER in bo.get().jobs, 15)


def _wait_for(cluster: Cluster, condition: str) -> None:
    """Until it holds for the row of Bolt Robotics."""
    with psycopg.connect(cluster.url(), autocommit=True) as database:
        asked = f"SELECT {condition} FROM jobs_organization WHERE is_shown"  # noqa: S608
        wait_until(lambda: database.execute(asked).fetchone() == (True,))


def _add_a_job(cloud: Emulator) -> None:
    job = cloud.world.jobs(BOLT_ROBOTICS_ID)[0]
    job.id, job.status = NEWCOMER, ml_training_pb2.TRAINING_STATUS_PENDING
    cloud.world.put(job)
