"""A log in a browser's eyes."""

import pytest
from django.test import Client
from django.urls import reverse

from jobs import log_keeper
from jobs.domain import JobStatus
from jobs.emulator.logs.lines import LogLine
from jobs.emulator.server import Emulator
from jobs.models import Job, JobLog, Organization
from jobs.services.connection import cloud_of

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}
NOON = 1_795_435_200.0


@pytest.fixture
def running(cloud: Emulator, bolt: Organization) -> Job:
    job = bolt.jobs.filter(status=JobStatus.IN_PROGRESS).first()
    assert job
    return job


def write(cloud: Emulator, job: Job, *messages: str, level: str = "INFO") -> None:
    cloud.world.set_log(job.viam_id, [LogLine(level, NOON + number, text) for number, text in enumerate(messages)])
    log, _ = JobLog.objects.get_or_create(job=job)
    log_keeper.save(log, cloud_of(job.organization))


def address(job: Job, name: str = "log") -> str:
    return reverse(f"jobs:{name}", args=[job.organization.slug, job.viam_id])


def test_every_line_has_a_number_to_link_to(cloud: Emulator, bo_client: Client, running: Job) -> None:
    write(cloud, running, "hello", "world")
    text = bo_client.get(address(running)).text
    assert 'id="L1"' in text
    assert 'href="?line=2#L2"' in text


def test_a_poll_brings_what_is_new_and_nothing_else(cloud: Emulator, bo_client: Client, running: Job) -> None:
    write(cloud, running, "first", "second")
    answer = bo_client.get(address(running, "log-new"), {"after": 1}, headers=HTMX)
    assert "second" in answer.text
    assert "first" not in answer.text
    assert bo_client.get(address(running, "log-new"), {"after": 2}, headers=HTMX).status_code == 204


@pytest.mark.parametrize(
    ("hostile", "never"),
    [
        ("<script>alert(1)</script>", "<script>alert"),
        ("\x1b[31mred\x1b[0m", "\x1b"),
        ("a\x07b\x08c", "\x07"),
        ("safe\u202etxt.exe", "\u202e"),
        ("one\rtwo", "\rtwo"),
        ('x" hx-get="//evil', '" hx-get="//evil'),
    ],
)
def test_hostile_lines_are_shown_harmlessly(
    cloud: Emulator, bo_client: Client, running: Job, hostile: str, never: str
) -> None:
    write(cloud, running, hostile)
    assert never not in bo_client.get(address(running)).text


def test_a_line_of_a_megabyte_does_not_make_the_page_heavy(cloud: Emulator, bo_client: Client, running: Job) -> None:
    write(cloud, running, "x" * 1_000_000)
    assert len(bo_client.get(address(running)).content) < 200_000
    kept = b"".join(bo_client.get(address(running, "log-text")).streaming_content)  # type: ignore[attr-defined]
    assert len(kept) > 1_000_000


def test_the_level_as_delivered_is_one_click_away(cloud: Emulator, bo_client: Client, running: Job) -> None:
    write(cloud, running, "2026-05-06 14:30:33.1: I tensorflow/core/a.cc:210] CPU", level="ERROR")
    read = bo_client.get(address(running)).text
    assert "TensorFlow" in read
    assert 'name="levels" value="delivered"' in read
    assert "CPU" not in bo_client.get(address(running), {"level": "error"}).text
    assert "CPU" in bo_client.get(address(running), {"level": "error", "levels": "delivered"}).text


def test_a_search_tells_how_many_match(cloud: Emulator, bo_client: Client, running: Job) -> None:
    write(cloud, running, *["epoch"] * 7, "done")
    assert "7" in bo_client.get(address(running), {"q": "epoch"}).text


def test_downloads_are_attachments(cloud: Emulator, bo_client: Client, running: Job) -> None:
    write(cloud, running, "hello")
    answer = bo_client.get(address(running, "log-json"))
    assert answer["Content-Disposition"] == f'attachment; filename="log-{running.viam_id}.jsonl"'
    assert b'"message": "hello"' in b"".join(answer.streaming_content)  # type: ignore[attr-defined]


def test_no_log_is_a_sentence(bo_client: Client, bolt: Organization) -> None:
    managed = bolt.jobs.filter(is_custom=False, status=JobStatus.COMPLETED).first()
    assert managed
    JobLog.objects.update_or_create(job=managed, defaults={"is_complete": True, "due_at": None})
    assert bo_client.get(address(managed)).status_code == 200


def test_the_last_traceback_stands_on_the_job_s_page(cloud: Emulator, bo_client: Client, running: Job) -> None:
    write(cloud, running, "Traceback (most recent call last):", '  File "x.py", line 1', "ValueError: no images")
    assert "ValueError: no images" in bo_client.get(running.get_absolute_url()).text


def test_when_viam_s_copy_expires_is_told(cloud: Emulator, bo_client: Client, bolt: Organization) -> None:
    done = bolt.jobs.filter(status=JobStatus.COMPLETED).order_by("-training_ended")[0]
    write(cloud, done, "hello")
    assert "expires" in bo_client.get(address(done)).text


def test_another_organization_s_log_is_not_there(bo_client: Client, running: Job) -> None:
    other = Organization.objects.create(viam_id="other", name="Other", slug="other")
    for name in ("log", "log-new", "log-text", "log-json"):
        assert bo_client.get(reverse(f"jobs:{name}", args=[other.slug, running.viam_id])).status_code == 404
