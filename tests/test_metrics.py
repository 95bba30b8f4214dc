"""/metrics: who may read it, what stands in it, and that nothing is lost between processes."""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Iterator
from pathlib import Path

import grpc
import pytest
from django.contrib.auth.models import User
from django.db import OperationalError, connection
from django.test import Client
from pytest_django import Settings

from emulator.server import Emulator
from jobs.metrics import tally
from jobs.metrics.catalogue import EVERY, PROBLEM, Counter, Histogram
from jobs.models import JobLog, Organization
from jobs.sync import cycle

TOKEN = "made up for these tests"
PASSES = {"Authorization": f"Bearer {TOKEN}"}
SAMPLE = re.compile(r'^([a-z_]+?)(?:_bucket|_sum|_count)?(?:\{[a-z]+="[^"\n]*"(?:,[a-z]+="[^"\n]*")*\})? [-+\d.e]+$')


@pytest.fixture
def token(settings: Settings, tmp_path: Path) -> Iterator[None]:
    """The operator has set one; counts are kept in a folder of this test."""
    settings.METRICS_TOKEN, settings.DATA_DIR = TOKEN, tmp_path
    tally.forget()
    yield
    tally.forget()


def scrape(client: Client) -> dict[str, float]:
    """Every number of /metrics by its series."""
    answer = client.get("/metrics", headers=PASSES)
    assert answer.status_code == 200
    lines = [line for line in answer.text.splitlines() if not line.startswith("#")]
    return {series: float(number) for series, _, number in (line.rpartition(" ") for line in lines)}


# -- Who may read it ---------------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_without_a_token_in_the_settings_there_is_no_such_page(client: Client) -> None:
    assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize(
    "brought", ["", "Bearer", "Bearer ", f"Bearer {TOKEN}x", f"Basic {TOKEN}", TOKEN, "Bearer \xfc"]
)
def test_whoever_brings_another_token_gets_nothing(
    client: Client, bolt: Organization, token: None, brought: str
) -> None:
    answer = client.get("/metrics", headers={"Authorization": brought})
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")
    assert answer.headers["Cache-Control"] == "no-store"
    assert bolt.slug not in answer.text


def test_being_signed_in_is_no_token(ana_client: Client, token: None) -> None:
    assert ana_client.get("/metrics").status_code == 401


@pytest.mark.django_db
def test_without_a_token_nothing_is_counted(client: Client, settings: Settings, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    client.get("/sign-in/")
    assert list(tmp_path.iterdir()) == []


# -- What stands in it -------------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_every_line_is_of_a_metric_that_is_in_the_catalogue(bo_client: Client, bolt: Organization, token: None) -> None:
    cycle.refresh_now(bolt)
    bo_client.get("/")
    text = bo_client.get("/metrics", headers=PASSES).text
    told = {
        found[1] for line in text.splitlines() if not line.startswith("#") for found in [SAMPLE.match(line)] if found
    }
    assert told == {metric.name for metric in EVERY} - {PROBLEM.name}
    assert [line for line in text.splitlines() if not line.startswith("#") and not SAMPLE.match(line)] == []


def test_every_metric_is_documented_and_no_other() -> None:
    text = (Path(__file__).resolve().parents[1] / "docs/operating.md").read_text()
    rows = re.findall(r"^\| `((?:trainyard|process)_\w+)` \|([^|]*)\|", text, re.MULTILINE)
    assert {name: re.findall(r"`(\w+)`", labels) for name, labels in rows} == {
        metric.name: list(metric.labels) for metric in EVERY
    }


def test_refreshes_are_told_by_how_they_ended(client: Client, cloud: Emulator, bolt: Organization, token: None) -> None:
    cycle.refresh_now(bolt)
    cloud.faults.fail("ListTrainingJobs", grpc.StatusCode.RESOURCE_EXHAUSTED, "slow down")
    cycle.refresh_now(bolt)
    found = scrape(client)
    assert found['trainyard_refreshes_total{organization="bolt-robotics",outcome="complete"}'] == 1
    assert found['trainyard_refreshes_total{organization="bolt-robotics",outcome="limited"}'] == 1
    assert found['trainyard_problem{organization="bolt-robotics",problem="limited"}'] == 1


def test_calls_are_told_as_the_cloud_saw_them(client: Client, cloud: Emulator, bolt: Organization, token: None) -> None:
    """A read that is repeated is several calls."""
    cloud.faults.fail("ListTrainingJobs", grpc.StatusCode.UNAVAILABLE, times=2)
    cloud.calls.reset()
    cycle.refresh_now(bolt)
    found = scrape(client)
    calls = {
        name: found[f'trainyard_cloud_call_seconds_count{{method="ListTrainingJobs",code="{name}"}}']
        for name in ("OK", "UNAVAILABLE")
    }
    assert calls == {"OK": 1, "UNAVAILABLE": 2}
    assert cloud.calls["ListTrainingJobs"] == 3


def test_jobs_age_and_lines_are_those_of_the_mirror(client: Client, bolt: Organization, token: None) -> None:
    job = bolt.jobs.all()[0]
    JobLog.objects.all().delete()
    JobLog.objects.create(job=job, line_count=120)
    found = scrape(client)
    jobs = {name: number for name, number in found.items() if name.startswith("trainyard_jobs")}
    assert jobs == {
        f'trainyard_jobs{{organization="bolt-robotics",status="{word}"}}': count for word, count in bolt.counts.items()
    }
    assert 0 < found['trainyard_mirror_age_seconds{organization="bolt-robotics"}'] < 60
    assert found["trainyard_log_lines"] == 120


def test_an_organization_that_is_not_shown_is_not_told_of(client: Client, bolt: Organization, token: None) -> None:
    Organization.objects.update(is_shown=False)
    assert not [series for series in scrape(client) if bolt.slug in series]


def test_requests_are_told_by_view_method_and_kind_of_answer(bo_client: Client, token: None) -> None:
    bo_client.get("/")
    bo_client.get("/orgs/none/jobs/")
    bo_client.generic("BREW", "/nowhere/")
    found = {series for series in scrape(bo_client) if series.startswith("trainyard_http_request_seconds_count")}
    assert found == {
        'trainyard_http_request_seconds_count{view="jobs:organizations",method="GET",status="2xx"}',
        'trainyard_http_request_seconds_count{view="jobs:list",method="GET",status="4xx"}',
        'trainyard_http_request_seconds_count{view="none",method="other",status="4xx"}',
    }


@pytest.mark.django_db(transaction=True)
def test_without_the_database_the_rest_is_told(
    client: Client, bo: User, token: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.get("/sign-in/")

    def refuse() -> None:
        raise OperationalError

    connection.close()
    monkeypatch.setattr(connection, "connect", refuse)
    found = scrape(client)
    assert found["trainyard_database_up"] == 0
    assert found['trainyard_http_request_seconds_count{view="sign-in",method="GET",status="2xx"}'] == 1


@pytest.mark.django_db
def test_a_process_tells_what_it_uses(client: Client, token: None) -> None:
    client.get("/sign-in/")
    found = scrape(client)
    assert found['process_resident_memory_bytes{process="0"}'] > 20 * 2**20
    assert found['process_open_fds{process="0"}'] == pytest.approx(len(os.listdir("/proc/self/fd")), abs=3)


# -- How it is written -------------------------------------------------------------------------------------------------
def test_a_histogram_counts_up_to_each_bound() -> None:
    kind = Histogram("waits", "", "who")
    numbers = [0.0] * kind.size
    numbers[0], numbers[1], numbers[2], numbers[-1] = 12.5025, 1, 1, 1
    lines = list(kind.lines(kind.series("bo"), numbers))
    assert lines[:2] == ['waits_bucket{who="bo",le="0.001"} 1', 'waits_bucket{who="bo",le="0.0025"} 2']
    assert lines[-3:] == [
        'waits_bucket{who="bo",le="+Inf"} 3',
        'waits_sum{who="bo"} 12.5025',
        'waits_count{who="bo"} 3',
    ]


def test_whatever_stands_in_a_label_stays_in_it() -> None:
    assert Counter("n", "", "x").series('a"b\\c\nd') == 'n{x="a\\"b\\\\c\\nd"}'


# -- Between processes -------------------------------------------------------------------------------------------------
@pytest.fixture
def counter(token: None) -> Counter:
    return Counter("n", "")


def test_processes_add_up(counter: Counter) -> None:
    counter.add()
    if not (child := os.fork()):
        counter.add()
        os._exit(0)
    os.waitpid(child, 0)
    assert tally.everywhere() == {("n", 1): [2.0]}
    assert len(tally.files()) == 2


def test_who_comes_after_a_dead_process_goes_on_with_its_counts(counter: Counter) -> None:
    for _ in range(3):
        counter.add()
        tally.forget()
    assert tally.everywhere() == {("n", 1): [3.0]}
    assert len(tally.files()) == 1


def test_counts_of_a_version_with_other_buckets_are_left_alone(counter: Counter) -> None:
    tally.add("n", 2, {0: 1.0, 1: 1.0})
    tally.forget()
    counter.add()
    counter.add()
    assert tally.everywhere() == {("n", 1): [2.0], ("n", 2): [1.0, 1.0]}


def test_what_a_full_disk_cut_off_is_written_over(counter: Counter) -> None:
    counter.add()
    tally.forget()
    with tally.files()[0].open("a") as file:
        file.write("0000000000001.000000\tcut o")
    Counter("m", "").add()
    assert tally.everywhere() == {("n", 1): [1.0], ("m", 1): [1.0]}


def test_a_full_disk_fails_nothing_and_is_told_once(
    counter: Counter, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse(*_: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(tally, "_has_complained", False)
    monkeypatch.setattr(os, "pwrite", refuse)
    counter.add()
    counter.add()
    assert [record.getMessage() for record in caplog.records] == [
        "Metrics are not counted: [Errno 28] No space left on device"
    ]
