"""What the first page shows of each organization: what goes on, and what failed within a day."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from jobs.domain import ACTIVE_STATUSES, JobStatus, Role
from jobs.models import Job, Organization
from jobs.organizations.service import MAX_NAMED, latest_of, list_organizations
from jobs.permissions import Access

ACTIVE = [status.word for status in ACTIVE_STATUSES]
pytestmark = pytest.mark.django_db


@pytest.fixture
def harbor() -> Organization:
    return Organization.objects.create(viam_id="org", name="Harbor Pilots", slug="harbor-pilots")


@pytest.fixture
def yard() -> Organization:
    return Organization.objects.create(viam_id="org-2", name="Yard", slug="yard")


def add(organization: Organization, name: str, status: JobStatus, hours: int = 1, **fields: object) -> Job:
    when = timezone.now() - timedelta(hours=hours)
    times = {"sorted_on": when, "created_on": when, "seen_at": when}
    return Job.objects.create(
        organization=organization, viam_id=name, model_name=name, status=status, **times, **fields
    )


def names(jobs: object) -> list[str]:
    return [job.model_name for job in jobs]  # type: ignore[attr-defined]


def test_each_organization_has_its_own(harbor: Organization, yard: Organization) -> None:
    add(harbor, "runs", JobStatus.IN_PROGRESS)
    add(harbor, "broke", JobStatus.FAILED)
    add(yard, "waits", JobStatus.PENDING, hours=50)
    found = latest_of([harbor, yard])
    assert (names(found[harbor.pk].active), names(found[harbor.pk].failed)) == (["runs"], ["broke"])
    assert (names(found[yard.pk].active), names(found[yard.pk].failed)) == (["waits"], [])


def test_old_failures_vanished_and_completed_jobs_need_nobody(harbor: Organization) -> None:
    add(harbor, "old", JobStatus.FAILED, hours=25)
    add(harbor, "gone", JobStatus.IN_PROGRESS, missing_since=timezone.now())
    add(harbor, "done", JobStatus.COMPLETED)
    found = latest_of([harbor])[harbor.pk]
    assert names(found.active) == names(found.failed) == []


def test_the_newest_are_named_and_not_all(harbor: Organization) -> None:
    for hours in range(1, 8):
        add(harbor, f"{hours}", JobStatus.IN_PROGRESS, hours=hours)
    assert names(latest_of([harbor])[harbor.pk].active) == [f"{hours}" for hours in range(1, 1 + MAX_NAMED)]


def test_two_questions_however_many_organizations(
    harbor: Organization, yard: Organization, django_assert_num_queries: object
) -> None:
    add(harbor, "runs", JobStatus.IN_PROGRESS)
    with django_assert_num_queries(2):  # type: ignore[operator]
        latest_of([harbor, yard])


def test_the_first_page_leads_to_what_failed_and_says_why(
    ana_client: Client, harbor: Organization, yard: Organization
) -> None:
    job = add(harbor, "broke", JobStatus.FAILED, error_message="label <b>leaf</b> has 6 images")
    text = ana_client.get("/").text
    assert job.get_absolute_url() in text
    assert "label &lt;b&gt;leaf&lt;/b&gt; has 6 images" in text


def test_numbers_are_those_of_the_last_day_with_all_behind(bo_client: Client, bolt: Organization) -> None:
    now = timezone.now()
    Job.objects.filter(organization=bolt).update(sorted_on=now - timedelta(days=3))
    ended = bolt.jobs.filter(status=JobStatus.COMPLETED)
    recent = list(ended.values_list("pk", flat=True)[:2])
    Job.objects.filter(pk__in=recent).update(sorted_on=now - timedelta(hours=23))
    running = bolt.counts["in_progress"]

    (standing,) = list_organizations([Access(bolt, Role.VIEWER)])
    assert dict(standing.counts)[JobStatus.COMPLETED] == 2
    assert dict(standing.counts)[JobStatus.IN_PROGRESS] == running
    assert JobStatus.FAILED not in dict(standing.counts)
    assert standing.total == bolt.jobs.filter(missing_since=None).count()
    assert standing.more_active == sum(bolt.counts.get(word, 0) for word in ACTIVE) - len(standing.latest.active)


def test_more_than_are_named_are_one_click_away(ana_client: Client, harbor: Organization) -> None:
    for hours in range(1, MAX_NAMED + 4):
        add(harbor, f"broke-{hours}", JobStatus.FAILED, hours=hours)
    text = ana_client.get("/").text
    assert f'href="{harbor.get_absolute_url()}?status=failed">+3 more</a>' in text


def test_what_is_old_and_asked_for_says_so(ana_client: Client, harbor: Organization) -> None:
    Organization.objects.update(fetched_at=timezone.now() - timedelta(days=2))
    assert "Refreshing…" in ana_client.get("/").text
    Organization.objects.update(fetched_at=timezone.now())
    assert "Refreshing…" not in ana_client.get("/").text
