"""Row 64: pages of logs that go on for ever, in a circle, or for very long."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import timezone

from jobs import viam
from jobs.domain import Credentials, JobStatus
from jobs.models import Job, JobLog, Organization
from jobs.sync import log_pages, log_sync
from protos import ml_training_pb2 as ml
from tests.viam.small_cloud import SmallCloud

pytestmark = pytest.mark.django_db

LOGS = "GetTrainingJobLogs"
KEY = Credentials("an-id", "a-key")


@pytest.fixture
def small_cloud() -> Iterator[SmallCloud]:
    with SmallCloud().running() as cloud:
        yield cloud
        viam.forget(cloud.endpoint, KEY)


@pytest.fixture
def log(db: None) -> JobLog:
    harbor = Organization.objects.create(viam_id="org", name="Harbor Pilots", slug="harbor-pilots")
    now = timezone.now()
    job = Job.objects.create(
        organization=harbor, viam_id="job-1", status=JobStatus.IN_PROGRESS, sorted_on=now, seen_at=now
    )
    return JobLog.objects.create(job=job)


def page(number: int, next_token: str) -> ml.GetTrainingJobLogsResponse:
    entry = ml.TrainingJobLogEntry(level="INFO", message=f"line {number}")
    return ml.GetTrainingJobLogsResponse(logs=[entry], next_page_token=next_token)


def save(log: JobLog, cloud: SmallCloud) -> int:
    return log_sync.save(log, viam.connect(cloud.endpoint, KEY))


def test_a_token_that_leads_to_itself_ends(small_cloud: SmallCloud, log: JobLog) -> None:
    small_cloud.reply(LOGS, page(1, "again"), page(2, "again"))
    assert save(log, small_cloud) == 2
    assert small_cloud.count(LOGS) == 2


def test_tokens_in_a_circle_end(small_cloud: SmallCloud, log: JobLog) -> None:
    small_cloud.reply(LOGS, page(1, "a"), page(2, "b"), page(3, "a"))
    assert save(log, small_cloud) == 3
    assert small_cloud.count(LOGS) == 3


def test_a_thousand_pages_are_followed(small_cloud: SmallCloud, log: JobLog) -> None:
    def numbered(message: Any) -> ml.GetTrainingJobLogsResponse:
        number = int(message.page_token or 0) + 1
        return page(number, str(number) if number < 1_000 else "")

    small_cloud.reply(LOGS, numbered)
    assert save(log, small_cloud) == 1_000
    assert log.problem == ""


def test_pages_without_end_are_capped_and_gone_on_with(
    small_cloud: SmallCloud, log: JobLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second look begins with the last page of the first."""
    monkeypatch.setattr(log_pages, "MAX_PAGES", 10)
    small_cloud.reply(LOGS, lambda message: page(0, str(int(message.page_token or 0) + 1)))
    save(log, small_cloud)
    first = small_cloud.count(LOGS)
    save(log, small_cloud)
    assert (first, small_cloud.count(LOGS)) == (10, 20)
    assert small_cloud.seen[-1].message.page_token == "18"
