"""The page of an organization's datasets."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.test import Client

from emulator.server import Emulator
from jobs.datasets import service
from jobs.datasets.service import list_datasets
from jobs.domain import JobStatus
from jobs.models import Dataset, Job, Organization
from jobs.sync import dataset_counts

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
        is_used = bolt.jobs.filter(dataset_id=dataset.viam_id).exists()
        assert (f"/orgs/bolt-robotics/jobs/?dataset={dataset.viam_id}" in text) == is_used
        assert f"/orgs/bolt-robotics/datasets/{dataset.viam_id}/" in text
        assert dataset.name in text


def test_a_dataset_s_page_tells_its_jobs_and_leads_to_them(bo_client: Client, bolt: Organization) -> None:
    dataset = bolt.datasets.get(name="bolts-line-3")
    page = bo_client.get(f"/orgs/bolt-robotics/datasets/{dataset.viam_id}/")
    jobs = bolt.jobs.filter(dataset_id=dataset.viam_id)
    assert page.context["page"].entry.jobs == jobs.count() > 0
    told = [dataset.name, dataset.viam_id, f"/orgs/bolt-robotics/jobs/?dataset={dataset.viam_id}", "Not counted yet"]
    assert [word for word in told if word not in page.text] == []
    assert jobs.order_by("-sorted_on")[0].get_absolute_url() in page.text
    assert f"/jobs/new/?dataset={dataset.viam_id}" in page.text


def test_who_only_looks_on_trains_nothing_there(vera_client: Client, bolt: Organization) -> None:
    dataset = bolt.datasets.get(name="bolts-line-3")
    assert "Train a model" not in vera_client.get(f"/orgs/bolt-robotics/datasets/{dataset.viam_id}/").text


def test_another_organization_s_dataset_has_no_page_here(bo_client: Client, bolt: Organization) -> None:
    other = Organization.objects.create(endpoint="x:443", viam_id="o-2", name="Other", slug="other")
    dataset = Dataset.objects.create(organization=other, viam_id="ds-1", name="theirs")
    for place in ("", "counts/"):
        assert bo_client.get(f"/orgs/bolt-robotics/datasets/{dataset.viam_id}/{place}").status_code == 404
        assert bo_client.get(f"/orgs/other/datasets/{dataset.viam_id}/{place}").status_code == 404


def test_its_labels_are_counted_by_images_and_by_boxes_and_its_images_kept(
    cloud: Emulator, vera_client: Client, bolt: Organization
) -> None:
    """Within the page, or on it where no script runs; one row a day."""
    dataset = bolt.datasets.get(name="rare-defects")
    for headers in ({"HX-Request": "true"}, {}):
        text = vera_client.get(f"/orgs/bolt-robotics/datasets/{dataset.viam_id}/counts/", headers=headers).text
        assert ("100% of 41 images labeled" in text, "<html" in text) == (True, not headers)
        assert 'data-fit="thin" title="6 images; Viam requires 10"' in text
    assert [count.images for count in dataset.counts.all()] == [41]
    cloud.world.grow(dataset.viam_id, 9)
    dataset_counts.forget()
    vera_client.get(f"/orgs/bolt-robotics/datasets/{dataset.viam_id}/counts/")
    assert [count.images for count in dataset.counts.all()] == [50]
    assert ">50</td>" in vera_client.get("/orgs/bolt-robotics/datasets/").text


def test_its_images_over_time_are_drawn(bo_client: Client, bolt: Organization) -> None:
    dataset = bolt.datasets.get(name="rare-defects")
    for day, images in ((1, 20), (3, 30), (5, 40)):
        dataset.counts.create(counted_at=datetime(2026, 5, day, tzinfo=UTC), images=images)
    text = bo_client.get(f"/orgs/bolt-robotics/datasets/{dataset.viam_id}/").text
    assert 'd="M0 500L500 250L1000 0"' in text
    assert "<b>40</b>" in text


def test_one_that_is_gone_keeps_its_page(bo_client: Client, bolt: Organization) -> None:
    dataset = bolt.datasets.get(name="rare-defects")
    bolt.datasets.filter(pk=dataset.pk).update(missing_since=datetime(2026, 5, 1, tzinfo=UTC))
    text = bo_client.get(f"/orgs/bolt-robotics/datasets/{dataset.viam_id}/").text
    assert ("No longer in Viam" in text, "Counting labels" in text, "Train a model" in text) == (True, False, False)


@pytest.mark.parametrize(("query", "words"), [("?q=nothing-like-it", "No datasets match"), ("?page=9", "No more")])
def test_an_empty_page_says_why(bo_client: Client, bolt: Organization, query: str, words: str) -> None:
    assert words in bo_client.get(f"/orgs/bolt-robotics/datasets/{query}").text
