"""The page of an organization's datasets."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.test import Client

from jobs.datasets import service
from jobs.datasets.service import list_datasets
from jobs.domain import JobStatus
from jobs.models import Dataset, Job, Organization

pytestmark = pytest.mark.django_db


@pytest.fixture
def harbor(db: None) -> Organization:
    return Organization.objects.create(viam_id="org", name="Harbor Pilots", slug="harbor-pilots")


def add(organization: Organization, dataset: str, status: JobStatus) -> None:
    number = organization.jobs.count() + 1
    Job.objects.create(
        organization=organization,
        viam_id=f"job-{number}",
        dataset_id=dataset,
        status=status,
        sorted_on=datetime(2026, 5, number, tzinfo=UTC),
        seen_at=datetime(2026, 5, 31, tzinfo=UTC),
    )


def test_each_dataset_tells_how_its_jobs_ended(harbor: Organization) -> None:
    Dataset.objects.create(organization=harbor, viam_id="ds-1", name="bolts")
    for status in (JobStatus.COMPLETED, JobStatus.COMPLETED, JobStatus.FAILED, JobStatus.CANCELED):
        add(harbor, "ds-1", status)
    add(harbor, "ds-1", JobStatus.IN_PROGRESS)
    add(harbor, "ds-2", JobStatus.FAILED)
    (entry,) = list_datasets(harbor).datasets
    assert (entry.jobs, entry.completed, entry.failed, entry.active) == (5, 2, 1, 1)
    assert entry.success_rate == pytest.approx(2 / 3)
    assert entry.last_job


def test_one_that_nothing_trained_on_has_no_figures(harbor: Organization) -> None:
    Dataset.objects.create(organization=harbor, viam_id="ds-1", name="bolts")
    (entry,) = list_datasets(harbor).datasets
    assert (entry.jobs, entry.success_rate, entry.last_job) == (0, None, None)


def test_it_is_searched_by_name_and_id(harbor: Organization) -> None:
    for number, name in enumerate(("rusty bolts", "clean bolts", "apples")):
        Dataset.objects.create(organization=harbor, viam_id=f"ds-{number}", name=name)
    assert [entry.dataset.name for entry in list_datasets(harbor, "BOLTS rusty").datasets] == ["rusty bolts"]
    assert [entry.dataset.name for entry in list_datasets(harbor, "ds-2").datasets] == ["apples"]


def test_long_lists_have_pages(harbor: Organization, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "DATASETS_A_PAGE", 2)
    for number in range(3):
        Dataset.objects.create(organization=harbor, viam_id=f"ds-{number}", name=f"set {number}")
    first, second = list_datasets(harbor), list_datasets(harbor, page=2)
    assert [len(first.datasets), first.has_more, len(second.datasets), second.has_more] == [2, True, 1, False]


def test_the_page_leads_to_the_jobs_of_each(bo_client: Client, bolt: Organization) -> None:
    text = bo_client.get("/orgs/bolt-robotics/datasets/").text
    for dataset in bolt.datasets.all():
        assert f"/orgs/bolt-robotics/jobs/?dataset={dataset.viam_id}" in text
        assert dataset.name in text


@pytest.mark.parametrize(("query", "words"), [("?q=nothing-like-it", "No datasets match"), ("?page=9", "No more")])
def test_an_empty_page_says_why(bo_client: Client, bolt: Organization, query: str, words: str) -> None:
    assert words in bo_client.get(f"/orgs/bolt-robotics/datasets/{query}").text
