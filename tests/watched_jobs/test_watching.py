"""What a browser is told of the jobs that somebody watches: theirs alone, from the mirror, in words."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from emulator.server import Emulator
from jobs.domain import JobStatus
from jobs.models import Job, Organization
from tests.job_page.test_job_page import a_job

pytestmark = pytest.mark.django_db

WATCHED = "/watched/"


def named(job: Job) -> str:
    return f"{job.organization.slug}/{job.viam_id}"


def ask(client: Client, *names: str) -> list[dict[str, Any]]:
    jobs: list[dict[str, Any]] = client.get(WATCHED, {"job": names}).json()["jobs"]
    return jobs


def changed(job: Job, **fields: object) -> Job:
    Job.objects.filter(pk=job.pk).update(**fields)
    job.refresh_from_db()
    return job


def test_a_job_under_way_is_not_over(bo_client: Client, bolt: Organization) -> None:
    job = a_job(bolt, JobStatus.IN_PROGRESS)

    assert ask(bo_client, named(job)) == [{"job": named(job), "status": "in_progress", "is_over": False}]


def test_a_completed_job_tells_how_long_it_ran_and_on_what(bo_client: Client, bolt: Organization) -> None:
    now = timezone.now()
    dataset = bolt.datasets.get(name="bolts-line-3")
    fields = {"model_name": "bolt-detector", "model_version": "v3", "dataset_id": dataset.viam_id}
    times = {"training_started": now - timedelta(minutes=38, seconds=4), "training_ended": now}
    job = changed(a_job(bolt, JobStatus.COMPLETED), **fields, **times)

    [told] = ask(bo_client, named(job))

    assert (told["title"], told["body"]) == ("bolt-detector v3 completed", "ran 38 min · on bolts-line-3")
    assert (told["is_over"], told["address"]) == (True, job.get_absolute_url())
    assert told["icon"].endswith(".png") and "completed" in told["icon"]


@pytest.mark.parametrize(
    ("message", "body"),
    [
        ("Out of\nmemory", "Out of memory"),
        ("Traceback (most recent call last):\n  x\nValueError: no labels", "ValueError: no labels"),
        ("", "Viam gave no error message."),
    ],
)
def test_a_failed_job_says_so_first_and_tells_why(
    bo_client: Client, bolt: Organization, message: str, body: str
) -> None:
    fields = {"model_name": "bolt-detector", "model_version": "v3", "error_message": message}
    job = changed(a_job(bolt, JobStatus.FAILED), **fields)

    [told] = ask(bo_client, named(job))

    assert (told["title"], told["body"]) == ("Failed: bolt-detector v3", body)


def test_a_job_that_was_canceled_before_it_ran(bo_client: Client, bolt: Organization) -> None:
    fields = {"status": JobStatus.CANCELED, "model_name": "", "model_version": "v3", "training_started": None}
    job = changed(a_job(bolt, JobStatus.PENDING), **fields, dataset_id="nobody-knows")

    [told] = ask(bo_client, named(job))

    assert (told["title"], told["body"]) == ("(no name) v3 canceled", "never started")


def test_a_job_that_vanished_under_way(bo_client: Client, bolt: Organization) -> None:
    job = changed(a_job(bolt, JobStatus.IN_PROGRESS), model_name="m", model_version="1", missing_since=timezone.now())

    [told] = ask(bo_client, named(job))

    assert (told["is_over"], told["title"]) == (True, "m 1 is no longer in Viam")
    assert "unknown" in told["icon"]


def test_names_are_cut_and_their_unseen_signs_drawn(bo_client: Client, bolt: Organization) -> None:
    """Row 46: a desktop draws plain text, and would let a name turn the words around that follow it."""
    job = changed(a_job(bolt, JobStatus.COMPLETED), model_name="a\u202eb\n\x1b[31mc" + 500 * "w", model_version="1")

    [told] = ask(bo_client, named(job))

    assert told["title"].startswith("a⌈202E⌉b cww")
    assert len(told["title"]) < 120


def test_what_is_not_theirs_or_is_nothing_is_left_out(
    bo_client: Client, olga_client: Client, bolt: Organization
) -> None:
    """Row 17, Row 18, Row 54: without a word; a job of theirs beside it is told all the same."""
    job = a_job(bolt, JobStatus.IN_PROGRESS)
    other = Organization.objects.create(endpoint="x:443", viam_id="o-2", name="Other", slug="other")
    odd = [f"other/{job.viam_id}", f"{bolt.slug}/none", f"{bolt.slug}/\0", bolt.slug, "", "🚂/%00", "x" * 5_000]

    assert ask(olga_client, named(job)) == []
    assert [told["job"] for told in ask(bo_client, *odd, named(job))] == [named(job)]
    assert not other.viewed_at


def test_an_organization_that_is_not_shown_tells_nothing(bo_client: Client, bolt: Organization) -> None:
    Organization.objects.filter(pk=bolt.pk).update(is_shown=False)

    assert ask(bo_client, named(a_job(bolt, JobStatus.COMPLETED))) == []


def test_no_more_than_fifty_are_looked_up(bo_client: Client, bolt: Organization) -> None:
    job = a_job(bolt, JobStatus.IN_PROGRESS)

    assert len(ask(bo_client, *["bolt/none"] * 49, named(job))) == 1
    assert len(ask(bo_client, *["bolt/none"] * 50, named(job))) == 0


def test_it_costs_few_queries_however_many(
    bo_client: Client, bolt: Organization, django_assert_max_num_queries: Any
) -> None:
    names = [named(job) for job in bolt.jobs.select_related("organization")[:20]]

    with django_assert_max_num_queries(6):
        assert len(ask(bo_client, *names)) == len(names)


def test_nobody_waits_for_the_cloud(bo_client: Client, bolt: Organization, cloud: Emulator) -> None:
    job = a_job(bolt, JobStatus.IN_PROGRESS)
    before = cloud.calls.total()

    ask(bo_client, named(job))

    assert cloud.calls.total() == before


@pytest.mark.parametrize(("status", "looks"), [(JobStatus.IN_PROGRESS, True), (JobStatus.COMPLETED, False)])
def test_to_watch_what_is_under_way_is_to_look(
    bo_client: Client,
    bolt: Organization,
    status: JobStatus,
    looks: bool,
) -> None:
    """Without any page of the organization open, the refresher keeps it as fresh as if there were."""
    Organization.objects.update(viewed_at=None)

    ask(bo_client, named(a_job(bolt, status)))

    bolt.refresh_from_db()
    assert (bolt.viewed_at is not None) == looks


def test_the_answer_says_whose_it_is(bo_client: Client, bo: User) -> None:
    assert bo_client.get(WATCHED).json() == {"person": str(bo.pk), "jobs": []}


def test_pages_say_who_reads_them_and_whom_to_ask(bo_client: Client, bo: User, bolt: Organization) -> None:
    text = bo_client.get(bolt.get_absolute_url()).text
    assert re.search(rf'<body[^>]*\sdata-person="{bo.pk}"\s+data-watched="{WATCHED}"', text)


def test_a_job_under_way_has_the_button_and_the_script_says_whether_it_is_pressed(
    bo_client: Client, bolt: Organization
) -> None:
    """Without a script it keeps its room and is not seen (job.css)."""
    running, ended = a_job(bolt, JobStatus.IN_PROGRESS), a_job(bolt, JobStatus.COMPLETED)
    button = f'data-watch="{named(running)}"'

    text = bo_client.get(running.get_absolute_url()).text

    assert button in text
    assert "aria-pressed" not in text.partition(button)[2].partition(">")[0]
    assert "data-watch=" not in bo_client.get(ended.get_absolute_url()).text
