"""Whatever happens to a job, its log and its cloud, in whatever order: in the end the log is what the cloud has."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from random import Random

import grpc
import pytest
from django.utils import timezone

from jobs import viam
from jobs.domain import ACTIVE_STATUSES, Credentials, JobStatus
from jobs.models import Job, JobLog
from jobs.sync import log_sync
from protos import ml_training_pb2 as ml
from tests.faults.test_log_places import job
from tests.viam.small_cloud import Refusal, SmallCloud

__all__ = ["job"]

pytestmark = pytest.mark.django_db

# Lines were stored twice with 19, 58 and 94.
SEEDS = [*range(27), 58, 81, 94]
KEY = Credentials("an-id", "a-key")
START = datetime(2026, 1, 1, tzinfo=UTC)
PAGE = 10
MINUTE = timedelta(minutes=1)

Code = grpc.StatusCode
FAILURES = [Code.NOT_FOUND, Code.UNIMPLEMENTED, Code.UNAVAILABLE, Code.DEADLINE_EXCEEDED, Code.INVALID_ARGUMENT]
STALE = [Code.INVALID_ARGUMENT, Code.NOT_FOUND, Code.UNAVAILABLE]
ENDS = [JobStatus.COMPLETED, JobStatus.FAILED, JobStatus.IN_PROGRESS, JobStatus.CANCELING]


class Story:
    """A job and its log, in the cloud and here, and what may happen to them."""

    def __init__(self, luck: Random, server: SmallCloud, job: Job) -> None:
        self.luck, self.job, self.row = luck, job, Job.objects.filter(pk=job.pk)
        self.lines: list[ml.TrainingJobLogEntry] = []
        self.written = self.generation = 0
        self.mood = "well"
        self.tokens = luck.choice(["offset", "strict", "trailing"])
        self.stale = Refusal(luck.choice(STALE), "bad token")
        self.level = luck.choice(["INFO", "WARNING"])
        server.reply("GetTrainingJobLogs", self.page)
        self.cloud = viam.connect(server.endpoint, KEY)

    def page(self, message: ml.GetTrainingJobLogsRequest) -> ml.GetTrainingJobLogsResponse | Refusal:
        """Tokens are offsets. Old ones are refused if they are `strict`; `trailing` ones lead behind the last line."""
        if self.mood == "flaky" and self.luck.random() < 0.3:
            return Refusal(self.luck.choice(FAILURES), "not now")
        if self.mood == "refusing":
            return Refusal(Code.NOT_FOUND, "not now")
        generation, _, offset = (message.page_token or f"{self.generation}:0").partition(":")
        if self.tokens == "strict" and int(generation) != self.generation:
            return self.stale
        at = int(offset)
        shown = self.lines[at : at + PAGE]
        leads_on = bool(shown) if self.tokens == "trailing" else len(self.lines) > at + PAGE
        following = f"{self.generation}:{at + len(shown)}" if leads_on else ""
        return ml.GetTrainingJobLogsResponse(logs=shown, next_page_token=following)

    def write(self, count: int, at: int) -> None:
        for _ in range(count):
            self.written += 1
            number = self.written if self.luck.random() < 0.8 else self.written % 3
            line = ml.TrainingJobLogEntry(level=self.level, message=f"line {number}")
            line.time.FromDatetime(START + timedelta(seconds=self.written))
            self.lines.insert(at, line)

    def append(self) -> None:
        for _ in range(self.luck.choice([1, 3, 12, 45])):
            self.write(1, len(self.lines))

    def insert(self) -> None:
        count = self.luck.choice([1, 2, 15])
        self.write(count, self.luck.randint(max(0, len(self.lines) - 20), len(self.lines)))

    def look(self) -> None:
        for due in (log_sync.being_read(), log_sync.ended()):
            log_sync.save_some(due.filter(job=self.job), self.cloud, 1)

    def wait(self) -> None:
        """A minute passes, and the log is due."""
        logs = JobLog.objects.filter(job=self.job)
        logs.filter(due_at__isnull=False).update(due_at=timezone.now() - MINUTE)
        for log in logs:
            times = {name: getattr(log, name) for name in ("seen_ended_at", "begun_at", "asked_at")}
            logs.update(**{name: at - MINUTE for name, at in times.items() if at})

    def wait_and_look(self) -> None:
        self.wait()
        self.look()

    def watch(self) -> None:
        log_sync.watch(self.row.get())
        self.wait_and_look()

    def change_tokens(self) -> None:
        self.generation += 1

    def vanish(self) -> None:
        self.row.update(missing_since=timezone.now())

    def come_back(self) -> None:
        self.row.update(missing_since=None)

    def turn(self) -> None:
        self.become(self.luck.choice(ENDS))

    def become(self, status: JobStatus) -> None:
        now = timezone.now()
        ended = now - 5 * MINUTE if status.is_final else None
        self.row.update(status=status, training_ended=ended, last_modified=now)

    def fail_sometimes(self) -> None:
        self.mood = self.luck.choice(["well", "flaky"])

    def refuse(self) -> None:
        self.mood = self.luck.choice(["well", "refusing", "well"])

    def go_on(self) -> None:
        """Something happens; a job that has ended writes nothing more."""
        happens = self.events[self.luck.choice("aaallliwwwtgbefnr")]
        if happens in (self.append, self.insert) and self.row.get().status not in ACTIVE_STATUSES:
            return
        happens()
        log_sync.plan(self.job.organization)
        if self.luck.random() < 0.3:
            self.wait()

    @property
    def events(self) -> dict[str, Callable[[], None]]:
        return {
            "a": self.append,
            "l": self.look,
            "i": self.insert,
            "w": self.watch,
            "t": self.change_tokens,
            "g": self.vanish,
            "b": self.come_back,
            "e": self.turn,
            "f": self.fail_sometimes,
            "n": self.refuse,
            "r": self.wait_and_look,
        }

    def end(self) -> JobLog:
        self.mood = "well"
        self.come_back()
        self.become(JobStatus.FAILED)
        for _ in range(10):
            log_sync.plan(self.job.organization)
            self.wait_and_look()
        return JobLog.objects.get(job=self.job)


@pytest.fixture
def server() -> Iterator[SmallCloud]:
    with SmallCloud().running() as server:
        yield server
        viam.forget(server.endpoint, KEY)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_log_is_what_the_cloud_has_in_the_end(server: SmallCloud, job: Job, seed: int) -> None:
    """Rows 64, 127 and 129."""
    luck = Random(seed)
    JobLog.objects.all().delete()
    story = Story(luck, server, job)
    for _ in range(luck.randint(5, 25)):
        story.go_on()
    log = story.end()
    saved = list(job.log_lines.order_by("number").values_list("number", "message", "time"))
    lines = [(line.message, line.time.ToDatetime(UTC)) for line in story.lines]
    assert saved == [(number, *line) for number, line in enumerate(lines, 1)]
    assert (log.is_complete, log.line_count, log.bound) == (True, len(lines), "")
