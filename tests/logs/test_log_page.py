"""A log in a browser's eyes."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from emulator.logs.lines import LogLine
from emulator.server import Emulator
from jobs.domain import JobStatus
from jobs.logs import passages
from jobs.logs.states import LogState
from jobs.models import Job, JobLog, Organization
from jobs.sync import log_sync
from jobs.sync.connection import cloud_of

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
    log_sync.save(log, cloud_of(job.organization))


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
    nothing = bo_client.get(address(running, "log-new"), {"after": "2", "seen": "live"}, headers=HTMX)
    assert nothing.status_code == 204


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
    """Row 98; 100,000 lines are a matter of `make bench BENCH=logs`."""
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


class TestRegularExpressions:
    def test_what_it_finds_is_marked_and_links_keep_it(self, cloud: Emulator, bo_client: Client, running: Job) -> None:
        write(cloud, running, *["epoch 1", "epoch 22", "<b>done</b>"] * 100)

        text = bo_client.get(address(running), {"q": r"EPOCH \d+", "regex": "1"}).text

        assert "200 of 300 lines match" in text
        assert text.count("<mark>epoch 22</mark>") == 100
        assert 'name="regex" value="1" checked' in text
        assert "log.txt?q=EPOCH+%5Cd%2B&amp;regex=1" in text
        assert "<b>done" not in text

    def test_what_is_none_is_told_at_the_field(self, cloud: Emulator, bo_client: Client, running: Job) -> None:
        write(cloud, running, "epoch 1")

        text = bo_client.get(address(running), {"q": "epoch (", "regex": "1"}).text

        assert 'aria-invalid="true" aria-describedby="log-objection"' in text
        assert "Not a valid regular expression: ( is never closed (character 7)." in text
        assert "epoch 1" in text

    def test_a_search_that_gave_up_says_so(
        self, cloud: Emulator, bo_client: Client, running: Job, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(passages, "MAX_SECONDS", -1)
        monkeypatch.setattr(passages, "PORTION", 100)
        write(cloud, running, *["epoch"] * 300)

        text = bo_client.get(address(running), {"q": "e.och", "regex": "1"}).text

        assert "Only lines 201 to 300 were searched." in text


def test_of_a_line_that_was_written_over_the_last_state_is_shown(
    cloud: Emulator, bo_client: Client, running: Job
) -> None:
    write(cloud, running, "10% of it\r50% of it\r100% of it", "once")
    text = bo_client.get(address(running)).text
    assert '<bdi class="message">100% of it</bdi>' in text
    assert text.count("<summary>") == 1
    assert "2 earlier states" in text
    assert "10% of it\n50% of it\n" in text


def test_an_error_without_a_traceback_stands_on_the_job_s_page(
    cloud: Emulator, bo_client: Client, running: Job
) -> None:
    bar = "  0%|          | 0/100 [00:00<?, ?it/s]"
    write(cloud, running, f"{bar}terminate called after throwing an instance of 'c10::Error'", "  what():  no kernel")
    text = bo_client.get(running.get_absolute_url()).text
    assert "Error in the log" in text
    assert "Open in log, line 1" in text


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


def on_the_jobs_page(client: Client, job: Job) -> str:
    """The log as it stands there."""
    page = client.get(job.get_absolute_url()).text
    return page[page.index('id="job-log"') :]


def test_the_end_of_the_log_stands_on_the_job_s_page(cloud: Emulator, bo_client: Client, running: Job) -> None:
    write(cloud, running, *(f"step {number}." for number in range(1, 31)))
    text = on_the_jobs_page(bo_client, running)
    assert "step 30." in text
    assert "step 10." not in text
    assert f'href="{address(running)}?line=30#L30"' in text
    assert "30 lines saved here" in text
    assert f'hx-get="{address(running)}new/?after=30&amp;seen=live&amp;status=in_progress&amp;part=latest"' in text


def test_a_poll_of_the_job_leaves_its_log_alone(cloud: Emulator, bo_client: Client, running: Job) -> None:
    write(cloud, running, "step 1.")
    answer = bo_client.get(running.get_absolute_url(), headers=HTMX).text
    assert "step 1." not in answer
    assert 'id="job-log" class="job-log" aria-labelledby="log-title" hx-morph-skip' in answer


ASKED: dict[str, object] = {"asked_at": timezone.now()}
GONE: dict[str, object] = {"missing_since": timezone.now()}
FAILED: dict[str, object] = {"problem": "unavailable", "problem_words": "hiccup"}


@pytest.mark.parametrize(
    ("fields", "log", "state", "told"),
    [
        ({"status": JobStatus.PENDING, "training_started": None}, {}, "none_yet", "Not started yet"),
        ({"status": JobStatus.IN_PROGRESS}, {}, "loading", "Loading log…"),
        ({"status": JobStatus.IN_PROGRESS}, ASKED | {"lease_owner": "us"}, "loading", "Loading log…"),
        ({"status": JobStatus.IN_PROGRESS}, ASKED, "none_yet", "The job is running"),
        ({"status": JobStatus.IN_PROGRESS}, ASKED | FAILED, "unavailable", "can&#x27;t be reached. We'll retry"),
        ({"status": JobStatus.COMPLETED}, {}, "loading", "Loading log…"),
        ({"status": JobStatus.COMPLETED}, ASKED, "finishing", "Fetching the last lines…"),
        (
            {"status": JobStatus.COMPLETED},
            ASKED | FAILED | {"problem": "not_found"},
            "unavailable",
            "couldn&#x27;t find this",
        ),
        (GONE, {}, "loading", "Loading log…"),
        (GONE, ASKED, "finishing", "Fetching the last lines…"),
        (GONE, ASKED | FAILED, "unavailable", "no longer in Viam, and neither is its log"),
        ({"status": JobStatus.COMPLETED}, {"is_complete": True}, "complete", "This job wrote no log"),
        (
            {"status": JobStatus.CANCELED, "training_started": None},
            {"is_complete": True},
            "complete",
            "before training started",
        ),
        (
            {"status": JobStatus.FAILED},
            {"is_complete": True, "is_expired": True},
            "expired",
            "wasn't saved here in time",
        ),
        (
            {"status": JobStatus.FAILED},
            {"is_complete": True, "given_up_at": timezone.now()},
            "unavailable",
            "nor in one more try",
        ),
    ],
)
def test_a_log_without_lines_says_why(
    bo_client: Client, running: Job, fields: dict[str, object], log: dict[str, object], state: str, told: str
) -> None:
    Job.objects.filter(pk=running.pk).update(**fields)
    JobLog.objects.update_or_create(job=running, defaults=log)
    for text in (on_the_jobs_page(bo_client, running), bo_client.get(address(running)).text):
        assert told in text
        assert f'id="log-tail"\n    data-state="{state}"' in text or f'id="log-tail" data-state="{state}"' in text
        assert ("/logs/new/" in text) == (not log.get("is_complete") and told != GONE_FOR_GOOD)


GONE_FOR_GOOD = "no longer in Viam, and neither is its log"


@pytest.mark.parametrize(
    ("fields", "log", "told", "goes_on"),
    [
        ({}, {}, "Waiting for new lines…", True),
        ({"status": JobStatus.FAILED}, {}, "The job has ended. Fetching the last lines…", True),
        (GONE, {}, "The job has ended. Fetching the last lines…", True),
        (GONE, FAILED, "End of the saved log. The job is no longer in Viam", False),
        ({}, FAILED, "Viam&#x27;s cloud can&#x27;t be reached. Retrying automatically.", True),
        ({"status": JobStatus.FAILED}, {"is_complete": True}, "End of the log.", False),
        ({"status": JobStatus.FAILED}, {"is_complete": True, "bound": "lines"}, "End of the saved log.", False),
    ],
)
def test_below_its_lines_a_log_says_how_it_stands(
    cloud: Emulator,
    bo_client: Client,
    running: Job,
    fields: dict[str, object],
    log: dict[str, object],
    told: str,
    goes_on: bool,
) -> None:
    write(cloud, running, "hello")
    Job.objects.filter(pk=running.pk).update(**fields)
    JobLog.objects.filter(job=running).update(**log)
    text = on_the_jobs_page(bo_client, running)
    assert told in text
    assert ("/logs/new/" in text) == goes_on
    assert ("Waiting for new lines" in text) == (told == "Waiting for new lines…")


def test_every_state_of_a_log_has_one_template() -> None:
    folder = settings.ROOT / "templates/logs/states"
    assert {path.name for path in folder.iterdir()} == {f"{state}.html" for state in LogState}


def test_a_filter_that_nothing_passes_says_so(cloud: Emulator, bo_client: Client, running: Job) -> None:
    write(cloud, running, "hello")
    text = bo_client.get(address(running), {"q": "nowhere"}).text
    assert "No lines match" in text
    assert "0 of 1 line match" in text


def test_a_poll_tells_when_a_job_without_lines_has_started(bo_client: Client, running: Job) -> None:
    where = address(running, "log-new")
    JobLog.objects.update_or_create(job=running, defaults=ASKED)
    Job.objects.filter(pk=running.pk).update(training_started=None)
    assert bo_client.get(where, {"after": "0", "seen": "none_yet"}, headers=HTMX).status_code == 204
    Job.objects.filter(pk=running.pk).update(training_started=timezone.now())
    assert "The job is running" in bo_client.get(where, {"after": "0", "seen": "waiting"}, headers=HTMX).text


def test_a_poll_goes_on_saying_what_viam_has_answered_while_it_is_asked_again(bo_client: Client, running: Job) -> None:
    JobLog.objects.update_or_create(job=running, defaults=ASKED | {"lease_owner": "us"})
    answer = bo_client.get(address(running, "log-new"), {"after": "0", "seen": "none_yet"}, headers=HTMX)
    assert answer.status_code == 204


def test_a_poll_brings_the_new_count_along(cloud: Emulator, bo_client: Client, running: Job) -> None:
    write(cloud, running, "first", "second")
    text = bo_client.get(address(running, "log-new"), {"after": 1}, headers=HTMX).text
    assert 'id="log-kept" class="quiet" hx-swap-oob="true"' in text
    assert "2 lines saved here" in text


def test_lines_after_a_window_can_be_read_on(cloud: Emulator, bo_client: Client, running: Job) -> None:
    write(cloud, running, *(f"step {number}." for number in range(1, 501)))
    around = bo_client.get(address(running), {"line": 20}).text
    assert "?after=119" in around
    later = bo_client.get(address(running), {"after": 119}, headers=HTMX).text
    assert "step 120." in later
    assert "step 319." in later
    assert "step 320." not in later
    assert "Waiting for new lines" in bo_client.get(address(running), {"after": 319}, headers=HTMX).text


def test_what_is_seen_of_a_line_is_taken_as_it_is_stored(cloud: Emulator, bo_client: Client, running: Job) -> None:
    """Made anew for each reader it took a second for each megabyte of what can't be seen, such as a file."""
    write(cloud, running, "\x01" * 5_000, "short")
    assert running.log_lines.get(number=1).seen == "⌈1⌉" * 5_000
    running.log_lines.filter(number=1).update(seen="as it was read")
    text = bo_client.get(address(running)).text
    assert "as it was read" in text
    assert "⌈" not in text
    assert "Download full line" not in text


def test_a_line_that_is_cut_can_be_downloaded_whole(cloud: Emulator, bo_client: Client, running: Job) -> None:
    write(cloud, running, "short", "x" * 9000)
    text = bo_client.get(address(running)).text
    assert "5,000 of 9,000 characters are cut" in text
    assert text.count("Download full line") == 1
    kept = b"".join(bo_client.get(address(running, "log-text"), {"line": 2}).streaming_content)  # type: ignore[attr-defined]
    assert b"short" not in kept
    assert len(kept) > 9000


def test_downloads_of_everything_and_of_this_view(cloud: Emulator, bo_client: Client, running: Job) -> None:
    write(cloud, running, "hello", "world")
    text = bo_client.get(address(running), {"q": "hello"}).text
    for name in ("log-text", "log-json"):
        assert f'href="{address(running, name)}"' in text
        assert f'href="{address(running, name)}?q=hello"' in text


@pytest.mark.parametrize(
    ("days", "told"), [(2, "Viam's copy expires in 4 d 23 h"), (8, "Viam's copy has expired; this one is kept")]
)
def test_how_long_viam_keeps_its_copy(cloud: Emulator, bo_client: Client, running: Job, days: int, told: str) -> None:
    write(cloud, running, "hello")
    Job.objects.filter(pk=running.pk).update(
        status=JobStatus.COMPLETED, training_ended=timezone.now() - timedelta(days=days)
    )
    assert told in bo_client.get(address(running)).text


def test_the_next_error_is_a_link_that_needs_no_script(cloud: Emulator, bo_client: Client, running: Job) -> None:
    write(cloud, running, "hello", "RuntimeError: CUDA out of memory", "world")
    number = running.log_lines.filter(severity__gte=40).values_list("number", flat=True)[0]
    for step in ("next_error", "previous_error"):
        assert bo_client.get(address(running), {step: "x"})["Location"] == f"{address(running)}?line={number}#L{number}"
    running.log_lines.all().delete()
    assert bo_client.get(address(running), {"next_error": "1"})["Location"] == address(running)
