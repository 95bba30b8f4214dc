"""Saving logs over a port, page by page, before the cloud forgets them."""

import time
from datetime import UTC, datetime, timedelta

import grpc
import pytest
from django.utils import timezone

from emulator.logs.lines import LogLine as CloudLine
from emulator.server import Emulator
from jobs.domain import JobStatus
from jobs.models import Job, JobLog, Organization
from jobs.sync import cycle, log_sync, worker
from jobs.sync.connection import cloud_of
from jobs.sync.log_sync import organizations_with, save_ended_logs, save_read_logs

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC).timestamp()


def lines(first: int, last: int) -> list[CloudLine]:
    return [CloudLine("INFO", NOON + number, f"line {number}") for number in range(first, last + 1)]


@pytest.fixture
def running(cloud: Emulator, bolt: Organization) -> Job:
    job = bolt.jobs.filter(status=JobStatus.IN_PROGRESS).first()
    assert job
    cloud.world.set_log(job.viam_id, lines(1, 250))
    return job


def save(job: Job) -> JobLog:
    log, _ = JobLog.objects.get_or_create(job=job)
    log_sync.save(log, cloud_of(job.organization))
    return log


def save_late(job: Job) -> JobLog:
    """A look that begins a minute after we saw the job end."""
    JobLog.objects.update_or_create(job=job, defaults={"seen_ended_at": timezone.now() - timedelta(minutes=1)})
    return save(job)


def saved(job: Job) -> list[str]:
    return list(job.log_lines.order_by("number").values_list("message", flat=True))


def told(last: int) -> list[str]:
    return [f"line {number}" for number in range(1, last + 1)]


def test_all_pages_are_followed_and_lines_numbered_from_one(running: Job) -> None:
    log = save(running)
    assert saved(running) == told(250)
    assert list(running.log_lines.values_list("number", flat=True)) == list(range(1, 251))
    assert (log.line_count, log.is_complete) == (250, False)


def test_the_next_look_adds_only_what_is_new(cloud: Emulator, running: Job) -> None:
    save(running)
    cloud.world.set_log(running.viam_id, lines(1, 270))
    cloud.calls.reset()
    save(running)
    assert saved(running) == told(270)
    assert cloud.calls["GetTrainingJobLogs"] <= 2


def test_nothing_new_adds_nothing(running: Job) -> None:
    save(running)
    save(running)
    assert running.log_lines.count() == 250


def test_a_line_that_occurs_twice_is_two_lines(cloud: Emulator, running: Job) -> None:
    twice = [CloudLine("INFO", NOON, "same"), CloudLine("INFO", NOON, "same")]
    cloud.world.set_log(running.viam_id, twice)
    save(running)
    save(running)
    assert saved(running) == ["same", "same"]


def test_a_page_that_fails_keeps_those_before_and_the_next_look_goes_on(cloud: Emulator, running: Job) -> None:
    save(running)
    cloud.world.set_log(running.viam_id, lines(1, 600))
    cloud.faults.fail("GetTrainingJobLogs", grpc.StatusCode.INTERNAL, "hiccup")
    assert save(running).problem == "unavailable"
    assert save(running).problem == ""
    assert saved(running) == told(600)


def test_a_token_that_is_not_taken_any_more_starts_over_without_twins(cloud: Emulator, running: Job) -> None:
    save(running)
    cloud.faults.fail("GetTrainingJobLogs", grpc.StatusCode.INVALID_ARGUMENT, "page token expired")
    save(running)
    save(running)
    assert saved(running) == told(250)


@pytest.fixture
def failed(cloud: Emulator, bolt: Organization) -> Job:
    """A job that failed yesterday."""
    told = cloud.world.jobs(bolt.viam_id)[0]
    told.id = "f" * 24
    told.status = JobStatus.FAILED  # type: ignore[assignment]
    told.training_ended.FromDatetime(timezone.now() - timedelta(days=1))
    cloud.world.put(told)
    cloud.world.set_log(told.id, lines(1, 10))
    cycle.refresh_now(bolt)
    return bolt.jobs.get(viam_id=told.id)


def test_a_log_that_ended_is_asked_for_once_and_never_again(cloud: Emulator, failed: Job) -> None:
    assert save_late(failed).is_complete
    assert not log_sync.ended().filter(job=failed).exists()


def test_a_job_that_ended_just_now_gets_a_late_look(failed: Job) -> None:
    JobLog.objects.update(seen_ended_at=None)
    Job.objects.filter(pk=failed.pk).update(training_ended=timezone.now())
    log = save(failed)
    assert not log.is_complete
    assert log.due_at
    assert log.due_at > timezone.now() + timedelta(seconds=20)


def test_one_look_is_enough_for_a_job_that_ended_long_ago(failed: Job) -> None:
    JobLog.objects.update(seen_ended_at=None)
    log = save(failed)
    assert (log.line_count, log.is_complete) == (10, True)


def test_the_log_that_somebody_opens_is_asked_for_at_once(failed: Job) -> None:
    """Whatever pause it was in; not again while the same page polls."""
    later = timezone.now() + timedelta(minutes=50)
    JobLog.objects.filter(job=failed).update(due_at=later, asked_at=timezone.now(), is_complete=False)
    log_sync.watch(failed)
    assert log_sync.being_read().get().job == failed
    JobLog.objects.update(due_at=later, viewed_at=timezone.now() - log_sync.WATCHED / 2)
    log_sync.watch(failed)
    assert not log_sync.being_read().exists()


def test_a_log_that_is_read_waits_for_no_other(
    bolt: Organization, running: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Logs that nobody reads have a thread of their own, and whoever has it holds up no reader."""
    started: list[str] = []
    monkeypatch.setattr("jobs.sync.worker._start", lambda what, *_: started.append(what))
    monkeypatch.setattr("jobs.sync.worker.close_old_connections", bool)
    JobLog.objects.update(due_at=timezone.now() - timedelta(seconds=1))
    log_sync.watch(running)
    worker.start_due()
    assert [what for what in started if what != "jobs"] == ["logs", "ended logs"]


def test_logs_stay_when_the_cloud_forgets_them(cloud: Emulator, failed: Job) -> None:
    save(failed)
    cloud.world.set_log(failed.viam_id, [])
    save(failed)
    assert saved(failed) == told(10)


def test_every_ended_job_within_a_week_is_planned_and_older_ones_are_not(bolt: Organization) -> None:
    week = timezone.now() - timedelta(days=7)
    planned = set(JobLog.objects.values_list("job__viam_id", flat=True))
    final = [JobStatus.COMPLETED, JobStatus.FAILED, JobStatus.CANCELED]
    ended = bolt.jobs.filter(status__in=final, last_modified__gte=week)
    assert planned == set(ended.values_list("viam_id", flat=True))


def test_failed_jobs_come_first(bolt: Organization, failed: Job) -> None:
    JobLog.objects.update(due_at=timezone.now())
    first = log_sync.ended().select_related("job").first()
    assert first
    assert first.job.state == JobStatus.FAILED


def test_the_background_saves_what_would_expire(bolt: Organization, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jobs.sync.log_sync._swept", {})
    JobLog.objects.update(due_at=timezone.now() - timedelta(seconds=1))
    assert list(organizations_with(log_sync.ended())) == [bolt]
    save_ended_logs(bolt)
    assert JobLog.objects.filter(asked_at__isnull=False).count() == 5


def test_a_log_that_is_read_is_looked_after_while_the_job_runs(bolt: Organization, running: Job) -> None:
    log_sync.watch(running)
    time.sleep(0.01)
    save_read_logs(bolt)
    assert running.log_lines.count() == 250


def test_a_running_log_that_nobody_reads_is_left_alone(bolt: Organization, running: Job) -> None:
    save_read_logs(bolt)
    save_ended_logs(bolt)
    assert not running.log_lines.exists()


def test_a_managed_job_without_a_log_is_no_error(cloud: Emulator, bolt: Organization) -> None:
    managed = bolt.jobs.filter(is_custom=False, status=JobStatus.COMPLETED).first()
    assert managed
    cloud.world.set_log(managed.viam_id, [])
    log = save_late(managed)
    assert (log.line_count, log.problem, log.is_complete) == (0, "", True)


def test_the_last_traceback_is_remembered(cloud: Emulator, failed: Job) -> None:
    text = ["start", "Traceback (most recent call last):", '  File "x.py"', "ValueError: no images", "bye"]
    cloud.world.set_log(failed.viam_id, [CloudLine("ERROR", NOON, line) for line in text])
    log = save(failed)
    assert (log.traceback_first, log.traceback_last) == (2, 4)


def test_a_refresh_plans_the_logs_of_jobs_that_ended(cloud: Emulator, bolt: Organization, running: Job) -> None:
    ended = cloud.world.job(running.viam_id)
    ended.status = JobStatus.COMPLETED  # type: ignore[assignment]
    ended.last_modified.GetCurrentTime()
    ended.training_ended.GetCurrentTime()
    cloud.world.put(ended)
    cycle.refresh_now(bolt)
    assert JobLog.objects.get(job=running).due_at
