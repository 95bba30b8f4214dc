"""A log that is called complete holds what the cloud has, each line once, whatever befell while it was read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.utils import timezone

from jobs import log_keeper
from jobs.domain import JobStatus, LogPage
from jobs.emulator.logs.lines import LogLine as CloudLine
from jobs.emulator.server import Emulator
from jobs.models import Job, JobLog, Organization
from jobs.services.connection import cloud_of
from jobs.viam import Cloud

pytestmark = pytest.mark.django_db

START = 1_700_000_000.0


def lines(*numbers: int) -> list[CloudLine]:
    return [CloudLine("INFO", START + number, f"line {number}") for number in numbers]


def save(job: Job) -> JobLog:
    log, _ = JobLog.objects.get_or_create(job=job)
    log_keeper.save(log, cloud_of(job.organization))
    return log


def saved(job: Job) -> list[str]:
    return list(job.log_lines.order_by("number").values_list("message", flat=True))


def told(last: int) -> list[str]:
    return [f"line {number}" for number in range(1, last + 1)]


@pytest.fixture
def running(cloud: Emulator, bolt: Organization) -> Job:
    job = bolt.jobs.filter(status=JobStatus.IN_PROGRESS).first()
    assert job is not None
    return job


@dataclass(frozen=True)
class Between(Cloud):
    """The cloud, and what happens here between the second page's coming and its being written."""

    happens: Callable[[], object] = lambda: None

    def job_logs(self, job_id: str, page_token: str = "") -> LogPage:
        page = Cloud.job_logs(self, job_id, page_token)
        if page_token:
            self.happens()
        return page


def save_while(job: Job, happens: Callable[[], object]) -> JobLog:
    """One reader, and something else that happens while its second page is under way."""
    log, _ = JobLog.objects.get_or_create(job=job)
    cloud = cloud_of(job.organization)
    log_keeper.save(log, Between(cloud.endpoint, cloud.credentials, happens))
    return log


def test_a_second_reader_leaves_a_log_alone_that_is_being_read(cloud: Emulator, running: Job) -> None:
    """Row 128: page by page, also when the log is due."""
    cloud.world.set_log(running.viam_id, lines(*range(1, 451)))
    log_keeper.watch(running)
    others: list[int] = []

    def another() -> None:
        log_keeper.watch(running)
        others.append(log_keeper.save_some(log_keeper.being_read(), cloud_of(running.organization), 20))
        others.append(log_keeper.save(JobLog.objects.get(job=running), cloud_of(running.organization)))

    log = save_while(running, another)
    assert others
    assert not any(others)
    assert (saved(running), log.line_count, log.lease_owner) == (told(450), 450, "")


def test_who_lost_the_lease_writes_nothing_and_stops(cloud: Emulator, running: Job) -> None:
    """Row 128: taken for dead after the first page; the other one's lease and progress stand."""
    cloud.world.set_log(running.viam_id, lines(*range(1, 451)))

    def taken() -> None:
        until = timezone.now() + timedelta(seconds=60)
        JobLog.objects.update(lease_owner="another", lease_until=until, page_token="theirs", page_starts_at=7)

    cloud.calls.reset()
    save_while(running, taken)
    log = JobLog.objects.get(job=running)
    assert (log.lease_owner, log.page_token, log.page_starts_at) == ("another", "theirs", 7)
    assert (saved(running), log.line_count) == (told(100), 100)
    assert cloud.calls["GetTrainingJobLogs"] == 2


def test_a_reader_that_died_is_followed_by_another(cloud: Emulator, running: Job) -> None:
    """Row 128: its lease runs out; one from a clock that was ahead holds nobody up."""
    cloud.world.set_log(running.viam_id, lines(*range(1, 11)))
    now = timezone.now()
    for until, expected in ((timedelta(seconds=50), 0), (timedelta(seconds=-1), 10), (timedelta(days=1), 0)):
        JobLog.objects.update_or_create(job=running, defaults={"lease_owner": "dead", "lease_until": now + until})
        assert log_keeper.save(JobLog.objects.get(job=running), cloud_of(running.organization)) == expected
    assert JobLog.objects.get(job=running).lease_owner == ""


def test_readers_with_old_knowledge_store_each_line_once(cloud: Emulator, running: Job) -> None:
    """Row 128: both loaded the log before either read it."""
    cloud.world.set_log(running.viam_id, lines(*range(1, 251)))
    JobLog.objects.create(job=running)
    for log in [JobLog.objects.select_related("job__organization").get(job=running) for _ in range(2)]:
        log_keeper.save(log, cloud_of(running.organization))
    assert saved(running) == told(250)
    assert JobLog.objects.get(job=running).line_count == 250


def test_what_pages_note_meanwhile_is_kept(cloud: Emulator, running: Job) -> None:
    """Row 128: a reader writes what is its own, never a whole row that it loaded before."""
    cloud.world.set_log(running.viam_id, lines(*range(1, 251)))
    save_while(running, lambda: log_keeper.watch(running))
    assert JobLog.objects.get(job=running).looked_at is not None
