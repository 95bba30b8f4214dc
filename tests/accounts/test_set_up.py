"""A new site: its first owner comes to be in the browser, with the code of the console."""

import logging
from collections.abc import Iterator

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.test import Client

from dashboard.accounts import registration

pytestmark = pytest.mark.django_db

OWNER = {"username": "ana", "email": "ana@example.com", "name": "Ana", "password": "ana's own words"}


def test_every_page_leads_to_the_set_up(client: Client) -> None:
    for address in ("/", "/settings/keys/", "/admin/"):
        assert client.get(address, follow=True).redirect_chain[-1][0] == "/set-up/"


def test_the_code_makes_the_owner_who_is_then_signed_in(client: Client) -> None:
    answer = client.post("/set-up/", OWNER | {"code": registration.code().lower().replace("-", " ")})
    assert answer.headers["Location"] == "/"
    ana = User.objects.get()
    assert (ana.is_superuser, ana.is_staff, ana.profile.name) == (True, True, "Ana")
    assert client.get("/settings/keys/").status_code == 200


@pytest.mark.parametrize("code", ["", "AAAA-BBBB-CCCC", "0"])
def test_without_the_code_nobody_becomes_anything(client: Client, code: str) -> None:
    assert client.post("/set-up/", OWNER | {"code": code}).status_code == 422
    assert not User.objects.exists()


def test_a_weak_password_is_refused_in_words(client: Client) -> None:
    answer = client.post("/set-up/", OWNER | {"code": registration.code(), "password": "1234"})
    assert answer.status_code == 422
    assert "too short" in answer.text
    assert not User.objects.exists()


def test_codes_can_not_be_tried_for_ever(client: Client) -> None:
    answers = [client.post("/set-up/", OWNER | {"code": "AAAA"}).status_code for _ in range(7)]
    assert answers == [422] * 6 + [429]


def test_it_is_closed_once_somebody_is_here(client: Client, bo: User) -> None:
    code = registration.code()
    assert client.get("/set-up/").headers["Location"] == "/sign-in/"
    assert client.post("/set-up/", OWNER | {"code": code}).headers["Location"] == "/sign-in/"
    assert User.objects.count() == 1


class TestConsole:
    @pytest.fixture(autouse=True)
    def heard(self, caplog: pytest.LogCaptureFixture) -> Iterator[None]:
        with caplog.at_level(logging.INFO):
            yield

    def test_tells_the_code_while_nobody_is_here(self, caplog: pytest.LogCaptureFixture) -> None:
        registration.tell_at_start()
        assert registration.code() in caplog.text

    def test_is_silent_afterwards(self, caplog: pytest.LogCaptureFixture, bo: User) -> None:
        registration.tell_at_start()
        assert caplog.text == ""

    def test_tells_it_once_more(self, capsys: pytest.CaptureFixture[str]) -> None:
        call_command("setup_code")
        assert capsys.readouterr().out.strip() == registration.code()

    def test_refuses_to_afterwards(self, bo: User) -> None:
        with pytest.raises(CommandError, match="already has accounts"):
            call_command("setup_code")
