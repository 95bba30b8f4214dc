"""What saved lines are read as: where a log grows, and where an update has changed the rules."""

from __future__ import annotations

import time

import pytest
from django.db import connection
from django.utils import timezone

from emulator.server import Emulator
from jobs.domain import JobStatus
from jobs.domain import LogLine as CloudLine
from jobs.lease import Lease
from jobs.log_parser import RULES, Reading, Severity
from jobs.logs.passages import LogFilters, last_traceback
from jobs.logs.service import read_log
from jobs.models import LOG_LEASE, Job, JobLog, LogLine, Organization
from jobs.sync import log_pages, log_readings, log_sync, worker
from jobs.sync.connection import cloud_of
from jobs.tracebacks import TracebackReader
from tests.test_tracebacks import TRACEBACK

pytestmark = pytest.mark.django_db

BAR = "100%|██████████| 44.7M/44.7M [00:00<00:00, 118MB/s]"
OTHERS = ["INFO:root:heartbeat", "Epoch 3/10", "", BAR]


@pytest.fixture
def job(monkeypatch: pytest.MonkeyPatch) -> Job:
    monkeypatch.setattr(log_readings, "_nothing_until", 0.0)
    bolt = Organization.objects.create(viam_id="bolt", name="Bolt", slug="bolt")
    now = timezone.now()
    return Job.objects.create(organization=bolt, viam_id="job-1", sorted_on=now, seen_at=now, status=3)


def saved_before(job: Job, *messages: str) -> JobLog:
    """As a version saved it that knew other rules."""
    as_it_was = {"level": "ERROR", "delivered": Severity.ERROR, "severity": Severity.ERROR}
    lines = enumerate(messages, 1)
    LogLine.objects.bulk_create([LogLine(job=job, number=at, message=text, **as_it_was) for at, text in lines])
    return JobLog.objects.create(job=job, line_count=len(messages), is_complete=True)


def severities(job: Job) -> list[int]:
    return list(job.log_lines.values_list("severity", flat=True))


def found(job: Job, query: str) -> list[int]:
    return [line.number for line in read_log(job.organization, job.viam_id, LogFilters(query=query)).lines]


def test_logs_of_the_version_before_are_read_again(job: Job) -> None:
    log = saved_before(job, BAR, "\x1b[31merr\x1b[0mor splitword", *TRACEBACK)
    assert log_readings.organizations_with_outdated_readings() == [job.organization]
    assert log_readings.read_outdated(job.organization) == 6
    log.refresh_from_db()
    assert (log.rules, log.traceback_first, log.traceback_last) == (RULES, 3, 6)
    assert severities(job) == [Severity.INFO, *[Severity.ERROR] * 5]
    assert found(job, "error splitword") == [2]


def test_what_is_read_by_todays_rules_is_left_alone(job: Job) -> None:
    log = JobLog.objects.create(job=job)
    log_pages.add(log, [CloudLine("INFO", None, "hello")])
    JobLog.objects.create(job=Job.objects.create(**_like(job, "job-2")))
    assert log_readings.organizations_with_outdated_readings() == []
    assert log_readings.read_outdated(job.organization) == 0


def _like(job: Job, viam_id: str) -> dict[str, object]:
    return {
        "organization": job.organization,
        "viam_id": viam_id,
        "sorted_on": job.sorted_on,
        "seen_at": job.seen_at,
        "status": 3,
    }


def test_a_log_that_somebody_writes_is_read_again_later(job: Job) -> None:
    log = saved_before(job, BAR)
    Lease.take(JobLog.objects.filter(pk=log.pk), LOG_LEASE)
    assert log_readings.read_outdated(job.organization) == 0
    assert severities(job) == [Severity.ERROR]


@pytest.mark.django_db(transaction=True)
def test_the_worker_reads_them_in_the_background(job: Job) -> None:
    """Never at start, and it asks no more once there are none."""
    saved_before(job, BAR)
    worker.start_due()
    deadline = time.monotonic() + 10
    while severities(job) != [Severity.INFO] and time.monotonic() < deadline:
        connection.close()
    assert severities(job) == [Severity.INFO]


@pytest.mark.parametrize("at", range(1, 8))
def test_batches_make_no_difference(job: Job, at: int) -> None:
    texts = ["step 1", TRACEBACK[0], OTHERS[0], TRACEBACK[1], OTHERS[1], *TRACEBACK[2:], "over", OTHERS[3]]
    log = JobLog.objects.create(job=job)
    for batch in (texts[:at], texts[at:]):
        log_pages.add(log, [CloudLine("INFO", None, text) for text in batch])
    assert (log.traceback_first, log.traceback_last, log.is_traceback_open) == (2, 7, False)
    is_error = [severity >= Severity.ERROR for severity in severities(job)]
    assert is_error == [False, True, False, True, False, True, True, False, False]


def test_a_traceback_is_told_without_the_lines_of_others(job: Job) -> None:
    log = JobLog.objects.create(job=job)
    texts = ["step 1", TRACEBACK[0], OTHERS[0], *TRACEBACK[1:], "over"]
    log_pages.add(log, [CloudLine("INFO", None, text) for text in texts])
    assert [line.message for line in last_traceback(job)] == TRACEBACK


def test_what_is_searched_is_what_is_seen(job: Job) -> None:
    log = JobLog.objects.create(job=job)
    told = ["\x1b[31merr\x1b[0mor splitword", "10% lost\r100% done", "plain [31m"]
    log_pages.add(log, [CloudLine("INFO", None, text) for text in told])
    queries = ("error splitword", "[31m", "lost", "100% done")
    assert [found(job, query) for query in queries] == [[1], [3], [], [2]]


@pytest.mark.django_db(transaction=True)
def test_nobody_is_kept_from_writing_while_lines_are_read(
    cloud: Emulator, bolt: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite has one writer, and how long reading takes is for whoever wrote the log to say."""
    job = bolt.jobs.filter(status=JobStatus.IN_PROGRESS).first()
    assert job
    log, _ = JobLog.objects.get_or_create(job=job)
    read, was_in_transaction = TracebackReader.read, []

    def watched(reader: TracebackReader, number: int, level: str, message: str) -> Reading:
        was_in_transaction.append(connection.in_atomic_block)
        return read(reader, number, level, message)

    monkeypatch.setattr(TracebackReader, "read", watched)
    assert log_sync.save(log, cloud_of(bolt)) == len(was_in_transaction) > 0
    JobLog.objects.filter(pk=log.pk).update(rules=None)
    monkeypatch.setattr(log_readings, "_nothing_until", 0.0)
    assert log_readings.read_outdated(bolt) > 0
    assert set(was_in_transaction) == {False}
