"""Pages while the database is away, or something else broke: in plain words, with a number, and a short record."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest
from django import db
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client, RequestFactory

from dashboard.errors import broken as broken_page
from dashboard.logs import AbsencesInBrief, OneLine
from dashboard.requests import request_id
from jobs.job_list import service
from jobs.models import Organization

pytestmark = pytest.mark.django_db

AWAY = db.OperationalError('connection to server at "127.0.0.1" failed: Connection refused\n\tIs it running?')


@pytest.fixture
def browser(ana_client: Client) -> Client:
    """Ana's, who gets what a browser gets: an answer, whatever broke."""
    ana_client.raise_request_exception = False
    return ana_client


@pytest.fixture
def broken() -> Iterator[list[Exception]]:
    """What every question to the database meets from now on, in this thread."""
    errors: list[Exception] = [AWAY]

    def refuse(*_: object) -> None:
        raise errors[0]

    with connection.execute_wrapper(refuse):
        yield errors


def test_a_page_says_in_plain_words_what_is_the_matter(browser: Client, broken: list[Exception]) -> None:
    answer = browser.get("/settings/keys/")
    assert (answer.status_code, answer["Retry-After"], answer["Cache-Control"]) == (503, "10", "no-store, private")
    assert "Trainyard can't reach its database" in answer.text
    assert answer["X-Request-ID"] in answer.text
    assert "Content-Security-Policy" in answer
    assert "127.0.0.1" not in answer.text


@pytest.mark.parametrize(
    "error", [db.InterfaceError("connection already closed"), db.DatabaseError("file is not a database")]
)
def test_so_it_does_whatever_the_database_s_absence_looks_like(
    browser: Client, broken: list[Exception], error: Exception
) -> None:
    broken[0] = error
    assert browser.get("/").status_code == 503


def test_a_poll_gets_no_page_to_swap_in(browser: Client, broken: list[Exception]) -> None:
    answer = browser.get("/orgs/bolt-robotics/jobs/", headers={"HX-Request": "true", "HX-PTag": "1"})
    assert (answer.status_code, answer.content, answer["Retry-After"]) == (503, b"", "10")


@pytest.mark.parametrize("error", [AWAY, db.ProgrammingError("no such column")])
def test_a_page_that_broke_midway_keeps_the_header_and_asks_the_database_nothing(
    browser: Client, bolt: Organization, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    """Who asks and for which organization was known when the database went away."""
    asked: list[str] = []

    def goes_away(*_: object) -> None:
        def refuse(execute: object, sql: str, *_: object) -> None:
            asked.append(sql)
            raise error

        connection.execute_wrappers.append(refuse)
        raise error

    monkeypatch.setattr(service, "watch_list", goes_away)
    try:
        answer = browser.get(bolt.get_absolute_url())
    finally:
        connection.execute_wrappers.clear()
    assert answer.status_code == (503 if error is AWAY else 500)
    assert 'class="place" href="/orgs/bolt-robotics/jobs/"' in answer.text and 'href="/find/"' in answer.text
    assert answer["X-Request-ID"] in answer.text
    assert asked == []


def test_a_header_that_is_what_broke_leaves_the_page_without_it(
    browser: Client, bolt: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*_: object) -> None:
        raise ValueError("a mistake")

    monkeypatch.setattr(Organization, "get_absolute_url", breaks)
    answer = browser.get("/orgs/bolt-robotics/jobs/")
    assert (answer.status_code, "<header" in answer.text) == (500, False)
    assert answer["X-Request-ID"] in answer.text


def test_what_we_asked_wrong_is_our_mistake(browser: Client, broken: list[Exception]) -> None:
    broken[0] = db.ProgrammingError("no such column")
    answer = browser.get("/")
    assert answer.status_code == 500
    assert answer["X-Request-ID"] in answer.text
    assert "Retry-After" not in answer


@pytest.mark.parametrize(("error", "lines"), [(AWAY, 1), (ValueError("a mistake"), 5)])
def test_the_record_has_the_number_of_the_page(error: Exception, lines: int) -> None:
    request = RequestFactory().get("/")
    try:
        raise error
    except Exception as met:
        assert request_id(request) in broken_page(request).text
        record = logging.LogRecord(
            "django.request", logging.ERROR, "", 1, "%s: %s", ("Oh", "/"), (type(met), met, met.__traceback__)
        )
    record.request = request
    assert AbsencesInBrief().filter(record)
    told = OneLine("%(levelname)s %(message)s").format(record)
    assert f"ERROR [{request_id(request)}] Oh: /" in told
    assert len(told.splitlines()) == lines


@pytest.mark.parametrize("cookie", ["a\0b", "\\000", "x" * 41, "ä" * 32, "../../etc", ""])
def test_a_cookie_that_is_no_session_key_is_no_session(ana: User, cookie: str) -> None:
    client = Client()
    client.cookies["trainyard-session"] = cookie
    answer = client.get("/")
    assert (answer.status_code, answer["Location"]) == (302, "/sign-in/?next=/")
    assert client.get("/sign-in/").status_code == 200
