"""How long jobs like one usually run, and when one runs longer than that."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from jobs.domain import JobStatus, ModelFramework, ModelType
from jobs.duration_baseline import Usual, usual
from jobs.models import Job, Organization

pytestmark = pytest.mark.django_db

NOW = timezone.now()
MANAGED: dict[str, Any] = {
    "model_type": ModelType.OBJECT_DETECTION,
    "model_framework": ModelFramework.TFLITE,
    "dataset_id": "ds-1",
}
CUSTOM: dict[str, Any] = {"is_custom": True, "script_id": "bolt:weld", "dataset_id": "ds-1"}


@pytest.fixture
def harbor() -> Organization:
    return Organization.objects.create(viam_id="org", name="Harbor Pilots", slug="harbor-pilots")


def add(organization: Organization, minutes: int | None, status: JobStatus = JobStatus.COMPLETED, **fields: Any) -> Job:
    """A job that ran so many minutes; None for one that still runs, since two hours."""
    number = organization.jobs.count()
    started = NOW - timedelta(hours=2)
    ended = started + timedelta(minutes=minutes) if minutes is not None else None
    times = {"created_on": started, "training_started": started, "training_ended": ended}
    return Job.objects.create(
        organization=organization, viam_id=f"job-{number}", status=status, sorted_on=NOW, seen_at=NOW, **times, **fields
    )


def running(organization: Organization, **fields: Any) -> Job:
    return add(organization, None, JobStatus.IN_PROGRESS, **fields)


@pytest.mark.parametrize("kind", [MANAGED, CUSTOM])
def test_the_median_of_completed_jobs(harbor: Organization, kind: dict[str, Any]) -> None:
    for minutes in (10, 38, 60):
        add(harbor, minutes, **kind)
    add(harbor, 1, JobStatus.FAILED, **kind)
    assert usual(running(harbor, **kind)) == Usual(timedelta(minutes=38), 3, same_dataset=True)


def test_two_tell_nothing_usual(harbor: Organization) -> None:
    for minutes in (10, 38):
        add(harbor, minutes, **CUSTOM)
    assert usual(running(harbor, **CUSTOM)) is None


def test_the_job_itself_does_not_count(harbor: Organization) -> None:
    jobs = [add(harbor, minutes, **CUSTOM) for minutes in (10, 20, 30)]
    assert usual(jobs[0]) is None


def test_other_datasets_when_its_own_has_too_few(harbor: Organization) -> None:
    for dataset, minutes in (("ds-1", 10), ("ds-2", 20), ("ds-3", 30)):
        add(harbor, minutes, **{**CUSTOM, "dataset_id": dataset})
    assert usual(running(harbor, **CUSTOM)) == Usual(timedelta(minutes=20), 3, same_dataset=False)


@pytest.mark.parametrize(
    "other",
    [CUSTOM, {**MANAGED, "model_framework": ModelFramework.TENSORFLOW}, {**MANAGED, "model_type": 1}],
)
def test_another_kind_is_not_like_it(harbor: Organization, other: dict[str, Any]) -> None:
    for _ in range(3):
        add(harbor, 10, **other)
    assert usual(running(harbor, **MANAGED)) is None


def test_half_as_long_again_is_longer_than_usual(harbor: Organization) -> None:
    job = running(harbor, **CUSTOM)
    told = Usual(timedelta(minutes=40), 3, same_dataset=True)
    assert told.overrun_at(job) == NOW - timedelta(hours=1)


def test_what_does_not_run_takes_no_time(harbor: Organization) -> None:
    told = Usual(timedelta(minutes=40), 3, same_dataset=True)
    assert told.overrun_at(add(harbor, 90, **CUSTOM)) is None
    assert told.overrun_at(add(harbor, None, JobStatus.PENDING, **CUSTOM)) is None
