"""PostgreSQL is restarted between sending something to the cloud and noting the answer."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from emulator.server import Emulator
from emulator.world.tenants import BOLT_ROBOTICS_ID
from protos import ml_training_pb2
from tests.faults.submitting import Form
from tests.faults.visitor import LIST, Answer, Visitor
from tests.installed import wait_until
from tests.postgres.cluster import Cluster
from tests.postgres.conftest import on_postgresql
from tests.postgres.installed import WebServer, installed

pytestmark = on_postgresql

SOON = 30.0
CALLS = {
    "submit": "SubmitTrainingJob",
    "cancel": "CancelTrainingJob",
    "delete": "DeleteCompletedTrainingJob",
}


@pytest.fixture
def server(tmp_path: Path, cloud: Emulator, cluster: Cluster, static: dict[str, str]) -> Iterator[WebServer]:
    site = installed(tmp_path, cloud, DATABASE_URL=cluster.url(), **static)
    with site.web_server() as server:
        yield server


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGQUIT], ids=["shut down", "crashed"])
@pytest.mark.parametrize("verb", CALLS)
def test_what_was_sent_is_noted_when_it_is_back(
    verb: str, how: int, cloud: Emulator, cluster: Cluster, server: WebServer
) -> None:
    """Row 122: it stayed started for ever."""
    with server.visitor() as bo, ThreadPoolExecutor(1) as pool:
        send = _prepared(verb, cloud, bo)
        cloud.faults.delay(CALLS[verb], 1)
        sent = pool.submit(send)
        wait_until(lambda: cloud.calls[CALLS[verb]] or sent.done(), SOON)
        cluster.stop(how)
        wait_until(lambda: "The database refused to note how an action ended" in server.program.said, SOON)
        cluster.start()
        assert sent.result(SOON).status == 302
    wait_until(lambda: _told(cluster, verb) == ("done", "bo"), SOON)
    assert cloud.calls[CALLS[verb]] == 1


@pytest.mark.parametrize("verb", CALLS)
def test_what_was_sent_is_found_when_its_process_died_meanwhile(
    verb: str, tmp_path: Path, cloud: Emulator, cluster: Cluster, static: dict[str, str]
) -> None:
    """Row 122: who notes it is killed while the database is away."""
    site = installed(tmp_path, cloud, DATABASE_URL=cluster.url(), **static)
    with site.web_server() as server, server.visitor() as bo, ThreadPoolExecutor(1) as pool:
        send = _prepared(verb, cloud, bo)
        cloud.faults.delay(CALLS[verb], 1)
        pool.submit(send)
        wait_until(lambda: cloud.calls[CALLS[verb]], SOON)
        cluster.stop(signal.SIGQUIT)
        wait_until(lambda: "The database refused to note how an action ended" in server.program.said, SOON)
        os.killpg(server.program.process.pid, signal.SIGKILL)
        server.program.process.wait()
        cluster.start()
    assert _told(cluster, verb)[0] == "started"
    with psycopg.connect(cluster.url(), autocommit=True) as database:
        database.execute("UPDATE jobs_auditentry SET lease_until = now() - interval '1 second'")
        database.execute("UPDATE jobs_job SET seen_at = seen_at - interval '1 minute'")
    with site.refresher():
        wait_until(lambda: _told(cluster, verb) == ("done", "bo"), SOON)
    assert cloud.calls[CALLS[verb]] == 1


def _prepared(verb: str, cloud: Emulator, bo: Visitor) -> Callable[[], Answer]:
    """All that is asked before it is sent."""
    bo.get()
    if verb == "submit":
        like = next(job for job in cloud.world.jobs(BOLT_ROBOTICS_ID) if not job.is_custom_job and job.tags)
        task = {1: "single_label_classification", 2: "multi_label_classification", 3: "object_detection"}
        secret = Form.opened_by(bo).secret
        form = Form(bo, secret, like.dataset_id, task[like.model_type], ", ".join(like.tags))
        return lambda: form.send("interrupted")
    wanted = {
        "cancel": ml_training_pb2.TRAINING_STATUS_IN_PROGRESS,
        "delete": ml_training_pb2.TRAINING_STATUS_COMPLETED,
    }[verb]
    job = next(job for job in cloud.world.jobs(BOLT_ROBOTICS_ID) if job.status == wanted)
    page = f"{LIST}{job.id}/{verb}/"
    wait_until(lambda: bo.get(page).status == 200, SOON)
    secret = bo.get(page).field("csrfmiddlewaretoken")
    return lambda: bo.post(page, csrfmiddlewaretoken=secret)


def _told(cluster: Cluster, verb: str) -> tuple[str, str]:
    with psycopg.connect(cluster.url(), autocommit=True) as database:
        asked = "SELECT outcome, actor_name FROM jobs_auditentry WHERE action = %s"
        found = database.execute(asked, [f"job:{verb}"]).fetchone()
        return (str(found[0]), str(found[1])) if found else ("", "")
