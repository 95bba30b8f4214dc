"""The list of jobs in a browser's eyes: page, partial, poll."""

import re
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from emulator.server import Emulator
from jobs.domain import CloudDataset, JobStatus
from jobs.models import Job, Organization
from jobs.sync import catalogue
from jobs.sync.cycle import refresh_now

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}


@pytest.fixture
def address(bolt: Organization) -> str:
    return reverse("jobs:list", args=[bolt.slug])


def test_every_job_has_a_row_with_its_id_and_status(bo_client: Client, bolt: Organization, address: str) -> None:
    text = bo_client.get(address).text
    for job in bolt.jobs.all():
        assert f'id="job-{job.viam_id}" data-status="{job.state.word}"' in text


def test_htmx_gets_the_partial_alone(bo_client: Client, address: str) -> None:
    text = bo_client.get(address, headers=HTMX).text
    assert "<html" not in text
    assert 'id="job-table"' in text


def test_a_poll_that_finds_nothing_new_is_empty_and_small(bo_client: Client, address: str) -> None:
    tag = bo_client.get(address)["HX-PTag"]
    answer = bo_client.get(address, headers=HTMX | {"HX-PTag": tag})
    assert (answer.status_code, answer.content) == (204, b"")
    assert sum(len(name) + len(value) + 4 for name, value in answer.items()) < 400
    assert "asOf" in answer["HX-Trigger"]


def test_a_poll_that_finds_nothing_new_takes_three_queries(
    bo_client: Client, address: str, django_assert_max_num_queries: object
) -> None:
    tag = bo_client.get(address)["HX-PTag"]
    with django_assert_max_num_queries(3):  # type: ignore[operator]
        assert bo_client.get(address, headers=HTMX | {"HX-PTag": tag}).status_code == 204


def test_a_poll_after_a_change_brings_the_table(
    cloud: Emulator, bo_client: Client, bolt: Organization, address: str
) -> None:
    tag = bo_client.get(address)["HX-PTag"]
    told = cloud.world.jobs(bolt.viam_id)[0]
    told.id = "f" * 24
    cloud.world.put(told)
    refresh_now(bolt)
    answer = bo_client.get(address, headers=HTMX | {"HX-PTag": tag})
    assert 'id="job-ffffffffffffffffffffffff"' in answer.text
    assert answer["HX-PTag"] != tag


def test_a_poll_tells_when_the_cloud_went_away(
    cloud: Emulator, bo_client: Client, bolt: Organization, address: str
) -> None:
    tag = bo_client.get(address)["HX-PTag"]
    cloud.stop()
    refresh_now(bolt)
    answer = bo_client.get(address, headers=HTMX | {"HX-PTag": tag})
    assert "be reached" in answer.text


def test_reading_asks_the_cloud_nothing(cloud: Emulator, bo_client: Client, address: str) -> None:
    cloud.calls.reset()
    bo_client.get(address)
    assert cloud.calls.total() == 0


def test_filters_stand_in_the_address(bo_client: Client, bolt: Organization, address: str) -> None:
    text = bo_client.get(address, {"status": "failed"}).text
    rows = re.findall(r'<tr id="[^"]+" data-status="(\w+)"', text)
    assert rows == ["failed"] * bolt.jobs.filter(status=JobStatus.FAILED).count()


def test_filtered_to_nothing_and_nothing_at_all_are_told_apart(
    bo_client: Client, bolt: Organization, address: str
) -> None:
    filtered = bo_client.get(address, {"q": "no such thing anywhere"}).text
    bolt.jobs.all().delete()
    empty = bo_client.get(address).text
    Organization.objects.filter(pk=bolt.pk).update(fetched_at=None)
    loading = bo_client.get(address).text
    Organization.objects.filter(pk=bolt.pk).update(problem="refused")
    failed = bo_client.get(address).text
    states = [text[text.index('id="job-table"') :] for text in (filtered, empty, loading, failed)]
    assert len(set(states)) == 4
    assert "Clear filters" in filtered
    assert "Clear filters" not in empty


def test_text_of_the_cloud_is_text(bo_client: Client, bolt: Organization, address: str) -> None:
    hostile = '<script>alert(1)</script>" onmouseover="x {{7*7}} {% debug %}'
    Job.objects.filter(pk=bolt.jobs.all()[0].pk).update(model_name=hostile, error_message=hostile, dataset_id=hostile)
    text = bo_client.get(address).text
    assert "<script>alert" not in text
    assert '" onmouseover="' not in text
    assert "{{7*7}}" in text


def test_an_organization_that_is_not_shown_does_not_exist(bo_client: Client, bolt: Organization, address: str) -> None:
    Organization.objects.filter(pk=bolt.pk).update(is_shown=False)
    assert bo_client.get(address).status_code == 404
    assert bo_client.get("/orgs/nowhere/jobs/").status_code == 404


@pytest.mark.parametrize("query", ["page=-1", "page=1000000000", "page=abc", "status=99", "q=%00", "sort=__class__"])
def test_an_address_that_makes_no_sense_is_answered(bo_client: Client, address: str, query: str) -> None:
    assert bo_client.get(f"{address}?{query}").status_code == 200


def test_nothing_is_kept_by_caches(bo_client: Client, address: str) -> None:
    assert "no-store" in bo_client.get(address)["Cache-Control"]


def test_nothing_that_leads_on_or_refuses_is_kept_by_caches(bo_client: Client, address: str) -> None:
    """Where a link that lets in came without its last slash, the answer repeats it."""
    for there in ("/join/abc", "/password/new/1-abc-def", "/me", address.rstrip("/")):
        answer = bo_client.get(there)
        assert (answer.status_code, answer["Cache-Control"]) == (301, "no-store, private")
    wrong = bo_client.get(address, headers={"Host": "evil.example"})
    assert (wrong.status_code, wrong["Cache-Control"]) == (400, "no-store, private")


def test_one_organization_is_gone_to_at_once(bo_client: Client, bolt: Organization, address: str) -> None:
    assert bo_client.get("/")["Location"] == address


def test_a_page_of_an_older_release_is_loaded_anew(bo_client: Client, address: str) -> None:
    """Row 88: after an update of the site, an open page is not patched with HTML that it doesn't know."""
    answer = bo_client.get(address, headers=HTMX | {"HX-PTag": "0ld0ld0l.7-0"})
    assert (answer["HX-Refresh"], answer.content) == ("true", b"")


def test_the_title_counts_what_runs(bo_client: Client, bolt: Organization, address: str) -> None:
    running = bolt.jobs.filter(status=JobStatus.IN_PROGRESS, missing_since=None).count()
    assert running
    for answer in (bo_client.get(address), bo_client.get(address, headers=HTMX)):
        assert f"<title>({running} running) Jobs · {bolt.name} · Trainyard</title>" in " ".join(answer.text.split())
    bolt.counts.pop("in_progress")
    bolt.save()
    assert f"<title>Jobs · {bolt.name} · Trainyard</title>" in " ".join(bo_client.get(address).text.split())


def test_cells_tell_by_what_they_narrow_the_list(bo_client: Client, bolt: Organization, address: str) -> None:
    text = bo_client.get(address, {"per": "100"}).text
    narrowing = {unescape(told) for told in re.findall(r'data-narrow="([^"]+)"', text)}
    assert len({told.partition("=")[0] for told in narrowing}) >= 2
    for told in narrowing:
        shown = bo_client.get(f"{address}?{told}").text
        assert '<tr id="job-' in shown and "Unknown filters ignored" not in shown


@pytest.mark.parametrize("is_of_a_job", [False, True], ids=["list", "job"])
def test_a_renamed_dataset_is_news_to_open_pages(bo_client: Client, bolt: Organization, *, is_of_a_job: bool) -> None:
    """Row 119: the next poll shows its new name, on a job's page as well."""
    job = bolt.jobs.exclude(dataset_id="").filter(missing_since=None).order_by("-sorted_on")[0]
    address = job.get_absolute_url() if is_of_a_job else bolt.get_absolute_url()
    tag = bo_client.get(address)["HX-PTag"]
    told = [
        CloudDataset(row.viam_id, "bolts of november" if row.viam_id == job.dataset_id else row.name, row.is_sequence)
        for row in bolt.datasets.filter(missing_since=None)
    ]
    catalogue.take_over_datasets(bolt, told)
    answer = bo_client.get(address, headers=HTMX | {"HX-PTag": tag})
    assert (answer.status_code, "bolts of november" in answer.text) == (200, True)


def test_datasets_that_are_as_they_were_are_no_news(bo_client: Client, bolt: Organization) -> None:
    tag = bo_client.get(bolt.get_absolute_url())["HX-PTag"]
    known = bolt.datasets.filter(missing_since=None)
    catalogue.take_over_datasets(
        bolt, [CloudDataset(row.viam_id, row.name, row.is_sequence, row.created_on) for row in known]
    )
    assert bo_client.get(bolt.get_absolute_url(), headers=HTMX | {"HX-PTag": tag}).status_code == 204
