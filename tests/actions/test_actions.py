"""Cancelling and deleting in a browser's eyes."""

import re
from html import unescape

import grpc
import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from emulator.server import Emulator
from jobs.domain import JobStatus
from jobs.models import Job, Organization
from jobs.sync.cycle import refresh_now

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}


def some(bolt: Organization, status: JobStatus) -> Job:
    job = bolt.jobs.filter(status=status).first()
    assert job
    return job


def address(bolt: Organization, job: Job, verb: str) -> str:
    return reverse(f"jobs:{verb}", args=[bolt.slug, job.viam_id])


def test_cancelling_asks_first(cloud: Emulator, bo_client: Client, bolt: Organization) -> None:
    job = some(bolt, JobStatus.IN_PROGRESS)
    text = bo_client.get(address(bolt, job, "cancel")).text
    assert job.model_name in text
    assert "Keep running" in text
    assert cloud.calls["CancelTrainingJob"] == 0


def test_cancelling_without_javascript_leads_back_to_the_new_truth(bo_client: Client, bolt: Organization) -> None:
    job = some(bolt, JobStatus.IN_PROGRESS)
    answer = bo_client.post(address(bolt, job, "cancel"), follow=True)
    assert answer.redirect_chain == [(job.get_absolute_url(), 302)]
    assert 'data-status="canceling"' in answer.text


def test_cancelling_by_htmx_answers_the_job(bo_client: Client, bolt: Organization) -> None:
    job = some(bolt, JobStatus.IN_PROGRESS)
    answer = bo_client.post(address(bolt, job, "cancel"), headers=HTMX)
    assert answer.status_code == 200
    assert 'id="job" data-status="canceling"' in " ".join(answer.text.split())


def test_cancelling_from_the_list_answers_the_list_as_it_was_filtered(bo_client: Client, bolt: Organization) -> None:
    job = some(bolt, JobStatus.IN_PROGRESS)
    back = bolt.get_absolute_url() + "?status=canceling"
    answer = bo_client.post(address(bolt, job, "cancel"), {"back": back}, headers=HTMX)
    assert f'id="job-{job.viam_id}" data-status="canceling"' in answer.text
    assert '<tr id="job-' in answer.text
    assert not re.search(r'<tr id="[^"]+" data-status="completed"', answer.text)


@pytest.mark.parametrize(
    "back", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "nonsense"]
)
def test_back_is_a_place_of_ours(bo_client: Client, bolt: Organization, back: str) -> None:
    job = some(bolt, JobStatus.IN_PROGRESS)
    assert bo_client.post(address(bolt, job, "cancel"), {"back": back})["Location"] == job.get_absolute_url()


def test_a_refusal_is_told_in_the_cloud_s_words_escaped(cloud: Emulator, bo_client: Client, bolt: Organization) -> None:
    job = some(bolt, JobStatus.IN_PROGRESS)
    cloud.faults.fail("CancelTrainingJob", grpc.StatusCode.FAILED_PRECONDITION, "<i>too late</i>")
    answer = bo_client.post(address(bolt, job, "cancel"), headers=HTMX)
    assert answer.status_code == 409
    assert "&lt;i&gt;too late&lt;/i&gt;" in answer.text


def test_deleting_leaves_a_tombstone_that_says_by_whom(
    cloud: Emulator, bo: User, bo_client: Client, bolt: Organization
) -> None:
    job = some(bolt, JobStatus.COMPLETED)
    answer = bo_client.post(address(bolt, job, "delete"), follow=True)
    assert "No longer in Viam" in answer.text
    assert bo.get_username() in answer.text
    with pytest.raises(KeyError):
        cloud.world.job(job.viam_id)


def test_a_deleted_job_stays_gone_after_the_next_refresh(bo_client: Client, bolt: Organization) -> None:
    job = some(bolt, JobStatus.FAILED)
    bo_client.post(address(bolt, job, "delete"))
    refresh_now(bolt)
    job.refresh_from_db()
    assert job.missing_since


def test_a_running_job_is_not_deleted(bo_client: Client, bolt: Organization) -> None:
    job = some(bolt, JobStatus.IN_PROGRESS)
    answer = bo_client.post(address(bolt, job, "delete"), headers=HTMX)
    assert answer.status_code == 409
    job.refresh_from_db()
    assert job.missing_since is None


def test_deleting_what_is_gone_already_is_fine(cloud: Emulator, bo_client: Client, bolt: Organization) -> None:
    job = some(bolt, JobStatus.COMPLETED)
    cloud.world.remove(job.viam_id)
    bo_client.post(address(bolt, job, "delete"))
    job.refresh_from_db()
    assert job.missing_since


def test_deleting_says_what_stays(bo_client: Client, bolt: Organization) -> None:
    text = bo_client.get(address(bolt, some(bolt, JobStatus.COMPLETED), "delete")).text
    assert all(word in text for word in ("page", "history", "log"))


@pytest.mark.parametrize("verb", ["cancel", "delete"])
def test_another_organization_s_job_is_no_such_job(
    cloud: Emulator, bo_client: Client, bolt: Organization, verb: str
) -> None:
    other = Organization.objects.create(viam_id="other", name="Other", slug="other", credentials=bolt.credentials)
    cloud.calls.reset()
    answer = bo_client.post(address(other, some(bolt, JobStatus.IN_PROGRESS), verb))
    assert (answer.status_code, cloud.calls.total()) == (404, 0)


@pytest.mark.parametrize("header", ["HX-Current-URL", "Referer"])
def test_the_way_back_is_the_page_on_which_it_was_asked(bo_client: Client, bolt: Organization, header: str) -> None:
    job = some(bolt, JobStatus.IN_PROGRESS)
    page = f"http://testserver{bolt.get_absolute_url()}?status=in_progress&page=2"
    text = bo_client.get(address(bolt, job, "cancel"), headers={header: page}).text
    assert f'name="back" value="{bolt.get_absolute_url()}?status=in_progress&amp;page=2"' in text


def test_from_a_menu_a_job_is_deleted_on_the_way_back_to_the_same_list(bo_client: Client, bolt: Organization) -> None:
    job = some(bolt, JobStatus.COMPLETED)
    there = f"{bolt.get_absolute_url()}?status=completed&q=a+b&page=2"
    menu = bo_client.get(
        f"{job.get_absolute_url()}menu/", headers=HTMX | {"HX-Current-URL": f"http://testserver{there}"}
    )
    delete = unescape(menu.text.split(f'href="{address(bolt, job, "delete")}')[1].partition('"')[0])
    ask = bo_client.get(address(bolt, job, "delete") + delete)
    back = unescape(ask.text.split('name="back" value="')[1].partition('"')[0])
    assert back == there
    assert bo_client.post(address(bolt, job, "delete"), {"back": back})["Location"] == there


def test_another_site_is_no_way_back(bo_client: Client, bolt: Organization) -> None:
    job = some(bolt, JobStatus.IN_PROGRESS)
    text = bo_client.get(address(bolt, job, "cancel"), headers={"Referer": "https://evil.example/"}).text
    assert f'name="back" value="{job.get_absolute_url()}"' in text
