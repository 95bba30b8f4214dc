"""Models and the jobs that made them."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from jobs.domain import JobStatus
from jobs.models import Job, Organization
from jobs.trained_models.service import SORTS, get_model, list_models

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
    found = [
        (model.name, model.versions, model.failed, model.active, model.latest) for model in list_models(harbor).models
    ]
    assert found == [("nuts", 0, 0, 1, None), ("bolts", 2, 1, 0, ready)]


def test_models_are_sorted_by_name_last_job_and_success(harbor: Organization, ana_client: Client) -> None:
    """What has neither completed nor failed has no rate, and stands last either way."""
    add(harbor, 1, "crane", JobStatus.COMPLETED)
    add(harbor, 2, "crane", JobStatus.FAILED)
    add(harbor, 3, "buoy", JobStatus.COMPLETED)
    add(harbor, 4, "anchor", JobStatus.PENDING)
    by = {sort: [model.name for model in list_models(harbor, sort=sort).models] for sort in SORTS}
    assert by == {
        "": by["last"][::-1],
        "last": by["last"],
        "model": ["anchor", "buoy", "crane"],
        "-model": ["crane", "buoy", "anchor"],
        "success": ["crane", "buoy", "anchor"],
        "-success": ["buoy", "crane", "anchor"],
    }
    shown = {
        model.name: (model.success_rate, model.last and model.last.viam_id) for model in list_models(harbor).models
    }
    assert [rate for rate, _ in shown.values()].count(None) == 1 and shown["crane"][0] == 0.5
    assert all(last for _, last in shown.values())
    page = ana_client.get(f"/orgs/{harbor.slug}/models/?sort=success&q=c")
    assert 'aria-sort="ascending"' in page.text and "sort=-success&amp;q=c" in page.text
    assert ana_client.get(f"/orgs/{harbor.slug}/models/?sort=nonsense").status_code == 200


def test_the_last_jobs_of_each_are_drawn_the_newest_last(harbor: Organization, ana_client: Client) -> None:
    for number in range(14):
        add(harbor, number, "bolts", JobStatus.COMPLETED if number % 2 else JobStatus.FAILED)
    add(harbor, 20, "nuts", JobStatus.CANCELED)
    bolts, nuts = list_models(harbor).models
    assert [*bolts.recent] == [JobStatus.COMPLETED, JobStatus.FAILED] * 6
    assert nuts.recent == (JobStatus.CANCELED,)
    text = ana_client.get(f"/orgs/{harbor.slug}/models/").text
    assert 'aria-label="Last 12 jobs: 6 completed, 6 failed"' in text
    assert 'aria-label="Last job: 1 canceled"' in text


def test_searching_keeps_the_order(harbor: Organization, ana_client: Client) -> None:
    add(harbor, 1, "bolts", JobStatus.COMPLETED)
    text = ana_client.get(f"/orgs/{harbor.slug}/models/?sort=-model").text
    assert '<input type="hidden" name="sort" value="-model">' in text


def test_models_are_searched_by_name(harbor: Organization) -> None:
    add(harbor, 1, "bolts", JobStatus.COMPLETED)
    add(harbor, 2, "nuts", JobStatus.COMPLETED)
    assert [model.name for model in list_models(harbor, "BOLT").models] == ["bolts"]


def test_there_may_be_any_number_of_them(harbor: Organization, ana_client: Client) -> None:
    """100,000 models in one page took half a minute and a gigabyte."""
    job = add(harbor, 1, "bolts", JobStatus.COMPLETED)
    rows = [Job.objects.get(pk=job.pk) for _ in range(250)]
    for number, row in enumerate(rows):
        row.pk, row.viam_id, row.model_name = None, f"many-{number}", f"model-{number:03}"
        row.sorted_on = NOW - timedelta(days=number + 2)
    Job.objects.bulk_create(rows)
    pages = [list_models(harbor, page=number) for number in (1, 2, 3, 4)]
    names = [model.name for page in pages for model in page.models]
    assert names == ["bolts", *(f"model-{number:03}" for number in range(250))]
    assert [(len(page.models), page.has_more) for page in pages] == [(100, True), (100, True), (51, False), (0, False)]
    address = f"/orgs/{harbor.slug}/models/"
    assert 'href="?page=2"' in ana_client.get(address).text
    assert 'href="?q=model&amp;page=3"' in ana_client.get(f"{address}?q=model&page=2").text
    assert "No more models" in ana_client.get(f"{address}?page=9").text


def test_a_vanished_job_s_version_is_still_a_version(harbor: Organization) -> None:
    add(harbor, 1, "bolts", JobStatus.COMPLETED, missing_since=NOW)
    assert list_models(harbor).models[0].versions == 1


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
    assert get_model(harbor, "bolts").registry_url == ""
    harbor.endpoint = "app.viam.com:443"
    assert get_model(harbor, "bolts").registry_url == address
