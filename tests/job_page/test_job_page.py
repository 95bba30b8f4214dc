"""A job's page."""

import re
from datetime import timedelta
from html import unescape
from urllib.parse import urlencode

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from jobs.domain import JobStatus
from jobs.models import Job, Organization

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}


def a_job(bolt: Organization, status: JobStatus, **fields: object) -> Job:
    job = bolt.jobs.filter(status=status, **fields).first()
    assert job
    return job


def test_everything_that_the_api_tells(bo_client: Client, bolt: Organization) -> None:
    job = a_job(bolt, JobStatus.COMPLETED, is_custom=True)
    text = bo_client.get(job.get_absolute_url()).text
    told = [job.viam_id, job.model_name, job.model_version, job.dataset_id, job.script_id, job.script_version]
    told += [*job.arguments, *job.arguments.values(), job.synced_model_id]
    assert [word for word in told if word not in text.replace("&#x27;", "'").replace("&quot;", '"')] == []


def test_a_running_job_polls_and_an_ended_one_does_not(bo_client: Client, bolt: Organization) -> None:
    running = bo_client.get(a_job(bolt, JobStatus.IN_PROGRESS).get_absolute_url()).text
    ended = bo_client.get(a_job(bolt, JobStatus.COMPLETED).get_absolute_url()).text
    assert re.search(r'id="job"\s+data-status="in_progress"\s+hx-get', running)
    assert re.search(r'id="job"\s+data-status="completed"\s*>', ended)


def test_a_poll_of_an_unchanged_job_is_empty(bo_client: Client, bolt: Organization) -> None:
    job = a_job(bolt, JobStatus.IN_PROGRESS)
    tag = bo_client.get(job.get_absolute_url())["HX-PTag"]
    assert bo_client.get(job.get_absolute_url(), headers=HTMX | {"HX-PTag": tag}).status_code == 204


def test_a_job_that_vanished_has_its_page(bo_client: Client, bolt: Organization) -> None:
    job = a_job(bolt, JobStatus.COMPLETED)
    Job.objects.filter(pk=job.pk).update(missing_since=timezone.now())
    answer = bo_client.get(job.get_absolute_url())
    assert answer.status_code == 200
    assert "No longer in Viam" in answer.text


def test_a_link_without_the_organization_leads_there(bo_client: Client, bolt: Organization) -> None:
    job = a_job(bolt, JobStatus.COMPLETED)
    assert bo_client.get(f"/jobs/{job.viam_id}/")["Location"] == job.get_absolute_url()


def test_another_organization_s_job_is_not_there(bo_client: Client, bolt: Organization) -> None:
    other = Organization.objects.create(viam_id="other", name="Other", slug="other")
    job = a_job(bolt, JobStatus.COMPLETED)
    assert bo_client.get(reverse("jobs:detail", args=[other.slug, job.viam_id])).status_code == 404


@pytest.mark.parametrize("viam_id", ["nothing", "%00", "..%2f..", "a" * 10_000, "%F0%9F%A4%96", "%20"])
def test_ids_that_make_no_sense_are_not_found(bo_client: Client, bolt: Organization, viam_id: str) -> None:
    assert bo_client.get(f"/orgs/{bolt.slug}/jobs/{viam_id}/").status_code == 404


def test_a_status_that_does_not_exist_yet(bo_client: Client, bolt: Organization) -> None:
    job = a_job(bolt, JobStatus.COMPLETED)
    Job.objects.filter(pk=job.pk).update(status=42, created_on=None, training_started=None, training_ended=None)
    assert "Unknown (42)" in bo_client.get(job.get_absolute_url()).text


def test_what_changed_since_it_last_worked(bo_client: Client, bolt: Organization) -> None:
    job = a_job(bolt, JobStatus.COMPLETED, is_custom=True)
    failed = Job.objects.get(pk=job.pk)
    failed.pk, failed.viam_id, failed.status, failed.sorted_on = None, "f" * 24, JobStatus.FAILED, timezone.now()
    failed.arguments = {**job.arguments, "learning_rate": "17"}
    failed.save()
    text = bo_client.get(failed.get_absolute_url()).text
    assert "What changed since the last success" in text
    assert "learning_rate" in text


def test_who_submitted_it(bo: User, bo_client: Client, bolt: Organization) -> None:
    job = a_job(bolt, JobStatus.COMPLETED)
    bolt.actions.create(actor=bo, action="job:submit", job_id=job.viam_id, outcome="done")
    assert "bo" in bo_client.get(job.get_absolute_url()).text


def test_the_way_to_the_next_job_keeps_the_list(bo_client: Client, bolt: Organization) -> None:
    job = bolt.jobs.filter(status=JobStatus.COMPLETED).order_by("-sorted_on")[1]
    came = {"Referer": f"http://testserver{bolt.get_absolute_url()}?status=completed"}
    text = bo_client.get(job.get_absolute_url(), headers=came).text
    assert f'href="{bolt.get_absolute_url()}?status=completed"' in text
    assert text.count("?list=status%3Dcompleted") == 2


def test_a_job_that_runs_longer_than_usual_is_marked(bo_client: Client, bolt: Organization) -> None:
    job = a_job(bolt, JobStatus.IN_PROGRESS, is_custom=True)
    now = timezone.now()
    ended = {"status": JobStatus.COMPLETED, "script_id": job.script_id, "is_custom": True, "dataset_id": job.dataset_id}
    for number in range(3):
        times = {"training_started": now - timedelta(minutes=10), "training_ended": now}
        bolt.jobs.create(viam_id=f"past-{number}", sorted_on=now, seen_at=now, **ended, **times)
    Job.objects.filter(pk=job.pk).update(training_started=now - timedelta(minutes=14, seconds=30))
    waiting = bo_client.get(job.get_absolute_url()).text
    Job.objects.filter(pk=job.pk).update(training_started=now - timedelta(minutes=15, seconds=30))
    late = bo_client.get(job.get_absolute_url()).text
    assert "usually 10 min" in late
    assert [' hidden><svg class="icon"' in text.partition('class="overrun"')[2][:90] for text in (waiting, late)] == [
        True,
        False,
    ]


def test_a_claim_is_a_button_in_the_sentence(bo_client: Client, vera_client: Client, bolt: Organization) -> None:
    address = a_job(bolt, JobStatus.COMPLETED).get_absolute_url()
    text = bo_client.get(address).text
    paragraph = text.partition('<p class="summary">')[2].partition("</p>")[0]
    assert '<button class="link" type="submit" form="claim">Claim this job</button>' in paragraph
    assert "<form" not in paragraph
    assert '<form id="claim"' in text
    assert "Claim this job" not in vera_client.get(address).text


@pytest.mark.parametrize("status", [JobStatus.FAILED, JobStatus.COMPLETED, JobStatus.IN_PROGRESS])
def test_of_what_can_be_done_one_thing_comes_first(bo_client: Client, bolt: Organization, status: JobStatus) -> None:
    actions = bo_client.get(a_job(bolt, status).get_absolute_url()).text.partition('<p class="buttons">')[2]
    buttons = re.findall(r'class="button(?: primary)?"[^>]*>([^<]*)<', actions.partition("</p>")[0])
    assert [words.strip() for words in buttons] == ["Cancel job" if status == JobStatus.IN_PROGRESS else "Resubmit"]


def test_a_code_has_its_name(bo_client: Client, bolt: Organization) -> None:
    job = a_job(bolt, JobStatus.FAILED)
    for code, name in ((8, ">RESOURCE_EXHAUSTED<"), (0, ">OK<"), (137, ">code 137<"), (-1, ">code -1<")):
        Job.objects.filter(pk=job.pk).update(error_code=code)
        assert name in bo_client.get(job.get_absolute_url()).text


def test_what_it_is_made_of_leads_to_jobs_of_the_same(bo_client: Client, bolt: Organization) -> None:
    job = a_job(bolt, JobStatus.COMPLETED, is_custom=True)
    Job.objects.filter(pk=job.pk).update(container_version="tf:2.17", script_id="bolt:a & b")
    told = unescape(bo_client.get(job.get_absolute_url()).text.partition('class="details"')[2])
    for asked in ({"dataset": job.dataset_id}, {"script": "bolt:a & b"}, {"container": "tf:2.17"}):
        address = f"{bolt.get_absolute_url()}?{urlencode(asked)}"
        assert f'href="{address}"' in told
        assert job.viam_id in bo_client.get(address).text
    assert "Open in Viam" not in told


def test_what_viam_has_a_page_for_leads_there(bo_client: Client, bolt: Organization) -> None:
    job = a_job(bolt, JobStatus.COMPLETED, is_custom=True)
    Organization.objects.filter(pk=bolt.pk).update(endpoint="app.viam.com:443")
    for script, is_linked in (("bolt:trainer", True), ('bolt:"><b>', False), ("..:trainer", False)):
        Job.objects.filter(pk=job.pk).update(script_id=script, synced_model_id="org-1/bolts")
        told = bo_client.get(job.get_absolute_url()).text
        assert 'href="https://app.viam.com/ml-model/org-1/bolts" rel="noreferrer"' in told
        assert told.count("https://app.viam.com/ml-training/") == is_linked
        assert 'href="https://app.viam.com/ml-training/bolt/trainer"' in told or not is_linked


def test_pages_of_a_job_stand_at_jobs_in_the_bar(bo_client: Client, bolt: Organization) -> None:
    address = a_job(bolt, JobStatus.COMPLETED).get_absolute_url()
    for page in (address, f"{address}logs/", f"{address}resubmit/", f"{address}delete/"):
        bar = bo_client.get(page, follow=True).text.partition('<nav class="places"')[2].partition("</nav>")[0]
        assert re.findall(r'aria-current="page">(\w+)<', bar) == ["Jobs"], page


def test_only_what_is_possible_now_is_offered(bo_client: Client, vera_client: Client, bolt: Organization) -> None:
    running, gone = a_job(bolt, JobStatus.IN_PROGRESS), a_job(bolt, JobStatus.COMPLETED)
    Job.objects.filter(pk=gone.pk).update(missing_since=timezone.now())
    seen = {
        (name, job.viam_id): [word for word in ("Resubmit", "Compare with…", "Cancel job", "Delete…") if word in text]
        for name, client in (("bo", bo_client), ("vera", vera_client))
        for job in (running, gone)
        for text in [client.get(job.get_absolute_url()).text]
    }
    assert seen == {
        ("bo", running.viam_id): ["Resubmit", "Compare with…", "Cancel job"],
        ("bo", gone.viam_id): ["Resubmit", "Compare with…"],
        ("vera", running.viam_id): ["Compare with…"],
        ("vera", gone.viam_id): ["Compare with…"],
    }


def test_the_same_in_other_words(bo_client: Client, bolt: Organization) -> None:
    job = a_job(bolt, JobStatus.IN_PROGRESS, is_custom=False)
    text = bo_client.get(job.get_absolute_url()).text
    assert f"--dataset-id={job.dataset_id}" in text
    assert "SubmitTrainingJobRequest" in text
    for verb in ("get", "logs", "cancel"):
        assert f'<pre id="ask-{verb}">viam train {verb} --job-id={job.viam_id}</pre>' in text
        assert f'data-copy="#ask-{verb}"' in text


def test_of_a_job_of_which_too_little_is_known_it_says_so(bo_client: Client, bolt: Organization) -> None:
    job = a_job(bolt, JobStatus.COMPLETED, is_custom=False)
    Job.objects.filter(pk=job.pk).update(dataset_id="")
    text = bo_client.get(job.get_absolute_url()).text
    assert "This job lacks details needed to reproduce it: it has no dataset." in text
    assert "viam train submit" not in text


def test_many_differences_are_folded(bo_client: Client, bolt: Organization) -> None:
    job = a_job(bolt, JobStatus.COMPLETED, is_custom=True)
    failed = Job.objects.get(pk=job.pk)
    failed.pk, failed.viam_id, failed.status, failed.sorted_on = None, "f" * 24, JobStatus.FAILED, timezone.now()
    failed.arguments = {f"new_{number}": "1" for number in range(20)}
    failed.save()
    text = bo_client.get(failed.get_absolute_url()).text.partition("What changed since the last success")[2]
    shown, _, folded = text.partition("<details")
    assert shown.count('<th scope="row">') == 6
    assert re.search(r"<summary>\d+ more</summary>", folded)
    assert f"?a={job.viam_id}&amp;b={failed.viam_id}" in shown


def test_what_the_cloud_has_too_much_of_is_drawn_in_part(ana_client: Client, bolt: Organization) -> None:
    """Any number of arguments and labels may come from it: a page of 50,000 took seconds and 8 MB."""
    jobs = list(bolt.jobs.filter(is_custom=True)[:2])
    for job, value in zip(jobs, "ab", strict=True):
        job.arguments = {f"key{number}": value for number in range(20_000)}
        job.labels = [f"label{number}" for number in range(20_000)]
        job.save()
    pair = urlencode({"a": jobs[0].viam_id, "b": jobs[1].viam_id})
    pages = {
        jobs[0].get_absolute_url(): ["19,500 more, as JSON", "This job has 20,000 arguments, too many to reproduce."],
        f"/orgs/{bolt.slug}/compare/?{pair}": ["more are not shown"],
        f"{jobs[0].get_absolute_url()}resubmit/": ["This job has 20,000 arguments. A job takes 500 at most."],
    }
    for address, words in pages.items():
        text = unescape(ana_client.get(address, follow=True).text)
        assert [word for word in words if word not in text] == []
        assert len(text) < 400_000, address
    told = ana_client.get(f"{jobs[0].get_absolute_url().removesuffix('/')}.json").json()
    assert (len(told["arguments"]), len(told["labels"])) == (20_000, 20_000)
