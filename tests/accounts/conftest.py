"""People who sign in through the form, as browsers do."""

from __future__ import annotations

from collections.abc import Callable

import pytest
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
