"""Whether anybody refreshes: what refreshers say of themselves, and what pages and probes tell when none does."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from html import unescape

import pytest
from django.core.checks import run_checks
from django.db import Error, OperationalError, connection
from django.db.models.functions import Now
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from jobs.models import Organization, Refresher
from jobs.sync import worker, write_failures

pytestmark = pytest.mark.django_db

NOTHING = "Nothing is being refreshed: no refresher is running."
START = "Start <code>manage.py serve</code>, or <code>manage.py refresh</code> beside a web server."


@pytest.fixture(autouse=True)
def unasked(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a process that hasn't looked yet whether anybody refreshes."""
    monkeypatch.setattr(worker, "_looked_at", float("-inf"))


@pytest.fixture
def overdue(bolt: Organization) -> Organization:
    Organization.objects.update(due_at=timezone.now() - timedelta(minutes=2))
    bolt.refresh_from_db()
    return bolt


def text_of(client: Client, address: str) -> str:
    return unescape(client.get(address).text)


def test_a_refresher_says_that_it_runs_until_it_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    worker.beat()
    assert worker.refreshers() == 1
    with CaptureQueriesContext(connection) as asked:
        worker.beat()
    assert len(asked) == 0
    monkeypatch.setattr(worker, "_beaten_at", float("-inf"))
    worker.beat()
    assert Refresher.objects.count() == 1
    worker.leave()
    assert worker.refreshers() == 0


def test_one_that_was_killed_is_missing_soon_and_forgotten_later() -> None:
    Refresher.objects.create(name="here:1", seen_at=Now() - timedelta(seconds=31))
    Refresher.objects.create(name="there:2", seen_at=Now() - timedelta(days=2))
    assert worker.refreshers() == 0
    worker.beat()
    assert set(Refresher.objects.values_list("name", flat=True)) == {"here:1", worker._name()}


def test_a_tick_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "start_due", lambda: None)
    worker.tick()
    assert worker.refreshers() == 1


@pytest.mark.parametrize("address", ["", "insights/", "datasets/", "models/"])
def test_administrators_read_what_to_start(adam_client: Client, overdue: Organization, address: str) -> None:
    text = text_of(adam_client, f"/orgs/{overdue.slug}/{address}" if address else overdue.get_absolute_url())
    assert (NOTHING in text, START in text) == (True, True)


def test_others_read_it_without_what_they_cannot_do(vera_client: Client, overdue: Organization) -> None:
    text = text_of(vera_client, overdue.get_absolute_url())
    assert ("Jobs aren't being refreshed." in text, "manage.py" in text) == (True, False)


def test_the_first_page_and_one_without_jobs_say_so(ana_client: Client, overdue: Organization) -> None:
    other = Organization.objects.get(name="Quiet Greenhouse")
    Organization.objects.filter(pk=other.pk).update(is_shown=True, due_at=None)
    text = text_of(ana_client, "/")
    assert (text.count(NOTHING), text.count(START)) == (2, 2)
    empty = text_of(ana_client, other.get_absolute_url())
    assert (NOTHING in empty, START in empty, "Loading jobs" in empty) == (True, True, False)


@pytest.mark.parametrize(
    "makes_it_so",
    [
        lambda: worker.beat(),
        lambda: Organization.objects.update(due_at=Now() + timedelta(seconds=5)),
        lambda: Organization.objects.update(credentials=None),
    ],
    ids=["a refresher runs", "it isn't overdue", "it has no key"],
)
def test_nothing_is_told(adam_client: Client, overdue: Organization, makes_it_so: Callable[[], object]) -> None:
    makes_it_so()
    assert NOTHING not in text_of(adam_client, overdue.get_absolute_url())


def test_a_poll_brings_it_and_takes_it_away(
    adam_client: Client, overdue: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    Organization.objects.update(due_at=Now() + timedelta(seconds=5))
    page = overdue.get_absolute_url()
    tag = adam_client.get(page).headers["HX-PTag"]
    Organization.objects.update(due_at=Now() - timedelta(minutes=2))
    told = adam_client.get(page, headers={"HX-Request": "true", "HX-PTag": tag})
    assert NOTHING in told.text
    worker.beat()
    monkeypatch.setattr(worker, "_looked_at", float("-inf"))
    told = adam_client.get(page, headers={"HX-Request": "true", "HX-PTag": told.headers["HX-PTag"]})
    assert (told.status_code, NOTHING in told.text) == (200, False)


def test_the_database_is_asked_once_however_many_pages_want_to_know(bolt: Organization) -> None:
    with CaptureQueriesContext(connection) as asked:
        assert [worker.is_anybody_refreshing() for _ in range(5)] == [False] * 5
    assert len(asked) == 1


def test_a_probe_says_so_and_visitors_still_come(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = client.get("/readyz")
    assert (answer.status_code, answer.text) == (200, "ready, but no refresher is running\n")
    worker.beat()
    monkeypatch.setattr(worker, "_looked_at", float("-inf"))
    assert client.get("/readyz").text == "ready\n"


@pytest.mark.parametrize("reason", ["attempt to write a readonly database", "database or disk is full"])
def test_a_look_that_is_refused_is_told_on_pages(
    adam_client: Client, bolt: Organization, monkeypatch: pytest.MonkeyPatch, reason: str
) -> None:
    """Web servers don't refresh, and still know why nothing new comes."""
    Organization.objects.update(viewed_at=None)
    codes = {"attempt to write a readonly database": 8, "database or disk is full": 13}

    def refuse(_: Organization) -> None:
        cause = Exception(reason)
        cause.sqlite_errorcode = codes[reason]  # type: ignore[attr-defined]
        raise OperationalError(reason) from cause

    with monkeypatch.context() as patch:
        patch.setattr(worker, "_mark_viewed", refuse)
        text = text_of(adam_client, bolt.get_absolute_url())
    trouble = write_failures.trouble()
    assert trouble and trouble.error.sentence in text
    monkeypatch.setattr(write_failures, "may_try", lambda: True)
    assert trouble.error.sentence not in text_of(adam_client, bolt.get_absolute_url())


def test_somebody_else_who_writes_just_now_is_no_trouble(
    adam_client: Client, bolt: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Unless it keeps every refresher silent."""
    Organization.objects.update(viewed_at=None)

    def refuse(_: Organization) -> None:
        cause = Exception("database is locked")
        cause.sqlite_errorcode = 5  # type: ignore[attr-defined]
        raise OperationalError("database is locked") from cause

    monkeypatch.setattr(worker, "_mark_viewed", refuse)
    worker.beat()
    adam_client.get(bolt.get_absolute_url())
    assert write_failures.trouble() is None
    worker.leave()
    monkeypatch.setattr(worker, "_looked_at", float("-inf"))
    assert "couldn't store" in text_of(adam_client, bolt.get_absolute_url())


def test_that_it_leaves_need_not_be_written(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise Error

    monkeypatch.setattr(Refresher.objects, "filter", refuse)
    worker.leave()


def test_a_setting_of_earlier_versions_is_told_of_and_does_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    assert [one.id for one in run_checks() if one.id == "jobs.W002"] == []
    monkeypatch.setenv("REFRESH_THREAD", "false")
    (told,) = [one for one in run_checks() if one.id == "jobs.W002"]
    assert told.msg == "REFRESH_THREAD does nothing. Remove it."
