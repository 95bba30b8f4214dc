"""A log that is called complete holds what the cloud has, each line once, whatever befell while it was read."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import grpc
import pytest
from django.test import Client
from django.utils import timezone

from emulator.logs.lines import LogLine as CloudLine
from emulator.server import Emulator
from jobs.domain import JobStatus, LogPage
from jobs.logs.states import GIVEN_UP
from jobs.models import Job, JobLog, Organization
from jobs.sync import cycle, log_sync
from jobs.sync.connection import cloud_of
from jobs.viam import Cloud

pytestmark = pytest.mark.django_db

START = 1_700_000_000.0


def lines(*numbers: int) -> list[CloudLine]:
    return [CloudLine("INFO", START + number, f"line {number}") for number in numbers]


def save(job: Job) -> JobLog:
    log, _ = JobLog.objects.get_or_create(job=job)
    log_sync.save(log, cloud_of(job.organization))
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
    log_sync.save(log, Between(cloud.endpoint, cloud.credentials, happens))
    return log


def test_a_second_reader_leaves_a_log_alone_that_is_being_read(cloud: Emulator, running: Job) -> None:
    """Row 128: page by page, also when the log is due."""
    cloud.world.set_log(running.viam_id, lines(*range(1, 451)))
    log_sync.watch(running)
    others: list[int] = []

    def another() -> None:
        log_sync.watch(running)
        others.append(log_sync.save_some(log_sync.being_read(), cloud_of(running.organization), 20))
        others.append(log_sync.save(JobLog.objects.get(job=running), cloud_of(running.organization)))

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
        assert log_sync.save(JobLog.objects.get(job=running), cloud_of(running.organization)) == expected
    assert JobLog.objects.get(job=running).lease_owner == ""


def test_readers_with_old_knowledge_store_each_line_once(cloud: Emulator, running: Job) -> None:
    """Row 128: both loaded the log before either read it."""
    cloud.world.set_log(running.viam_id, lines(*range(1, 251)))
    JobLog.objects.create(job=running)
    for log in [JobLog.objects.select_related("job__organization").get(job=running) for _ in range(2)]:
        log_sync.save(log, cloud_of(running.organization))
    assert saved(running) == told(250)
    assert JobLog.objects.get(job=running).line_count == 250


def test_what_pages_note_meanwhile_is_kept(cloud: Emulator, running: Job) -> None:
    """Row 128: a reader writes what is its own, never a whole row that it loaded before."""
    cloud.world.set_log(running.viam_id, lines(*range(1, 251)))
    save_while(running, lambda: log_sync.watch(running))
    assert JobLog.objects.get(job=running).viewed_at is not None


def ended(cloud: Emulator, bolt: Organization, ago: timedelta) -> Job:
    """A job that failed; the refresh has seen its end, and its log has a plan."""
    record = cloud.world.jobs(bolt.viam_id)[0]
    record.id = "f" * 24
    record.status = JobStatus.FAILED  # type: ignore[assignment]
    record.training_ended.FromDatetime(timezone.now() - ago)
    cloud.world.put(record)
    cycle.refresh_now(bolt)
    return bolt.jobs.get(viam_id=record.id)


def later(job: Job, passed: timedelta = timedelta(minutes=1)) -> None:
    """So much time has passed since we saw the job's end and read its log before that, and it is due."""
    at = timezone.now() - passed
    JobLog.objects.filter(job=job).update(seen_ended_at=at, due_at=at)
    JobLog.objects.filter(job=job, begun_at__gt=at).update(begun_at=at)


def save_due(job: Job) -> JobLog:
    log_sync.save_some(log_sync.ended().filter(job=job), cloud_of(job.organization), 1)
    return JobLog.objects.get(job=job)


@pytest.mark.parametrize("minutes", [-5, 5])
def test_another_clock_than_the_clouds_cuts_no_log(cloud: Emulator, bolt: Organization, minutes: int) -> None:
    """Row 126, of logs: with ours ahead of the cloud's, 10 of 20 lines were saved, and the log was called complete.

    What counts is when we saw the end: the cloud's times may be minutes before or after ours.
    """
    job = ended(cloud, bolt, timedelta(minutes=minutes))
    cloud.world.set_log(job.viam_id, lines(*range(1, 11)))
    log = save(job)
    assert not log.is_complete
    cloud.world.set_log(job.viam_id, lines(*range(1, 21)))
    later(job)
    log = save_due(job)
    assert (log.is_complete, saved(job)) == (True, told(20))


@pytest.mark.parametrize("ahead", [timedelta(0), timedelta(days=1)])
def test_the_last_look_begins_late_after_we_saw_the_end(cloud: Emulator, bolt: Organization, ahead: timedelta) -> None:
    """Row 126, of logs: also when the end was seen by a clock that was a day ahead."""
    job = ended(cloud, bolt, timedelta(hours=3))
    JobLog.objects.update(seen_ended_at=timezone.now() + ahead)
    log = save(job)
    assert not log.is_complete
    assert log.seen_ended_at
    assert log.due_at
    assert log.seen_ended_at <= timezone.now()
    assert timedelta(seconds=25) < log.due_at - timezone.now() < timedelta(seconds=31)


def test_a_pause_from_a_clock_that_was_ahead_holds_no_log_up(cloud: Emulator, bolt: Organization) -> None:
    """Row 126, of logs."""
    job = ended(cloud, bolt, timedelta(hours=3))
    JobLog.objects.filter(job=job).update(due_at=timezone.now() + timedelta(hours=1))
    assert not log_sync.ended().filter(job=job).exists()
    JobLog.objects.filter(job=job).update(due_at=timezone.now() + timedelta(days=1))
    assert log_sync.ended().filter(job=job).exists()


def test_plans_are_made_whatever_the_clocks_differ_by(cloud: Emulator, bolt: Organization) -> None:
    """Row 126, of logs: Viam has a log still when our clock says since minutes that it has it no longer."""
    job = ended(cloud, bolt, timedelta(days=7, minutes=10))
    assert JobLog.objects.filter(job=job).exists()


REFUSALS = [grpc.StatusCode.NOT_FOUND, grpc.StatusCode.UNIMPLEMENTED, grpc.StatusCode.INVALID_ARGUMENT]
OUTAGES = [grpc.StatusCode.UNKNOWN, grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.PERMISSION_DENIED]


@pytest.mark.parametrize("code", OUTAGES)
def test_a_log_is_given_up_in_time_whatever_the_error(
    cloud: Emulator, bolt: Organization, code: grpc.StatusCode
) -> None:
    """Row 127: it was asked for for ever. Before its seven days and an hour are over it is not given up."""
    job = ended(cloud, bolt, timedelta(days=7, minutes=50))
    cloud.faults.fail("GetTrainingJobLogs", code, "not now", times=math.inf)
    for age in (timedelta(days=7, minutes=50), timedelta(days=7, minutes=70)):
        Job.objects.filter(pk=job.pk).update(training_ended=timezone.now() - age)
        later(job)
        log = save_due(job)
    assert (log.failures, log.is_complete, log.due_at, log.given_up_at is None) == (2, True, None, False)


@pytest.mark.parametrize("code", REFUSALS)
def test_a_log_is_asked_for_until_its_seven_days_are_over_and_once_more(
    cloud: Emulator, bolt: Organization, bo_client: Client, code: grpc.StatusCode
) -> None:
    """Row 127: with pauses that grow to an hour; then it is given up, and the page says so."""
    job = ended(cloud, bolt, timedelta(hours=1))
    cloud.faults.fail("GetTrainingJobLogs", code, "not now", times=math.inf)
    pauses = []
    for _ in range(12):
        later(job)
        log = save_due(job)
        assert log.due_at
        pauses.append(round((log.due_at - timezone.now()).total_seconds(), -1))
    assert not log.is_complete
    assert (pauses[1], pauses[4], pauses[-1]) == (10, 80, 3600)
    told = bo_client.get(f"{job.get_absolute_url()}logs/").text
    not_offered = code is grpc.StatusCode.UNIMPLEMENTED
    assert ("This cloud doesn't offer logs" if not_offered else "We'll retry for as long as") in told

    Job.objects.filter(pk=job.pk).update(training_ended=timezone.now() - timedelta(days=6, hours=23))
    later(job)
    assert not save_due(job).is_complete

    Job.objects.filter(pk=job.pk).update(training_ended=timezone.now() - timedelta(days=7, hours=2))
    later(job)
    log = save_due(job)
    assert (log.is_complete, log.due_at) == (True, None)
    told = bo_client.get(f"{job.get_absolute_url()}logs/").text
    assert ("has no such call, for as long as" if not_offered else "nor in one more try") in told
    log_sync.plan(bolt)
    assert not log_sync.ended().filter(job=job).exists()


def test_a_refused_log_that_comes_back_is_saved(cloud: Emulator, bolt: Organization) -> None:
    """Row 127: 10 of 12 logs were given up at one NOT_FOUND."""
    job = ended(cloud, bolt, timedelta(days=6))
    cloud.world.set_log(job.viam_id, lines(*range(1, 251)))
    cloud.faults.fail("GetTrainingJobLogs", grpc.StatusCode.NOT_FOUND, "not now", times=3)
    for _ in range(4):
        later(job)
        log = save_due(job)
    assert (log.is_complete, log.given_up_at, saved(job)) == (True, None, told(250))


def test_a_log_given_up_halfway_says_so_wherever_it_is_read(
    cloud: Emulator, bolt: Organization, bo_client: Client
) -> None:
    """Row 127: on the log's page, on the job's page, and in both downloads."""
    job = ended(cloud, bolt, timedelta(hours=1))
    cloud.world.set_log(job.viam_id, lines(*range(1, 11)))
    save(job)
    cloud.faults.fail("GetTrainingJobLogs", grpc.StatusCode.NOT_FOUND, "gone", times=math.inf)
    Job.objects.filter(pk=job.pk).update(training_ended=timezone.now() - timedelta(days=8))
    later(job)
    assert save_due(job).given_up_at
    page = job.get_absolute_url()
    for address in (page, f"{page}logs/"):
        text = bo_client.get(address).text
        assert GIVEN_UP in text
        assert "End of the log." not in text
    text, json_lines = (downloaded(bo_client, f"{page}logs/log.{ending}") for ending in ("txt", "jsonl"))
    assert text.splitlines()[-1] == f"# {GIVEN_UP}"
    assert json.loads(json_lines.splitlines()[-1]) == {"incomplete": GIVEN_UP}


def downloaded(client: Client, address: str) -> str:
    return b"".join(client.get(address).streaming_content).decode()  # type: ignore[attr-defined]


def test_the_log_of_a_job_that_vanished_and_came_back_goes_on(cloud: Emulator, bolt: Organization) -> None:
    """Row 127: it counted as over while the job runs."""
    job = bolt.jobs.filter(status=JobStatus.IN_PROGRESS)[0]
    cloud.world.set_log(job.viam_id, lines(*range(1, 11)))
    Job.objects.filter(pk=job.pk).update(missing_since=timezone.now())
    job.refresh_from_db()
    save(job)
    later(job)
    assert save_due(job).is_complete
    cycle.refresh_now(bolt)
    cloud.world.set_log(job.viam_id, lines(*range(1, 21)))
    log_sync.watch(bolt.jobs.get(pk=job.pk, missing_since=None))
    log_sync.save_some(log_sync.being_read(), cloud_of(bolt), 1)
    log = JobLog.objects.get(job=job)
    assert (log.is_complete, log.seen_ended_at, saved(job)) == (False, None, told(20))


@pytest.mark.parametrize("is_complete", [True, False])
def test_the_log_of_a_job_that_vanished_and_ended_unseen_is_read_to_its_end(
    cloud: Emulator, bolt: Organization, running: Job, is_complete: bool
) -> None:
    """Row 127: what was written between its vanishing and its end was never asked for.

    Whether or not the log was called complete while the job was away: lines may still come after the true end.
    """
    cloud.world.set_log(running.viam_id, lines(*range(1, 11)))
    Job.objects.filter(pk=running.pk).update(missing_since=timezone.now())
    log_sync.watch(running)
    log_sync.plan(bolt)
    if is_complete:
        later(running)
        assert save_due(running).is_complete
    record = next(job for job in cloud.world.jobs(bolt.viam_id) if job.id == running.viam_id)
    record.status = JobStatus.FAILED  # type: ignore[assignment]
    record.training_ended.FromDatetime(timezone.now() - timedelta(minutes=10))
    cloud.world.put(record)
    cloud.world.set_log(running.viam_id, lines(*range(1, 21)))
    cycle.refresh_now(bolt)
    log = JobLog.objects.get(job=running)
    assert log.seen_ended_at
    assert (log.is_complete, timezone.now() - log.seen_ended_at < timedelta(seconds=20)) == (False, True)
    later(running)
    log = save_due(running)
    assert (log.is_complete, log.seen_gone, saved(running)) == (True, False, told(20))
    cycle.refresh_now(bolt)
    assert JobLog.objects.get(job=running).is_complete


@pytest.mark.parametrize("days", [0, 8])
def test_the_log_of_an_ended_job_that_vanished_and_ran_unseen_is_read_again(
    cloud: Emulator, bolt: Organization, days: int
) -> None:
    """Row 127: it came back ended, as it went, and kept its old log. What Viam has forgotten stays complete."""
    job = ended(cloud, bolt, timedelta(hours=1))
    cloud.world.set_log(job.viam_id, lines(*range(1, 11)))
    later(job)
    assert save_due(job).is_complete
    Job.objects.filter(pk=job.pk).update(missing_since=timezone.now())
    log_sync.plan(bolt)
    cloud.world.set_log(job.viam_id, lines(*range(1, 21)))
    ended_at = timezone.now() - timedelta(days=days, minutes=5)
    Job.objects.filter(pk=job.pk).update(missing_since=None, training_ended=ended_at, last_modified=ended_at)
    log_sync.plan(bolt)
    later(job)
    if not days:
        save_due(job)
    log = JobLog.objects.get(job=job)
    assert (log.is_complete, log.seen_gone, saved(job)) == (True, False, told(10 if days else 20))


@pytest.mark.parametrize(("days", "is_taken_up"), [(6, True), (8, False)])
def test_logs_given_up_too_early_are_taken_up_again(
    cloud: Emulator, bolt: Organization, days: int, is_taken_up: bool
) -> None:
    """Row 127: by a version that took one refusal for the end, or by a clock that was ahead."""
    job = ended(cloud, bolt, timedelta(days=days))
    closed = {"is_complete": True, "problem": "not_found", "given_up_at": timezone.now(), "due_at": None}
    JobLog.objects.update_or_create(job=job, defaults=closed)
    cycle.refresh_now(bolt)
    log = JobLog.objects.get(job=job)
    assert (not log.is_complete, log.given_up_at is None, log.due_at is not None) == (is_taken_up,) * 3


@pytest.mark.parametrize("status", [JobStatus.UNSPECIFIED, JobStatus.CANCELING, 9])
def test_the_log_of_an_ended_job_with_a_status_that_nobody_knows_goes_on(
    cloud: Emulator, bolt: Organization, status: int
) -> None:
    """Row 127: such a job counts as one that runs. What it writes until it ends again is read."""
    job = ended(cloud, bolt, timedelta(hours=1))
    cloud.world.set_log(job.viam_id, lines(*range(1, 11)))
    later(job)
    assert save_due(job).is_complete
    record = next(record for record in cloud.world.jobs(bolt.viam_id) if record.id == job.viam_id)
    for now in (status, JobStatus.FAILED):
        record.status = now  # type: ignore[assignment]
        record.last_modified.GetCurrentTime()
        cloud.world.put(record)
        cycle.refresh_now(bolt)
        log = JobLog.objects.get(job=job)
        assert (log.is_complete, log.seen_ended_at is None) == (False, now == status)
        log_sync.watch(job)
        assert log_sync.ended().filter(job=job).exists() == (now != status)
    cloud.world.set_log(job.viam_id, lines(*range(1, 21)))
    later(job)
    assert save_due(job).is_complete
    assert saved(job) == told(20)
