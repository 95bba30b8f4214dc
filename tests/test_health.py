"""Probes: `/healthz` tells of the process, `/readyz` of what it needs to serve."""

from __future__ import annotations

import asyncio
from threading import Event

import pytest
from django.db import OperationalError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from dashboard.front.pool import Pool, is_sign_in, is_slow
from jobs import checks

OUT_OF_ORDER = "connection refused by 192.0.2.7, user trainyard"


@pytest.fixture(autouse=True)
def just_started(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a process that was never asked before."""
    monkeypatch.setattr(checks, "_is_migrated", False)


@pytest.fixture
def no_database(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        raise OperationalError(OUT_OF_ORDER)

    connection.close()
    monkeypatch.setattr(connection, "connect", refuse)


@pytest.fixture
def pending(db: None) -> tuple[str, str]:
    """The newest migration of ours, which is still to come."""
    newest: tuple[str, str] = MigrationLoader(connection).graph.leaf_nodes("jobs")[0]
    MigrationRecorder(connection).record_unapplied(*newest)
    return newest


def test_a_process_that_lives_says_so_without_a_database(client: Client) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.text) == (200, "ok\n")


@pytest.mark.django_db
def test_ready_with_a_database_and_all_migrations(client: Client) -> None:
    answer = client.get("/readyz")
    assert (answer.status_code, answer.text) == (200, "ready\n")


@pytest.mark.django_db
def test_migrations_are_looked_at_once(client: Client) -> None:
    client.get("/readyz")
    with CaptureQueriesContext(connection) as asked:
        client.get("/readyz")
    assert len(asked) == 1


@pytest.mark.django_db(transaction=True)
def test_not_ready_without_the_database_and_nothing_told_of_where_it_is(client: Client, no_database: None) -> None:
    answer = client.get("/readyz")
    assert (answer.status_code, answer.text) == (503, "The database does not answer.\n")


@pytest.mark.django_db(transaction=True)
def test_not_ready_when_the_database_goes_away_later(client: Client, request: pytest.FixtureRequest) -> None:
    assert client.get("/readyz").status_code == 200
    request.getfixturevalue("no_database")
    assert client.get("/readyz").status_code == 503


def test_not_ready_without_a_migration(client: Client, pending: tuple[str, str]) -> None:
    answer = client.get("/readyz")
    assert (answer.status_code, answer.text) == (503, "Migrations are missing.\n")


def test_ready_as_soon_as_migrations_are_there(client: Client, pending: tuple[str, str]) -> None:
    assert client.get("/readyz").status_code == 503
    MigrationRecorder(connection).record_applied(*pending)
    assert client.get("/readyz").status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/healthz", "/readyz"])
def test_a_probe_needs_neither_the_sites_name_nor_https(client: Client, settings: Settings, address: str) -> None:
    settings.SECURE_SSL_REDIRECT, settings.ALLOWED_HOSTS = True, ["trainyard.example"]
    assert client.get(address, headers={"Host": "10.0.0.7:8000"}).status_code == 200
    assert client.get("/sign-in/", headers={"Host": "10.0.0.7:8000"}).status_code == 400


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/healthz", "/readyz"])
def test_probes_are_only_asked(client: Client, address: str) -> None:
    assert client.head(address).status_code == 200
    assert client.post(address).status_code == 405
    assert client.get(address).headers["Cache-Control"] == "no-store"


def test_of_who_comes_in_single_sign_on_alone_waits_for_others() -> None:
    """Issue 15, number 15: a provider that doesn't answer keeps nobody's password waiting."""
    ways = ["/sign-in/", "/sign-in/again/", "/sign-in/sso/", "/sign-in/sso/callback/", "/sign-in/again/sso/"]
    assert all(map(is_sign_in, [*ways, "/me/two-factor/authenticate/", "/me/two-factor/webauthn/login/"]))
    assert [is_slow("POST", way) for way in ways] == [False, False, True, True, True]
    assert not is_sign_in("/password/forgotten/") and is_slow("POST", "/password/forgotten/")


def test_requests_that_have_just_come_are_not_stuck() -> None:
    """Issue 15, number 15: the first actions after a minute without any looked like actions that waited a minute."""

    async def crowd() -> bool:
        pool, let_go = Pool(2), Event()

        def page() -> None:
            let_go.wait()

        pages = [asyncio.create_task(pool.run(page)) for _ in range(2)]
        actions = [asyncio.create_task(pool.run(lambda: None, is_slow=True)) for _ in range(2)]
        await asyncio.sleep(0.1)
        is_stuck = pool.stands_still()
        let_go.set()
        await asyncio.gather(*pages, *actions)
        return is_stuck

    assert asyncio.run(crowd()) is False
