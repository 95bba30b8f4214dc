"""Where reading a log goes on: page tokens that are offsets, lead to empty pages, or are taken no longer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import grpc
import pytest
from django.utils import timezone

from jobs import viam
from jobs.domain import Credentials, JobStatus
from jobs.models import Job, JobLog, Organization
from jobs.sync import log_pages, log_sync
from protos import ml_training_pb2 as ml
from tests.faults.test_log_records import later, saved
from tests.viam.small_cloud import Refusal, SmallCloud

pytestmark = pytest.mark.django_db

KEY = Credentials("an-id", "a-key")
# As servers in Go send errors without a code of their own.
STALE = Refusal(grpc.StatusCode.UNKNOWN, "invalid page token")


@dataclass
class Offsets:
    """A log in a cloud whose page tokens are offsets, also behind the last line: such a page is empty.

    Tokens of another `generation` are refused with `stale`. What is `late` is inserted when the page at an offset is
    asked for.
    """

    server: SmallCloud
    lines: list[str]
    size: int = 4
    generation: int = 0
    stale: Refusal = STALE
    outage: Refusal | None = None
    late: dict[int, tuple[int, str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def page(self, message: ml.GetTrainingJobLogsRequest) -> ml.GetTrainingJobLogsResponse | Refusal:
        self.asked.append(message.page_token)
        generation, _, offset = (message.page_token or f"{self.generation}:0").partition(":")
        if self.outage or int(generation) != self.generation:
            return self.outage or self.stale
        at = int(offset)
        if at in self.late:
            self.lines.insert(*self.late.pop(at))
        shown = self.lines[at : at + self.size]
        following = f"{self.generation}:{at + len(shown)}" if shown else ""
        entries = [ml.TrainingJobLogEntry(level="INFO", message=line) for line in shown]
        return ml.GetTrainingJobLogsResponse(logs=entries, next_page_token=following)


@pytest.fixture
def offsets() -> Iterator[Offsets]:
    with SmallCloud().running() as server:
        made = Offsets(server, told(4))
        server.reply("GetTrainingJobLogs", made.page)
        yield made
        viam.forget(server.endpoint, KEY)


@pytest.fixture
def job(db: None) -> Job:
    harbor = Organization.objects.create(viam_id="org", name="Harbor Pilots", slug="harbor-pilots")
    now = timezone.now()
    job = Job.objects.create(
        organization=harbor, viam_id="job-1", status=JobStatus.IN_PROGRESS, sorted_on=now, seen_at=now
    )
    JobLog.objects.create(job=job)
    return job


def told(last: int) -> list[str]:
    return [f"line {number}" for number in range(1, last + 1)]


def save(job: Job, offsets: Offsets) -> JobLog:
    log = JobLog.objects.select_related("job__organization").get(job=job)
    log_sync.save(log, viam.connect(offsets.server.endpoint, KEY))
    return log


def end(job: Job) -> None:
    """It has failed, and that was seen a minute ago."""
    Job.objects.filter(pk=job.pk).update(status=JobStatus.FAILED, last_modified=timezone.now())
    later(job)


@pytest.mark.parametrize("count", [2, 4, 8])
def test_a_late_line_that_moves_another_onto_an_empty_page_doubles_none(offsets: Offsets, job: Job, count: int) -> None:
    """Row 129: the last line was stored twice, and the late one behind it, for good."""
    offsets.lines = told(count)
    save(job, offsets)
    offsets.lines.insert(1, "late")
    assert save(job, offsets).line_count == count + 1
    assert saved(job) == offsets.lines
    end(job)
    assert save(job, offsets).is_complete
    assert saved(job) == offsets.lines


def test_a_place_without_lines_of_an_earlier_version_is_not_gone_on_from(offsets: Offsets, job: Job) -> None:
    """Row 129."""
    save(job, offsets)
    JobLog.objects.update(page_token="0:4", page_starts_at=5)
    offsets.lines.insert(2, "late")
    save(job, offsets)
    assert saved(job) == offsets.lines


def test_where_the_log_was_read_anew_it_goes_on_from_a_page_with_lines(offsets: Offsets, job: Job) -> None:
    """Row 129: late lines come twice, and with each the log is read anew."""
    for line in ("late", "later"):
        save(job, offsets)
        offsets.lines.insert(1, line)
    save(job, offsets)
    assert saved(job) == offsets.lines


def test_lines_doubled_between_two_pages_of_a_look_are_single_in_the_end(offsets: Offsets, job: Job) -> None:
    """Row 129: the line comes late on the first page after that was read, and before the second one is."""
    offsets.lines = told(6)
    offsets.late[4] = (1, "late")
    save(job, offsets)
    assert saved(job).count("line 4") == 2
    end(job)
    log = save(job, offsets)
    assert (log.is_complete, log.line_count, saved(job)) == (True, 7, offsets.lines)
    assert log.byte_count == sum(map(len, offsets.lines))


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        # The beginning was cut off: one of two lines that are the same is ours alone.
        (["same", "x", "same", "b"], ["x", "same", "b", "c", "d"]),
        (["same", "x", "same", "b"], ["late", "x", "same", "b"]),
        # Lines are missing, and none came late.
        (["a", "same", "same", "same", "b"], ["a", "same", "c", "b"]),
    ],
)
def test_a_line_that_the_cloud_forgot_is_kept_though_it_has_another_that_is_the_same(
    offsets: Offsets, job: Job, ours: list[str], theirs: list[str]
) -> None:
    """Row 129: a line that only we have is never given up."""
    offsets.lines = ours
    save(job, offsets)
    offsets.lines = theirs
    end(job)
    assert save(job, offsets).is_complete
    assert saved(job)[: len(ours)] == ours


def test_empty_pages_beyond_a_look_s_most_are_passed(
    offsets: Offsets, job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Row 133: a look that ends with an empty page would begin where it began before, again and again."""
    monkeypatch.setattr(log_pages, "MAX_PAGES", 2)

    def page(message: ml.GetTrainingJobLogsRequest) -> ml.GetTrainingJobLogsResponse:
        number = int(message.page_token or 0)
        entries = [ml.TrainingJobLogEntry(level="INFO", message=f"page {number}")] if number % 3 == 0 else []
        return ml.GetTrainingJobLogsResponse(logs=entries, next_page_token=str(number + 1) if number < 6 else "")

    offsets.server.reply("GetTrainingJobLogs", page)
    for _ in range(3):
        save(job, offsets)
    assert saved(job) == ["page 0", "page 3", "page 6"]


CODES = [
    grpc.StatusCode.UNKNOWN,
    grpc.StatusCode.NOT_FOUND,
    grpc.StatusCode.UNAVAILABLE,
    grpc.StatusCode.INVALID_ARGUMENT,
    grpc.StatusCode.UNIMPLEMENTED,
    grpc.StatusCode.PERMISSION_DENIED,
]


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("is_over", [False, True])
def test_a_token_that_is_taken_no_longer_stops_no_log(
    offsets: Offsets, job: Job, code: grpc.StatusCode, is_over: bool
) -> None:
    """Row 64: whatever it is refused with, the second look begins with the first page. No line is stored twice."""
    offsets.lines = told(10)
    save(job, offsets)
    if is_over:
        end(job)
        JobLog.objects.update(begun_at=timezone.now())
    offsets.generation, offsets.stale = 1, Refusal(code, "page token expired")
    offsets.lines += ["line 11", "line 12"]
    for _ in range(2):
        log = save(job, offsets)
    assert (log.problem, log.failures, log.is_complete) == ("", 0, is_over)
    assert saved(job) == told(12)


def test_while_the_cloud_is_away_the_place_is_kept(offsets: Offsets, job: Job) -> None:
    """Row 64: a log of many pages need not be read again for that."""
    offsets.lines = told(10)
    save(job, offsets)
    offsets.outage = Refusal(grpc.StatusCode.UNAVAILABLE, "a moment")
    for _ in range(4):
        log = save(job, offsets)
    assert (log.failures, log.page_token) == (4, "0:8")
    offsets.outage = None
    offsets.asked.clear()
    assert save(job, offsets).problem == ""
    assert (offsets.asked, saved(job)) == (["0:8", "0:10"], told(10))


def test_a_page_that_always_fails_does_not_make_the_ones_before_it_be_read_again(offsets: Offsets, job: Job) -> None:
    """Row 64: its own token is as new as can be."""

    def page(message: ml.GetTrainingJobLogsRequest) -> ml.GetTrainingJobLogsResponse | Refusal:
        failing = message.page_token == "0:8"
        return Refusal(grpc.StatusCode.UNKNOWN, "it breaks here") if failing else offsets.page(message)

    offsets.lines = told(10)
    offsets.server.reply("GetTrainingJobLogs", page)
    for _ in range(5):
        save(job, offsets)
    assert offsets.asked == ["", "0:4", "0:4", "0:4", "0:4", "0:4"]
