"""The jobs before and after one."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from jobs.domain import JobStatus
from jobs.job_page.service import neighbors
from jobs.models import Job, Organization

pytestmark = pytest.mark.django_db

NOW = timezone.now()


@pytest.fixture
def harbor() -> Organization:
    """Job n is n hours old; the even ones failed, job 3 vanished."""
    harbor = Organization.objects.create(viam_id="org", name="Harbor Pilots", slug="harbor-pilots")
    for number in range(6):
        at = NOW - timedelta(hours=number)
        status = JobStatus.COMPLETED if number % 2 else JobStatus.FAILED
        gone = NOW if number == 3 else None
        harbor.jobs.create(viam_id=f"job-{number}", status=status, sorted_on=at, seen_at=at, missing_since=gone)
    return harbor


def around(organization: Organization, number: int, query: str = "") -> list[str | None]:
    found = neighbors(organization, organization.jobs.get(viam_id=f"job-{number}"), query)
    return [job.viam_id if job else None for job in (found.newer, found.older)]


def test_by_time(harbor: Organization) -> None:
    assert around(harbor, 1) == ["job-0", "job-2"]


def test_at_both_ends(harbor: Organization) -> None:
    assert [around(harbor, number) for number in (0, 5)] == [[None, "job-1"], ["job-4", None]]


def test_jobs_that_vanished_are_passed_over(harbor: Organization) -> None:
    assert around(harbor, 2) == ["job-1", "job-4"]


def test_of_the_same_moment(harbor: Organization) -> None:
    Job.objects.update(sorted_on=NOW)
    assert around(harbor, 1) == ["job-2", "job-0"]


@pytest.mark.parametrize("query", ["status=failed", "status=failed&page=7", "status=failed&nonsense=%00"])
def test_in_the_list_that_the_reader_comes_from(harbor: Organization, query: str) -> None:
    assert around(harbor, 2, query) == ["job-0", "job-4"]
