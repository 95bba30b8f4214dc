"""Models and the jobs that made them."""

from datetime import timedelta

import pytest
from django.utils import timezone

from jobs.domain import JobStatus
from jobs.models import Job, Organization
from jobs.services import get_model, list_models

pytestmark = pytest.mark.django_db

NOW = timezone.now()


@pytest.fixture
def harbor() -> Organization:
    return Organization.objects.create(viam_id="org-1", name="Harbor Pilots", slug="harbor-pilots")


def add(organization: Organization, number: int, name: str, status: JobStatus, **fields: object) -> Job:
    at = NOW - timedelta(hours=number)
    return Job.objects.create(
        organization=organization,
        viam_id=f"job-{number}",
        model_name=name,
        status=status,
        sorted_on=at,
        seen_at=at,
        **fields,
    )


def test_models_by_their_last_job_with_what_became_of_them(harbor: Organization) -> None:
    ready = add(harbor, 3, "bolts", JobStatus.COMPLETED)
    add(harbor, 4, "bolts", JobStatus.COMPLETED)
    add(harbor, 2, "bolts", JobStatus.FAILED)
    add(harbor, 1, "nuts", JobStatus.PENDING)
    found = [(model.name, model.versions, model.failed, model.active, model.latest) for model in list_models(harbor)]
    assert found == [("nuts", 0, 0, 1, None), ("bolts", 2, 1, 0, ready)]


def test_models_are_searched_by_name(harbor: Organization) -> None:
    add(harbor, 1, "bolts", JobStatus.COMPLETED)
    add(harbor, 2, "nuts", JobStatus.COMPLETED)
    assert [model.name for model in list_models(harbor, "BOLT")] == ["bolts"]


def test_a_vanished_job_s_version_is_still_a_version(harbor: Organization) -> None:
    add(harbor, 1, "bolts", JobStatus.COMPLETED, gone_at=NOW)
    assert list_models(harbor)[0].versions == 1


def test_a_model_shows_all_its_jobs_newest_first(harbor: Organization) -> None:
    add(harbor, 2, "bolts", JobStatus.FAILED)
    add(harbor, 1, "bolts", JobStatus.COMPLETED)
    assert [job.viam_id for job in get_model(harbor, "bolts").jobs] == ["job-1", "job-2"]


def test_no_such_model(harbor: Organization) -> None:
    with pytest.raises(Job.DoesNotExist):
        get_model(harbor, "bolts")


@pytest.mark.parametrize(
    ("told", "address"),
    [
        ("", ""),
        ("org-1/bolts", "https://app.viam.com/ml-model/org-1/bolts"),
        ("66cce7012df448bf1e4b6b5d", "https://app.viam.com/ml-model/org-1/bolts"),
        ("javascript:alert(1)//x", "https://app.viam.com/ml-model/org-1/bolts"),
        ("../../evil", "https://app.viam.com/ml-model/org-1/bolts"),
    ],
)
def test_the_address_in_viam_s_registry(harbor: Organization, told: str, address: str) -> None:
    add(harbor, 1, "bolts", JobStatus.COMPLETED, synced_model_id=told)
    assert get_model(harbor, "bolts").registry_url == address
