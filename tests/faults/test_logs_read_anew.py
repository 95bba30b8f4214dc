"""A log is read whole once more after its job has ended, and replaced where it differs: all at once, or not at all."""

from __future__ import annotations

import tracemalloc
from datetime import timedelta
from pathlib import Path

import grpc
import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from emulator.logs.lines import LogLine as CloudLine
from emulator.server import Emulator
from jobs.domain import JobStatus
from jobs.log_parser import Severity
from jobs.models import Job, JobLog, Organization
from jobs.sync import log_pages, log_rereading, log_sync
from jobs.sync.connection import cloud_of
from tests.faults.test_log_records import (
    START,
    downloaded,
    ended,
    later,
    lines,
    running,
    save,
    save_due,
    save_while,
    saved,
    told,
)

__all__ = ["running"]

pytestmark = pytest.mark.django_db

# Lines 40 and 140 come late.
EARLY = [number for number in range(1, 251) if number not in (40, 140)]


@pytest.fixture
def over(cloud: Emulator, bolt: Organization) -> Job:
    """A job whose log was read as it came, and that has ended a minute ago."""
    job = ended(cloud, bolt, timedelta(hours=1))
    cloud.world.set_log(job.viam_id, lines(*EARLY))
    save(job)
    later(job)
    return job


def test_lines_that_arrive_late_in_the_middle_are_in_the_log_in_the_end(cloud: Emulator, over: Job) -> None:
    """Row 129: two lines were missing, and two others stored twice, for good."""
    cloud.world.set_log(over.viam_id, lines(*range(1, 251)))
    log = save_due(over)
    assert (log.is_complete, log.line_count, saved(over)) == (True, 250, told(250))
    assert list(over.log_lines.values_list("number", flat=True)) == list(range(1, 251))
    assert log.byte_count == sum(map(len, told(250)))
    assert not log.pages.exists()


def test_lines_that_arrive_late_while_the_job_runs(cloud: Emulator, running: Job) -> None:
    """Row 129: they are put in their place at once, and none is stored twice."""
    for numbers in (EARLY, range(1, 251), range(1, 301)):
        cloud.world.set_log(running.viam_id, lines(*numbers))
        log = save(running)
    assert (saved(running), log.line_count, log.is_complete) == (told(300), 300, False)


def test_the_last_reading_finds_what_came_late_on_early_pages(cloud: Emulator, bolt: Organization) -> None:
    """Row 129: the last page is as it was, so that nobody who follows the log on would notice."""
    job = ended(cloud, bolt, timedelta(hours=1))
    texts = told(250)
    texts[9] = "what stood there at first was another line"
    cloud.world.set_log(job.viam_id, [CloudLine("INFO", START + at, text) for at, text in enumerate(texts, 1)])
    save(job)
    cloud.world.set_log(job.viam_id, lines(*range(1, 251)))
    later(job)
    assert save_due(job).is_complete
    # The line that only we have stays; the one in its place is added.
    assert saved(job) == [*texts, "line 10"]


def test_a_log_that_is_the_same_is_read_once_more_and_left_as_it_is(cloud: Emulator, over: Job) -> None:
    """Row 129."""
    ids = list(over.log_lines.values_list("pk", flat=True))
    cloud.calls.reset()
    assert save_due(over).is_complete
    assert list(over.log_lines.values_list("pk", flat=True)) == ids
    assert cloud.calls["GetTrainingJobLogs"] == 4


def test_a_log_that_is_first_read_after_the_end_is_read_once(cloud: Emulator, bolt: Organization) -> None:
    """Row 129: its first reading is its last."""
    job = ended(cloud, bolt, timedelta(hours=1))
    cloud.world.set_log(job.viam_id, lines(*range(1, 251)))
    later(job)
    cloud.calls.reset()
    assert save_due(job).is_complete
    assert (saved(job), cloud.calls["GetTrainingJobLogs"]) == (told(250), 4)


def test_what_lines_say_together_is_read_anew(cloud: Emulator, bolt: Organization) -> None:
    """Row 129: the traceback that a late line begins, and the severity of the lines that belong to it."""
    job = ended(cloud, bolt, timedelta(hours=1))
    texts = ["start", "Traceback (most recent call last):", '  File "x.py", line 1', "ValueError: no images", "bye"]
    whole = [CloudLine("INFO", START + at, text) for at, text in enumerate(texts)]
    cloud.world.set_log(job.viam_id, [line for line in whole if "Traceback" not in line.message])
    # Without its beginning there is the message of an error alone.
    assert save(job).traceback_first == 3
    cloud.world.set_log(job.viam_id, whole)
    later(job)
    log = save_due(job)
    assert (log.traceback_first, log.traceback_last, log.line_count) == (2, 4, 5)
    assert list(job.log_lines.filter(severity=Severity.ERROR).values_list("number", flat=True)) == [2, 3, 4]


def test_lines_that_only_we_have_are_kept(cloud: Emulator, bo_client: Client, over: Job) -> None:
    """Row 129: what the reading has beyond them is added, and the page says nothing false."""
    cloud.world.set_log(over.viam_id, lines(*(number for number in range(1, 252) if number != 41)))
    log = save_due(over)
    assert log.is_complete
    assert sorted(saved(over)) == sorted(told(251))
    assert saved(over)[:248] == [f"line {number}" for number in EARLY]
    assert "End of the log." in bo_client.get(f"{over.get_absolute_url()}logs/").text


def test_a_line_twice_in_the_cloud_is_twice_here(cloud: Emulator, over: Job) -> None:
    """Row 129: lines are counted, not only compared."""
    cloud.world.set_log(over.viam_id, lines(*EARLY[:100], 40, 40, *EARLY[100:]))
    assert save_due(over).is_complete
    assert saved(over) == [f"line {number}" for number in (*EARLY[:100], 40, 40, *EARLY[100:])]


def test_a_reading_that_breaks_off_changes_nothing(cloud: Emulator, over: Job) -> None:
    """Row 129: not every page was read. The next look reads it all."""
    cloud.world.set_log(over.viam_id, lines(*range(1, 251)))
    JobLog.objects.update(begun_at=timezone.now())

    def break_off() -> None:
        cloud.faults.fail("GetTrainingJobLogs", grpc.StatusCode.INTERNAL, "hiccup")

    log = save_while(over, break_off)
    assert (log.problem, log.is_complete) == ("unavailable", False)
    assert saved(over) == [f"line {number}" for number in EARLY]
    later(over)
    assert save_due(over).is_complete
    assert saved(over) == told(250)


def test_a_full_disk_is_a_problem_of_the_log_that_meets_it_alone(
    cloud: Emulator, bo_client: Client, over: Job, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Row 131: its lease was kept, the others waited for it, and no page told of it."""
    other = over.organization.jobs.filter(status=JobStatus.IN_PROGRESS)[0]
    cloud.world.set_log(other.viam_id, lines(*range(1, 11)))
    cloud.world.set_log(over.viam_id, lines(*range(1, 251)))
    monkeypatch.setattr(log_rereading, "IN_MEMORY", 100)
    # Nobody can make a file there, not even root.
    settings.DATA_DIR, data = Path("/proc"), settings.DATA_DIR
    pauses = []
    for _ in range(3):
        later(over)
        JobLog.objects.update_or_create(job=other, defaults={"due_at": timezone.now(), "is_complete": False})
        both = JobLog.objects.filter(job__in=[over, other]).order_by("-failures", "-seen_ended_at")
        log_sync.save_some(both, cloud_of(over.organization), 2)
        log = JobLog.objects.get(job=over)
        assert log.due_at
        pauses.append(round((log.due_at - timezone.now()).total_seconds()))
    assert (log.problem, log.lease_owner, log.is_complete, pauses) == ("not_stored", "", False, [5, 10, 20])
    assert saved(over) == [f"line {number}" for number in EARLY]
    assert saved(other) == told(10)
    assert "A temporary file in DATA_DIR could not be written" in bo_client.get(f"{over.get_absolute_url()}logs/").text
    Job.objects.filter(pk=over.pk).update(training_ended=timezone.now() - timedelta(days=8))
    later(over)
    assert not save_due(over).is_complete
    settings.DATA_DIR = data
    later(over)
    assert save_due(over).is_complete
    assert saved(over) == told(250)


def test_who_lost_the_lease_replaces_nothing(cloud: Emulator, over: Job) -> None:
    """Rows 128 and 129."""
    cloud.world.set_log(over.viam_id, lines(*range(1, 251)))
    until = timezone.now() + timedelta(seconds=60)
    save_while(over, lambda: JobLog.objects.update(lease_owner="another", lease_until=until))
    assert saved(over) == [f"line {number}" for number in EARLY]


def test_a_long_log_is_complete_when_its_end_was_reached(
    cloud: Emulator, over: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Row 129: the last reading takes several looks."""
    monkeypatch.setattr(log_pages, "MAX_PAGES", 2)
    cloud.world.set_log(over.viam_id, lines(*EARLY, *range(251, 401)))
    for _ in range(3):
        later_but_begun(over)
        log = save_due(over)
    assert (log.is_complete, log.bound, log.line_count) == (True, "", 398)


def later_but_begun(job: Job) -> None:
    assert not JobLog.objects.get(job=job).is_complete
    JobLog.objects.filter(job=job).update(due_at=timezone.now() - timedelta(seconds=1))


def test_addresses_of_lines_go_on_working(cloud: Emulator, bo_client: Client, over: Job) -> None:
    """Row 129: a bookmark leads near its line, late lines before it aside."""
    cloud.world.set_log(over.viam_id, lines(*range(1, 251)))
    save_due(over)
    page = bo_client.get(f"{over.get_absolute_url()}logs/?line=248").text
    assert 'id="L248"' in page
    assert "line 246" in page
    assert downloaded(bo_client, f"{over.get_absolute_url()}logs/log.txt").count("\n") == 250


def test_a_long_log_takes_little_memory(cloud: Emulator, bolt: Organization) -> None:
    """Row 129: from its first line on it differs, and is larger than what reading it anew takes."""
    job = ended(cloud, bolt, timedelta(hours=1))
    whole = [CloudLine("INFO", START + number, f"{number} {'x' * 20_000}") for number in range(2_000)]
    cloud.world.set_log(job.viam_id, whole[1:])
    save(job)
    cloud.world.set_log(job.viam_id, whole)
    later(job)
    tracemalloc.start()
    log = save_due(job)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (log.is_complete, log.line_count) == (True, 2_000)
    # The emulator's copies are among it: it is in this process.
    assert peak < log.byte_count * 3 / 4
    assert job.log_lines.order_by("number")[0].message == whole[0].message
