"""People who sign in through the form, as browsers do, and several at the same moment."""

from __future__ import annotations

from collections.abc import Callable
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client

TypeIn = Callable[..., HttpResponse]

WORDS = {"ana": "ana's own words", "bo": "bo's own words"}


@pytest.fixture
def type_in() -> TypeIn:
    """`type_in(client, "bo")`: with the right password, unless another is given."""

    def post(client: Client, login: str, password: str = "", **more: str) -> HttpResponse:
        address, proxied = more.pop("address", "127.0.0.1"), more.pop("proxied", "")
        headers = {"X-Forwarded-For": proxied} if proxied else {}
        typed = {"login": login, "password": password or WORDS.get(login, "wrong"), **more}
        return client.post("/sign-in/", typed, REMOTE_ADDR=address, headers=headers)  # type: ignore[return-value]

    return post


def at_once(*actions: Callable[[], Any]) -> list[Any]:
    """What each of them answered, or the error that it ended with."""
    together = Barrier(len(actions))
    told: list[Any] = [None] * len(actions)

    def run(number: int, action: Callable[[], Any]) -> None:
        try:
            together.wait(30)
            told[number] = action()
        except Exception as error:
            told[number] = error
        finally:
            connection.close()

    threads = [Thread(target=run, args=each) for each in enumerate(actions)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return told
