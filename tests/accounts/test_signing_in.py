"""Coming in and going, as a browser does it."""

import time
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import Settings

from tests.accounts.conftest import TypeIn

pytestmark = pytest.mark.django_db

POST_ONLY = ["/sign-out/", "/me/sessions/end/", "/me/sessions/1/end/", "/me/sso/disconnect/"]
FORMS = [
    "/sign-in/",
    "/me/",
    "/me/password/",
    "/me/emails/",
    "/me/sessions/end/",
    "/sign-out/",
    "/me/two-factor/totp/activate/",
]


def test_a_session_gets_a_new_key_at_sign_in(client: Client, bo: User, type_in: TypeIn) -> None:
    """Row 1."""
    client.session["planted"] = True
    client.session.save()
    before = client.session.session_key
    assert type_in(client, "bo").status_code == 302
    assert client.session.session_key not in (None, before)


def test_a_cookie_from_before_the_sign_in_is_worth_nothing_after_it(client: Client, bo: User, type_in: TypeIn) -> None:
    """Row 2."""
    session = client.session
    session["planted"] = True
    session.save()
    planted = client.cookies["trainyard-session"].value
    type_in(client, "bo")
    thief = Client()
    thief.cookies["trainyard-session"] = planted
    assert thief.get("/").headers["Location"] == "/sign-in/?next=/"


def test_an_old_cookie_is_worth_nothing_after_signing_out(client: Client, bo: User, type_in: TypeIn) -> None:
    """Row 3: a page leads to sign-in, a poll too."""
    type_in(client, "bo")
    old = client.cookies["trainyard-session"].value
    assert client.post("/sign-out/").headers["Location"] == "/sign-in/"
    thief = Client()
    thief.cookies["trainyard-session"] = old
    assert thief.get("/").headers["Location"] == "/sign-in/?next=/"
    assert thief.get("/", headers={"HX-Request": "true"})["HX-Redirect"].startswith("/sign-in/")


def test_cookies_are_for_this_site_alone(client: Client, bo: User, type_in: TypeIn) -> None:
    """Row 5; with HTTPS they are `Secure` and named `__Host-` besides, see `make check`."""
    type_in(client, "bo")
    cookie = client.cookies["trainyard-session"]
    assert cookie["httponly"] and cookie["samesite"] == "Lax" and cookie["domain"] == ""


def test_a_confirmed_address_does_for_a_name(client: Client, bo: User, type_in: TypeIn) -> None:
    EmailAddress.objects.create(user=bo, email="bo@example.com", verified=True, primary=True)
    assert type_in(client, "Bo@Example.com", "bo's own words").status_code == 302


def test_capitals_matter_only_between_two_of_a_name(client: Client, bo: User, type_in: TypeIn) -> None:
    assert type_in(Client(), "BO", "bo's own words").status_code == 302
    User.objects.create_user("BO", password="another's words")
    assert type_in(Client(), "BO", "bo's own words").status_code == 422
    assert type_in(Client(), "bo", "bo's own words").status_code == 302


def test_unknown_names_and_wrong_passwords_get_the_same_answer(client: Client, bo: User, type_in: TypeIn) -> None:
    """Row 8: body and status."""
    answers = [type_in(Client(), login, "wrong") for login in ("bo", "no")]
    bodies = [answer.text.replace('value="bo"', 'value="no"') for answer in answers]
    assert [answer.status_code for answer in answers] == [422, 422]
    assert _without_tokens(bodies[0]) == _without_tokens(bodies[1])
    assert "Incorrect user name or password." in bodies[0]


def test_unknown_names_and_wrong_passwords_take_the_same_time(settings: Settings, type_in: TypeIn) -> None:
    """Row 8: names, addresses, and people without a password. A hash takes far longer than the rest."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
    User.objects.create_user("bo", "bo@example.com", "bo's own words")
    User.objects.create_user("sso")
    times = {login: _time(type_in, login) for login in ("bo", "no", "bo@example.com", "no@example.com", "sso")}
    assert max(times.values()) < 1.6 * min(times.values()), times


@pytest.mark.parametrize(
    "place", ["https://evil.example", "//evil.example", r"/\evil.example", "javascript:alert(1)", "///evil.example"]
)
def test_nobody_is_sent_to_another_site(client: Client, bo: User, type_in: TypeIn, place: str) -> None:
    """Row 9."""
    assert type_in(client, "bo", next=place).headers["Location"] == "/"


def test_slashes_in_disguise_stay_on_this_site(client: Client, bo: User, type_in: TypeIn) -> None:
    """Row 9: a browser doesn't take an encoded slash for one."""
    assert type_in(client, "bo", next="%2f%2fevil.example").headers["Location"] in ("/", "%2f%2fevil.example")


def test_people_go_on_where_they_were(client: Client, bo: User, type_in: TypeIn) -> None:
    """Row 10."""
    there = "/orgs/acme/jobs/?status=failed"
    assert type_in(client, "bo", next=there).headers["Location"] == there


def test_a_deactivated_person_is_refused_at_once(bo_client: Client, bo: User) -> None:
    """Row 11: at the next request, and at the next poll."""
    bo.is_active = False
    bo.save()
    assert bo_client.get("/").headers["Location"] == "/sign-in/?next=/"
    assert bo_client.get("/", headers={"HX-Request": "true"})["HX-Redirect"].startswith("/sign-in/")


def test_a_deactivated_person_is_told_so_with_the_right_password_only(
    client: Client, bo: User, type_in: TypeIn
) -> None:
    bo.is_active = False
    bo.save()
    assert type_in(client, "bo").headers["Location"] == "/sign-in/deactivated/"
    assert "deactivated" in client.get("/sign-in/deactivated/").text
    assert type_in(client, "bo", "wrong").status_code == 422


def test_what_acts_is_not_done_by_asking(bo_client: Client) -> None:
    """Row 14."""
    assert [bo_client.get(address).status_code for address in POST_ONLY] == [405] * len(POST_ONLY)
    assert bo_client.get("/me/").status_code == 200


def test_what_acts_wants_a_token(bo: User) -> None:
    """Row 15: none, and a wrong one; from htmx too."""
    client = Client(enforce_csrf_checks=True)
    for address in FORMS:
        assert client.post(address).status_code == 403
        assert client.post(address, {"csrfmiddlewaretoken": "a" * 64}).status_code == 403
        assert client.post(address, headers={"HX-Request": "true"}).status_code == 403


def test_another_site_can_not_sign_anybody_in(client: Client, bo: User) -> None:
    """Row 16."""
    client = Client(enforce_csrf_checks=True)
    token = client.get("/sign-in/").context["csrf_token"]
    typed = {"login": "bo", "password": "bo's own words", "csrfmiddlewaretoken": str(token)}
    assert client.post("/sign-in/", typed, headers={"Origin": "https://evil.example"}).status_code == 403
    assert client.post("/sign-in/", typed).status_code == 302


def test_nobody_signs_up(client: Client, bo: User) -> None:
    assert client.get("/signup/").status_code == 404
    assert "sign up" not in client.get("/sign-in/").text.lower()


def test_other_ways_in_are_offered_where_there_are_some(client: Client, bo: User) -> None:
    text = client.get("/sign-in/").text
    assert "/sign-in/sso/" not in text and "/password/forgotten/" not in text
    assert client.get("/sign-in/sso/").status_code == 404


def _time(type_in: TypeIn, login: str) -> float:
    """Of this thread alone, because other programs run beside it."""
    spent = []
    for count in range(2):
        before = time.thread_time()
        assert type_in(Client(), login, "wrong", address=f"192.0.2.{count}").status_code == 422
        spent.append(time.thread_time() - before)
    return min(spent)


def _without_tokens(text: str) -> list[str]:
    return [line for line in text.splitlines() if "csrfmiddlewaretoken" not in line]


@pytest.mark.parametrize(
    ("told", "back"),
    [
        ("http://testserver/orgs/bolt/jobs/new/custom/?from=x", "/orgs/bolt/jobs/new/custom/?from=x"),
        ("https://evil.example/", ""),
        ("", ""),
    ],
)
def test_a_form_sent_too_late_leads_to_sign_in_and_back_to_its_page(bo: User, told: str, back: str) -> None:
    """That need not be where it was sent to; and it is a page of this site, whatever is told of where it came from."""
    there = "/me/sessions/end/"
    answer = Client(headers={"Referer": told}).post(there, follow=True)
    ((address, status),) = answer.redirect_chain
    assert (status, parse_qs(urlsplit(address).query)["next"]) == (302, [back or there])
    assert "You were signed out. Nothing was submitted." in answer.text
    without_cookies = Client(enforce_csrf_checks=True, headers={"Referer": told}).post(there).text
    assert "You were signed out" in without_cookies
    assert f'href="/sign-in/?next={quote(back or "/", safe="")}"' in without_cookies
