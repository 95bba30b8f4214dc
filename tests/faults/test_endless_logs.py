"""Logs whose pages have no end, or that are too long: bounded, and said so wherever the log is read."""

from __future__ import annotations

import json
from collections.abc import Callable

import grpc
import pytest
from django.test import Client

from emulator.logs.lines import LogLine as CloudLine
from emulator.refusals import Refused
from emulator.server import Emulator
from emulator.services import training
from jobs.logs.states import SHORTFALLS
from jobs.models import Job, JobLog, Organization
from jobs.sync import cycle, log_pages
from protos import ml_training_pb2 as ml
from tests.faults.test_log_records import START, downloaded, later, lines, running, save, saved

__all__ = ["running"]

pytestmark = pytest.mark.django_db

Pages = Callable[[Callable[[str], tuple[list[str], str]]], list[str]]


@pytest.fixture
def pages(monkeypatch: pytest.MonkeyPatch) -> Pages:
    """Lets the cloud answer with the lines and the next token that a function makes of a token; what was asked for."""

    def answer(made: Callable[[str], tuple[list[str], str]]) -> list[str]:
        asked: list[str] = []

        def page(job_id: str, lines: object, token: str) -> ml.GetTrainingJobLogsResponse:
            asked.append(token)
            messages, following = made(token)
            entries = [CloudLine("INFO", START, message).entry() for message in messages]
            return ml.GetTrainingJobLogsResponse(logs=entries, next_page_token=following)

        monkeypatch.setattr(training, "page", page)
        return asked

    return answer


def circle(token: str) -> tuple[list[str], str]:
    """first, A, B, A, B …"""
    return [f"page {token or 'first'}"], "B" if token == "A" else "A"


ONCE = ["page first", "page A", "page B"]


def test_a_circle_of_page_tokens_stores_each_page_once(running: Job, pages: Pages) -> None:
    """Row 133: over any number of looks."""
    asked = pages(circle)
    for _ in range(4):
        save(running)
    assert len(asked) == 3 + 3
    assert saved(running) == ONCE


def test_a_circle_is_known_after_an_interruption(running: Job, pages: Pages) -> None:
    """Row 133: the look that finds its pages again did not read them itself."""
    breaks = iter([False, False, True])

    def broken(token: str) -> tuple[list[str], str]:
        if next(breaks, False):
            raise Refused(grpc.StatusCode.INTERNAL, "hiccup")
        return circle(token)

    pages(broken)
    for _ in range(3):
        save(running)
    assert saved(running) == ONCE


def test_a_circle_that_is_longer_than_a_look(running: Job, pages: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    """Row 133."""
    monkeypatch.setattr(log_pages, "MAX_PAGES", 3)
    pages(lambda token: ([f"page {token}"], str((int(token or 0) + 1) % 10 or 10)))
    for _ in range(8):
        save(running)
    assert saved(running) == [f"page {number}" for number in ("", *range(1, 11))]


def test_a_circle_is_complete_after_the_end(running: Job, pages: Pages) -> None:
    """Row 133: all its pages were read."""
    pages(circle)
    save(running)
    end(running)
    log = save(running)
    assert (log.is_complete, log.bound, saved(running)) == (True, "", ONCE)


def end(job: Job) -> None:
    """It has completed, and that was seen a minute ago."""
    Job.objects.filter(pk=job.pk).update(status=3)
    job.refresh_from_db()
    JobLog.objects.get_or_create(job=job)
    later(job)


def counting(token: str) -> str:
    """Tokens without end."""
    return str(int(token or 0) + 1)


def test_pages_without_lines_and_without_end_are_bounded(running: Job, pages: Pages, bo_client: Client) -> None:
    """Row 133: while the job runs it goes on later; after its end that is the end of the log, and the page says so."""
    asked = pages(lambda token: (["hello"] if not token else [], counting(token)))
    log = save(running)
    assert len(asked) == 1 + log_pages.MAX_EMPTY_PAGES
    assert (log.is_complete, log.line_count) == (False, 1)
    assert not log.pages.exists()
    end(running)
    asked.clear()
    log = save(running)
    assert len(asked) <= 1 + log_pages.MAX_EMPTY_PAGES
    assert (log.is_complete, log.due_at) == (True, None)
    assert_told(bo_client, running, SHORTFALLS[JobLog.Bound.PAGES])


def test_a_log_without_lines_and_without_end_is_not_called_empty(running: Job, pages: Pages, bo_client: Client) -> None:
    """Row 133."""
    pages(lambda token: ([], counting(token)))
    end(running)
    assert save(running).is_complete
    text = bo_client.get(f"{running.get_absolute_url()}logs/").text
    assert "No lines found" in text
    assert "wrote no log" not in text


@pytest.mark.parametrize(
    ("bound", "name", "most", "kept"), [("lines", "MAX_LINES", 250, 250), ("bytes", "MAX_BYTES", 2_000, 200)]
)
def test_a_log_that_is_too_long_is_cut_and_says_so(
    running: Job,
    pages: Pages,
    bo_client: Client,
    monkeypatch: pytest.MonkeyPatch,
    bound: str,
    name: str,
    most: int,
    kept: int,
) -> None:
    """Row 133: 85,700 lines, 76 MiB, were stored within 40 seconds. Nothing is asked for once a bound is met."""
    monkeypatch.setattr(log_pages, name, most)
    asked = pages(lambda token: ([f"{token or 0:>6} {at:03}" for at in range(100)], counting(token)))
    log = save(running)
    assert (log.bound, log.line_count, len(saved(running)), len(asked)) == (bound, kept, kept, 3)
    assert log.byte_count <= most or bound == "lines"
    assert (log.is_complete, log.due_at) == (True, None)
    assert_told(bo_client, running, SHORTFALLS[JobLog.Bound(bound)])


def assert_told(client: Client, job: Job, sentence: str) -> None:
    """On the job's page, the log's page, in both downloads and in a comparison."""
    page = job.get_absolute_url()
    for address in (page, f"{page}logs/"):
        text = client.get(address).text.replace("&#x27;", "'")
        assert sentence in text
        assert "End of the log." not in text
    text, json_lines = (downloaded(client, f"{page}logs/log.{ending}") for ending in ("txt", "jsonl"))
    assert text.splitlines()[-1] == f"# {sentence}"
    assert json.loads(json_lines.splitlines()[-1]) == {"incomplete": sentence}
    other = job.organization.jobs.exclude(pk=job.pk)[0]
    other.log_lines.create(number=1, message="hello", delivered=20, severity=20)
    compared = client.get(f"/orgs/{job.organization.slug}/compare/?a={other.viam_id}&b={job.viam_id}").text
    assert f"<b>B:</b> {sentence}" in compared.replace("&#x27;", "'")


def test_a_bounded_log_stays_bounded_while_its_job_runs(
    running: Job, bolt: Organization, cloud: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Row 133: no refresh takes it up again."""
    monkeypatch.setattr(log_pages, "MAX_LINES", 5)
    cloud.world.set_log(running.viam_id, lines(*range(1, 11)))
    assert save(running).line_count == 5
    cycle.refresh_now(bolt)
    assert JobLog.objects.get(job=running).is_complete
