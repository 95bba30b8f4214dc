"""Row 130: whatever times the cloud tells, every page is drawn, in every time zone."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.apps import apps
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from google.protobuf.timestamp_pb2 import Timestamp
from hypothesis import HealthCheck, example, given
from hypothesis import settings as thoroughness
from hypothesis import strategies as st
from pytest_django import Settings

from dashboard.accounts.models import Profile
from jobs import viam
from jobs.api_keys.service import choose, save_key
from jobs.domain import Credentials, JobStatus
from jobs.log_parser import Severity
from jobs.models import COMMAND_LINE, ApiKey, Dataset, Job, JobLog, LogLine, Organization, StatusChange
from jobs.sync import cycle
from jobs.viam import messages
from protos import app_pb2
from protos.ml_training_pb2 import (
    GetTrainingJobLogsResponse,
    ListTrainingJobsResponse,
    TrainingJobLogEntry,
    TrainingJobMetadata,
)
from tests.viam.small_cloud import SmallCloud

pytestmark = pytest.mark.django_db

# Of POSIX: GMT-14 is fourteen hours ahead.
ZONES = ("Etc/GMT+12", "UTC", "Etc/GMT-14")
FIRST, LAST = -62_135_596_800, 253_402_300_799  # The years 1 and 9999.
NOW = int(timezone.now().timestamp())
ENDS = [FIRST, FIRST + 1, FIRST - 1, LAST, LAST + 1, LAST - 3600 * 14, -1, 0, 1, NOW, 2**31, 2**63 - 1, -(2**63)]
DECADES = st.integers(NOW - 40 * 366 * 86_400, NOW + 40 * 366 * 86_400)
SECONDS = st.sampled_from(ENDS) | st.integers(-(2**63), 2**63 - 1) | st.integers(FIRST, LAST) | DECADES
NANOS = st.sampled_from([0, 1, 999_999_999, 10**9, -1, 2**31 - 1, -(2**31)])
TIMES = st.none() | st.builds(Timestamp, seconds=SECONDS, nanos=NANOS)
STATUSES = st.sampled_from([int(status) for status in JobStatus if status.is_known] + [0, 99])
FIELDS = ("created_on", "last_modified", "training_started", "training_ended")
JOBS = st.builds(TrainingJobMetadata, status=STATUSES, model_type=st.just(3), **dict.fromkeys(FIELDS, TIMES))
AS_IT_IS = {"delivered": Severity.INFO, "severity": Severity.INFO}
AT_LENGTH = thoroughness(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))


def stamp(seconds: int) -> Timestamp:
    return Timestamp(seconds=seconds)


def told(status: int, *seconds: int) -> TrainingJobMetadata:
    """With these times, in the order of FIELDS."""
    message = TrainingJobMetadata()
    message.status = status  # type: ignore[assignment]
    for name, second in zip(FIELDS, seconds, strict=False):
        getattr(message, name).seconds = second
    return message


def all_of(seconds: int, status: int = 2) -> TrainingJobMetadata:
    return told(status, *[seconds] * 4)


BACKWARDS = told(3, LAST - 86_400, LAST, 1, FIRST)


@pytest.fixture
def small_cloud() -> Iterator[SmallCloud]:
    with SmallCloud().running() as cloud:
        yield cloud


@pytest.fixture
def harbor(small_cloud: SmallCloud, settings: Settings) -> Iterator[Organization]:
    organization = app_pb2.Organization(id="o-1", name="Harbor")
    small_cloud.reply("ListOrganizations", app_pb2.ListOrganizationsResponse(organizations=[organization]))
    settings.VIAM_ENDPOINTS = [small_cloud.endpoint]
    row = ApiKey(label="a key", key_id="id")
    save_key(row=row, endpoint=small_cloud.endpoint, key="made up", actor=COMMAND_LINE)
    choose(row, ["o-1"], COMMAND_LINE)
    yield row.organizations.get(viam_id="o-1")
    viam.forget(small_cloud.endpoint, Credentials("id", "made up"))


def addresses(organization: Organization) -> list[str]:
    here = organization.get_absolute_url()
    jobs = [job.viam_id for job in organization.jobs.order_by("viam_id")]
    pages = [place for one in jobs for place in (f"{one}/", f"{one}/logs/", f"{one}/menu/", f"{one}.json")]
    downloads = [f"{one}/logs/log.{ending}" for one in jobs for ending in ("txt", "jsonl")]
    root = here.removesuffix("jobs/")
    lists = [here, f"{here}?sort=-time", f"{root}jobs.json", f"{root}jobs.csv", f"{root}models/"]
    names = organization.jobs.exclude(model_name="").values_list("model_name", flat=True).distinct()[:2]
    lists += [reverse("jobs:model", args=[organization.slug, name]) for name in names]
    insights = [f"{root}insights/?period={period}" for period in ("30", "all")]
    compared = [f"{root}compare/?a={jobs[0]}&b={jobs[-1]}"] if jobs else []
    return ["/", *lists, *insights, *compared, *(here + page for page in (*pages, *downloads))]


def assert_drawn(client: Client, organization: Organization) -> None:
    for zone in ZONES:
        Profile.objects.update(zone=zone)
        for address in addresses(organization):
            answer = client.get(address)
            assert answer.status_code == 200 or address == "/", (zone, address, answer.status_code)
            if answer.streaming:
                assert isinstance(b"".join(answer), bytes)
            if "/logs/" not in address and address != "/" and not answer.streaming:
                assert client.get(address, headers={"HX-Request": "true"}).status_code == 200


@AT_LENGTH
@given(st.lists(JOBS, min_size=1, max_size=3), st.lists(TIMES, max_size=3))
@example([all_of(LAST), all_of(FIRST, 3)], [stamp(LAST), stamp(FIRST)])
@example([all_of(LAST - 86_400), all_of(LAST - 2 * 86_400, 3)], [stamp(LAST - 86_400)])
@example([BACKWARDS, all_of(NOW - 50 * 366 * 86_400)], [])
@example([told(2, 1, 2, 3)], [stamp(1)])
def test_whatever_the_cloud_says_is_drawn(
    ana_client: Client,
    ana: User,
    small_cloud: SmallCloud,
    harbor: Organization,
    jobs: list[TrainingJobMetadata],
    times: list[Timestamp | None],
) -> None:
    """Row 130: list, page, log, insights, comparison, models, CSV and JSON, from UTC-12 to UTC+14."""
    Profile.objects.get_or_create(user=ana)
    harbor.jobs.all().delete()
    for number, job in enumerate(jobs):
        job.id, job.model_name = f"j-{number}", "m"
    lines = [TrainingJobLogEntry(level="INFO", time=time, message="a line") for time in times]
    small_cloud.reply("ListTrainingJobs", ListTrainingJobsResponse(jobs=jobs))
    small_cloud.reply("GetTrainingJobLogs", GetTrainingJobLogsResponse(logs=lines))
    cycle.refresh_now(harbor)
    for row in harbor.jobs.all():
        log, _ = JobLog.objects.get_or_create(job=row)
        LogLine.objects.bulk_create(
            LogLine(
                job=row,
                number=number,
                time=line.time,
                message=line.message,
                delivered=Severity.INFO,
                severity=Severity.INFO,
            )
            for number, line in enumerate(messages.log_page_from(GetTrainingJobLogsResponse(logs=lines)).lines, 1)
        )
        JobLog.objects.filter(pk=log.pk).update(line_count=len(lines))
    assert harbor.jobs.count() == len(jobs)
    assert_drawn(ana_client, harbor)


STORED = [
    datetime.max.replace(tzinfo=UTC),
    datetime.min.replace(tzinfo=UTC),
    datetime(9999, 12, 30, 23, tzinfo=UTC),
    datetime(1, 1, 2, tzinfo=UTC),
    datetime(1969, 12, 31, 23, 59, 59, tzinfo=UTC),
]


@pytest.mark.parametrize("stored", STORED, ids=str)
def test_what_was_stored_before_is_drawn(ana_client: Client, ana: User, bolt: Organization, stored: datetime) -> None:
    """Row 130: rows of an existing database, after the migration that every update runs."""
    Profile.objects.get_or_create(user=ana)
    for job in bolt.jobs.exclude(status=JobStatus.IN_PROGRESS)[3:]:
        job.delete()
    spoil(bolt, stored)
    importlib.import_module("jobs.migrations.0018_possible_times").forget(apps, None)
    assert not bolt.jobs.filter(sorted_on__year__lt=2000).exists()
    assert_drawn(ana_client, bolt)


@pytest.mark.parametrize("stored", STORED, ids=str)
def test_what_is_stored_all_the_same_is_drawn(
    ana_client: Client, ana: User, bolt: Organization, stored: datetime
) -> None:
    """Row 130: the pages of jobs hold out without the migration."""
    Profile.objects.get_or_create(user=ana)
    spoil(bolt, stored)
    job = bolt.jobs.filter(status=JobStatus.IN_PROGRESS).first()
    assert job
    for zone in ZONES:
        Profile.objects.update(zone=zone)
        for place in ("", "logs/", "menu/"):
            assert ana_client.get(f"{job.get_absolute_url()}{place}").status_code == 200, (zone, place)
        assert ana_client.get(bolt.get_absolute_url()).status_code == 200, zone


def spoil(organization: Organization, stored: datetime) -> None:
    Job.objects.update(**dict.fromkeys((*FIELDS, "sorted_on"), stored), usual_seconds=2**31 - 1)
    for job in organization.jobs.all():
        log, _ = JobLog.objects.get_or_create(job=job)
        LogLine.objects.create(job=job, number=1, time=stored, message="a line", **AS_IT_IS)
        StatusChange.objects.create(job=job, status=job.status, seen_at=timezone.now(), cloud_time=stored)
        JobLog.objects.filter(pk=log.pk).update(line_count=1)
    Dataset.objects.update(created_on=stored)


@pytest.mark.parametrize("days", [-36_500, -1, 0, 36_500])
def test_spans_of_decades_are_told(ana_client: Client, bolt: Organization, days: int) -> None:
    """Row 130: forwards and backwards."""
    now = timezone.now()
    Job.objects.update(created_on=now, training_started=now - timedelta(days=days), training_ended=now)
    for job in bolt.jobs.all()[:6]:
        assert ana_client.get(job.get_absolute_url()).status_code == 200
    assert ana_client.get(bolt.get_absolute_url()).status_code == 200
