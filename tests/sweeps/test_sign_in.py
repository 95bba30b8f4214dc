"""Nothing of the site is for strangers, but the way in."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.http.response import HttpResponseBase
from django.test import Client

from emulator.server import Emulator
from jobs.models import ApiKey, Job, Organization
from tests.sweeps.addresses import filled, routes

# What a stranger may see. A new address is not among it until somebody writes it down here.
PROBES = {"openapi.json", "healthz", "readyz", "metrics"}
WAYS_IN = {
    *("set-up/", "sign-in/", "sign-in/deactivated/", "sign-in/sso/", "sign-in/sso/callback/", "sign-out/"),
    *("me/two-factor/authenticate/", "me/two-factor/webauthn/login/", "join/<str:token>/"),
}
FROM_A_MAIL = {
    *("email/sent/", "email/confirm/<str:key>/"),
    *("password/forgotten/", "password/forgotten/sent/", "password/new/done/"),
    "^password/new/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
}
# What programs ask: strangers are told in JSON what is missing.
FOR_PROGRAMS = {route for route in routes() if route.endswith((".json", "jobs.csv")) and route != "openapi.json"}
OPEN_TO_ALL = PROBES | WAYS_IN | FROM_A_MAIL

CLOSED = sorted(set(routes()) - OPEN_TO_ALL - FOR_PROGRAMS)


@pytest.fixture
def job(bolt: Organization) -> Job:
    """A job that can be cancelled, so that an action by a stranger would be seen."""
    return next(job for job in bolt.jobs.order_by("-sorted_on") if job.can_cancel)


@pytest.fixture
def key(bolt: Organization) -> ApiKey:
    assert bolt.credentials is not None
    return bolt.credentials


@pytest.fixture
def addresses(job: Job, key: ApiKey) -> list[str]:
    """Every closed address, filled so that it leads to something which exists."""
    values = {"slug": job.organization.slug, "viam_id": job.viam_id, "uuid": key.pk, "app_label": "auth"}
    return [filled(route, values) for route in CLOSED]


def test_a_stranger_is_sent_to_sign_in(client: Client, addresses: list[str]) -> None:
    assert [address for address in addresses if not _sends_to_sign_in(client.get(address))] == []


def test_a_strangers_fragment_sends_the_whole_page_to_sign_in(client: Client, addresses: list[str]) -> None:
    shown = {"HX-Request": "true", "HX-Current-URL": "http://testserver/orgs/x/jobs/?status=failed"}
    answers = {address: client.get(address, headers=shown) for address in addresses}

    back = {address: answer.headers.get("HX-Redirect") for address, answer in answers.items()}
    assert back == dict.fromkeys(addresses, "/sign-in/?next=%2Forgs%2Fx%2Fjobs%2F%3Fstatus%3Dfailed")
    assert {answer.content for answer in answers.values()} == {b""}


def test_what_a_stranger_posts_has_no_effect(client: Client, cloud: Emulator, addresses: list[str]) -> None:
    before, calls = everything(), cloud.calls.total()

    answers = {address: client.post(address, {"token": "t", "back": "/"}) for address in addresses}

    assert [address for address, answer in answers.items() if not _sends_to_sign_in(answer)] == []
    assert everything() == before
    assert cloud.calls.total() == calls


def test_what_a_stranger_may_see_changes_nothing(client: Client, bolt: Organization) -> None:
    before = everything()
    for route in OPEN_TO_ALL:
        assert client.get(filled(route, {})).status_code in {200, 302, 404, 405}

    assert everything() == before


def test_a_strange_program_is_refused(client: Client, job: Job) -> None:
    values = {"slug": job.organization.slug, "viam_id": job.viam_id}
    asked = [filled(route, values) for route in FOR_PROGRAMS]

    assert {client.get(address).status_code for address in asked} == {401}
    assert {client.post(address).status_code for address in asked} == {401}


def test_the_open_addresses_exist() -> None:
    assert set(routes()) >= OPEN_TO_ALL


def everything() -> dict[str, list[dict[str, Any]]]:
    """All rows of all tables."""
    return {model.__name__: list(model._default_manager.order_by("pk").values()) for model in apps.get_models()}


def _sends_to_sign_in(answer: HttpResponseBase) -> bool:
    return answer.status_code == 302 and answer.headers["Location"].startswith("/sign-in/?next=")
