"""Several jobs at once in a browser's eyes: too many of them, and a run that waits for what nobody knows."""

from __future__ import annotations

from html import unescape

import pytest
import time_machine
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from jobs.bulk.service import WAITS_FOR
from jobs.models import BulkRun, Organization

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}


@pytest.fixture
def lost(bo: User, bolt: Organization) -> BulkRun:
    """A run that is over, but for one job of which the answer was lost."""
    run = bolt.runs.create(actor=bo, actor_name="bo", verb="delete", state="finished")
    job = next(job for job in bolt.jobs.order_by("pk") if job.is_over)
    run.items.create(job=job, number=1, state="unknown")
    bolt.actions.create(actor=bo, action="job:delete", job_id=job.viam_id, outcome="unknown")
    return run


def test_more_ticks_than_django_takes_fields_are_refused_in_words(bo_client: Client, bolt: Organization) -> None:
    ticked = [f"job-{number}" for number in range(1_500)]
    job = bolt.jobs.first()
    assert job
    for number in range(501):
        job.pk, job.viam_id = None, ticked[number]
        job.save(force_insert=True)

    answer = bo_client.post(
        f"/orgs/{bolt.slug}/bulk/", {"verb": "delete", "jobs": " ".join(ticked), "query": "q=x"}, follow=True
    )

    assert answer.redirect_chain == [(f"/orgs/{bolt.slug}/bulk/?q=x", 302)]
    assert "More than 500 jobs are selected." in answer.text


def test_a_run_leads_back_to_the_list_with_its_filters(bo_client: Client, bolt: Organization) -> None:
    job = next(job for job in bolt.jobs.order_by("pk") if job.is_over)
    asked = {"verb": "delete", "jobs": job.viam_id, "query": "q=x&status=failed"}
    page = bo_client.post(f"/orgs/{bolt.slug}/bulk/", asked).text
    told = {name: page.split(f'name="{name}" value="')[1].partition('"')[0] for name in ("confirmed", "query")}
    started = bo_client.post(f"/orgs/{bolt.slug}/bulk/start/", {name: unescape(text) for name, text in told.items()})
    run = bolt.runs.get()
    assert started["Location"] == f"{run.get_absolute_url()}?status=failed&q=x"
    assert f'href="{bolt.get_absolute_url()}?status=failed&amp;q=x"' in bo_client.get(started["Location"]).text
    headers = {"Referer": f"http://testserver{started['Location']}"}
    assert bo_client.post(f"{run.get_absolute_url()}stop/", headers=headers)["Location"] == started["Location"]


def test_ids_in_one_field_are_as_good_as_in_many(bo_client: Client, bolt: Organization) -> None:
    first, second = [job for job in bolt.jobs.order_by("pk") if job.is_over][:2]
    form = {"verb": "delete", "jobs": f"{first.viam_id} {second.viam_id}"}

    assert "Delete 2 jobs in Viam?" in bo_client.post(f"/orgs/{bolt.slug}/bulk/", form).text


def test_a_form_of_more_fields_than_that_is_told_so(bo_client: Client, bolt: Organization) -> None:
    answer = bo_client.post(f"/orgs/{bolt.slug}/bulk/", {"verb": "delete", "job": ["x"] * 1_001})

    assert answer.status_code == 400
    assert "Too much at once" in answer.text


def test_nothing_ticked_is_told(bo_client: Client, bolt: Organization) -> None:
    answer = bo_client.post(f"/orgs/{bolt.slug}/bulk/", {"verb": "delete", "jobs": " "}, follow=True)

    assert "No jobs selected" in answer.text


@pytest.mark.parametrize("seen", [-1, 0, 1])
def test_a_list_that_changed_since_all_of_it_was_selected_is_told(
    bo_client: Client, bolt: Organization, seen: int
) -> None:
    """What is confirmed is what is meant: the number on the button was on no page before."""
    form = {"verb": "delete", "everything": "1", "query": "", "total": str(bolt.jobs.count() + seen)}
    text = bo_client.post(f"/orgs/{bolt.slug}/bulk/", form).text
    assert ("The list has changed since you selected all" in text) == bool(seen)


def test_a_page_that_waits_for_a_lost_answer_says_until_when(bo_client: Client, lost: BulkRun) -> None:
    page = bo_client.get(lost.get_absolute_url()).text

    assert "is not known yet" in page and "keeps checking until" in page
    assert 'data-poll-seconds="10"' in page


def test_it_gives_up_and_the_last_poll_says_so(bo_client: Client, lost: BulkRun) -> None:
    shown = bo_client.get(lost.get_absolute_url())["HX-PTag"]
    headers = {**HTMX, "HX-PTag": shown}
    assert bo_client.get(lost.get_absolute_url(), headers=headers).status_code == 204

    with time_machine.travel(timezone.now() + WAITS_FOR, tick=False):
        answer = bo_client.get(lost.get_absolute_url(), headers=headers)

    assert answer.status_code == 200
    assert "this page has stopped checking" in answer.text and "hx-trigger" not in answer.text


def test_the_wait_begins_when_the_job_was_asked_about(bo_client: Client, lost: BulkRun) -> None:
    """Not with the run: it may have been stopped for an hour, and gone on."""
    BulkRun.objects.update(created_at=timezone.now() - 4 * WAITS_FOR)

    assert "keeps checking until" in bo_client.get(lost.get_absolute_url()).text


def test_what_the_cloud_shows_meanwhile_ends_the_wait(bo_client: Client, bolt: Organization, lost: BulkRun) -> None:
    bolt.jobs.filter(pk=lost.items.get().job_id).update(missing_since=timezone.now())

    page = bo_client.get(lost.get_absolute_url()).text
    assert "keeps checking until" not in page and 'hx-trigger="poll"' not in page


def test_stopping_what_is_over_changes_nothing_and_says_so(bo_client: Client, lost: BulkRun) -> None:
    page = bo_client.post(f"{lost.get_absolute_url()}stop/", follow=True).text

    assert "Nothing was changed: “Delete 1 job” has finished" in page


def test_stopping_and_going_on_are_told(bo_client: Client, lost: BulkRun) -> None:
    BulkRun.objects.update(state="running", lease_owner="somebody", lease_until=timezone.now())

    assert "“Delete 1 job” was stopped" in bo_client.post(f"{lost.get_absolute_url()}stop/", follow=True).text
    assert "“Delete 1 job” continues" in bo_client.post(f"{lost.get_absolute_url()}continue/", follow=True).text


def test_who_makes_somebody_else_s_run_go_on_is_written_down(
    bo_client: Client, ana_client: Client, bolt: Organization, lost: BulkRun
) -> None:
    """Row 117: the run goes on in the name of who confirmed it, so its jobs alone would not tell who wanted that."""
    BulkRun.objects.update(state="running", lease_owner="somebody", lease_until=timezone.now())
    bo_client.post(f"{lost.get_absolute_url()}stop/")
    ana_client.post(f"{lost.get_absolute_url()}continue/")
    ana_client.post(f"{lost.get_absolute_url()}continue/")
    told = bolt.actions.filter(action__startswith="run:").order_by("pk")
    assert [(entry.actor_name, entry.action, entry.outcome) for entry in told] == [
        ("bo", "run:stop", "done"),
        ("ana", "run:continue", "done"),
    ]
    page = bo_client.get(f"/orgs/{bolt.slug}/activity/").text
    assert "continued" in page and "“Delete 1 job” of bo" in page
