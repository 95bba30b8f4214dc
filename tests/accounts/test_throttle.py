"""Guessing is slowed, and nobody is locked out by somebody else."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.contrib.auth.models import User
from django.db import connections
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from dashboard.accounts.models import Attempt
from tests.accounts.conftest import TypeIn

pytestmark = pytest.mark.django_db

HERE, ELSEWHERE = "192.0.2.1", "198.51.100.7"


@pytest.fixture(autouse=True)
def people(ana: User, bo: User) -> None:
    """Both of them are here."""


def guess(type_in: TypeIn, times: int, login: str = "bo", **how: str) -> list[int]:
    return [type_in(Client(), login, "wrong", **how).status_code for _ in range(times)]


def test_after_six_wrong_passwords_even_the_right_one_has_to_wait(type_in: TypeIn) -> None:
    """Row 6."""
    assert guess(type_in, 7, address=HERE) == [422] * 6 + [429]
    answer = type_in(Client(), "bo", address=HERE)
    assert answer.status_code == 429
    assert "Wait 5 minutes" in answer.text
    assert answer["Retry-After"] == "300"


def test_other_people_at_the_same_place_come_in(type_in: TypeIn) -> None:
    """Row 6."""
    guess(type_in, 7, address=HERE)
    assert type_in(Client(), "ana", address=HERE).status_code == 302


def test_nobody_is_locked_out_from_elsewhere(type_in: TypeIn) -> None:
    guess(type_in, 7, address=HERE)
    assert type_in(Client(), "bo", address=ELSEWHERE).status_code == 302


def test_waiting_helps(type_in: TypeIn) -> None:
    guess(type_in, 9, address=HERE)
    with time_machine.travel(timezone.now() + timedelta(minutes=5, seconds=1)):
        assert type_in(Client(), "bo", address=HERE).status_code == 302
    assert not Attempt.objects.exists()


def test_capitals_and_addresses_are_no_way_around(bo: User, type_in: TypeIn) -> None:
    EmailAddress.objects.create(user=bo, email="bo@example.com", verified=True)
    guess(type_in, 3, "BO", address=HERE)
    guess(type_in, 3, "bo@Example.com", address=HERE)
    assert type_in(Client(), "bo", address=HERE).status_code == 429


def test_many_places_together_have_one_try_each(type_in: TypeIn) -> None:
    for place in range(30):
        guess(type_in, 1, address=f"203.0.113.{place}")
    assert guess(type_in, 2, address=HERE) == [422, 429]
    assert type_in(Client(), "bo", address=ELSEWHERE).status_code == 302


def test_a_hundred_wrong_names_close_the_door_to_an_address(type_in: TypeIn) -> None:
    """Row 7."""
    answers = [guess(type_in, 1, f"nobody{count}", address=HERE)[0] for count in range(101)]
    assert answers == [422] * 100 + [429]
    assert type_in(Client(), "ana", address=HERE).status_code == 429
    assert type_in(Client(), "ana", address=ELSEWHERE).status_code == 302


def test_what_clients_say_of_themselves_is_no_way_around(type_in: TypeIn) -> None:
    """Row 7: X-Forwarded-For without a declared proxy."""
    answers = [guess(type_in, 1, address=HERE, proxied=f"203.0.113.{count}")[0] for count in range(7)]
    assert answers[-1] == 429


def test_behind_a_proxy_what_it_added_counts(type_in: TypeIn, settings: Settings) -> None:
    """Row 7: and what the client had put in front of that does not."""
    settings.BEHIND_PROXY = True
    answers = [guess(type_in, 1, address="10.0.0.1", proxied=f"1.2.3.{count}, {HERE}")[0] for count in range(7)]
    assert answers[-1] == 429
    assert type_in(Client(), "bo", address="10.0.0.1", proxied=ELSEWHERE).status_code == 302


def test_a_network_of_ipv6_is_one_place(type_in: TypeIn) -> None:
    answers = [guess(type_in, 1, address=f"2001:db8::{count}")[0] for count in range(1, 8)]
    assert answers[-1] == 429


@pytest.mark.django_db(transaction=True)
def test_tries_at_the_same_time_count_too(type_in: TypeIn) -> None:
    """Each thread has a connection of its own, as workers have."""
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: _guess_and_leave(type_in), range(24)))
    assert answers.count(422) <= 6
    assert set(answers) <= {422, 429}


def test_nothing_is_written_but_by_a_try(client: Client, ana_client: Client) -> None:
    client.get("/sign-in/")
    ana_client.get("/")
    assert not Attempt.objects.exists()


def test_what_was_typed_is_not_kept(type_in: TypeIn) -> None:
    guess(type_in, 1, "a password, by mistake")
    assert "password" not in str(Attempt.objects.values().get())


def _guess_and_leave(type_in: TypeIn) -> int:
    try:
        return guess(type_in, 1, address=HERE)[0]
    finally:
        connections.close_all()
