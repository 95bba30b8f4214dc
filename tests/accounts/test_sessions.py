"""Where a person is signed in, and signing out there."""

import time

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from dashboard.accounts.sessions import device
from dashboard.sessions import SEEN
from jobs.models import Organization
from tests.accounts.conftest import TypeIn

pytestmark = pytest.mark.django_db


@pytest.fixture
def here(bo: User, type_in: TypeIn) -> Client:
    client = Client(headers={"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"})
    type_in(client, "bo")
    return client


@pytest.fixture
def elsewhere(bo: User, type_in: TypeIn) -> Client:
    client = Client()
    type_in(client, "bo", address="198.51.100.7")
    return client


def test_a_new_password_ends_the_other_sessions(here: Client, elsewhere: Client) -> None:
    """Row 4: the one that changed it goes on."""
    typed = {"oldpassword": "bo's own words", "password1": "bo's newer words", "password2": "bo's newer words"}
    here.post("/sign-in/again/", {"password": "bo's own words"})
    assert here.post("/me/password/", typed).headers["Location"] == "/me/"
    assert here.get("/me/").status_code == 200
    assert elsewhere.get("/").headers["Location"] == "/sign-in/?next=/"


def test_a_person_sees_where_they_are_signed_in(here: Client, elsewhere: Client) -> None:
    text = here.get("/me/").text
    assert "Firefox on Linux" in text and "198.51.100.7" in text


def test_signing_out_elsewhere(here: Client, elsewhere: Client) -> None:
    here.post("/me/sessions/end/")
    assert here.get("/me/").status_code == 200
    assert elsewhere.get("/").headers["Location"] == "/sign-in/?next=/"


def test_signing_out_in_one_place(here: Client, elsewhere: Client, type_in: TypeIn) -> None:
    third = Client()
    type_in(third, "bo")
    there = UserSession.objects.get(ip="198.51.100.7")
    here.post(f"/me/sessions/{there.pk}/end/")
    assert elsewhere.get("/").status_code == 302
    assert third.get("/me/").status_code == 200


def test_other_peoples_sessions_are_none_of_mine(here: Client, ana_client: Client) -> None:
    mine = UserSession.objects.get(user__username="bo")
    ana_client.post(f"/me/sessions/{mine.pk}/end/")
    assert here.get("/me/").status_code == 200
    assert "Firefox" not in ana_client.get("/me/").text


def test_a_poll_of_who_signed_in_writes_nothing(
    here: Client, bolt: Organization, django_assert_max_num_queries: object
) -> None:
    address = reverse("jobs:list", args=[bolt.slug])
    tag = here.get(address)["HX-PTag"]
    with django_assert_max_num_queries(3) as asked:  # type: ignore[operator]
        assert here.get(address, headers={"HX-Request": "true", "HX-PTag": tag}).status_code == 204
    assert [query["sql"] for query in asked if not query["sql"].startswith("SELECT")] == []


def test_when_a_session_was_seen_is_noted_once_a_minute(here: Client) -> None:
    before = UserSession.objects.get().last_seen_at
    here.get("/me/")
    assert UserSession.objects.get().last_seen_at == before
    session = here.session
    session[SEEN] = time.time() - 1000
    session.save()
    here.get("/me/")
    assert UserSession.objects.get().last_seen_at > before
    assert here.session[SEEN] > time.time() - 10


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        (
            "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/1 Safari/537.36 Edg/1",
            "Edge on Windows",
        ),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15) AppleWebKit/605 Version/17 Safari/605", "Safari on macOS"),
        ("Mozilla/5.0 (Linux; Android 15) AppleWebKit/537 Chrome/1 Mobile Safari/537", "Chrome on Android"),
        ("curl/8", "Unknown device"),
        ("", "Unknown device"),
    ],
)
def test_devices_in_words(user_agent: str, words: str) -> None:
    assert device(user_agent) == words
