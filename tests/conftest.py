"""People with names, a cloud of their own, and the promise that no test leaves this machine."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import Settings

from jobs import endpoints, refresher, services, viam
from jobs.domain import Credentials
from jobs.emulator.server import Emulator
from jobs.emulator.world.tenants import BOLT_ROBOTICS_ID, DEMO_KEY, DEMO_KEY_ID
from jobs.models import ApiSettings, Organization
from jobs.services.insights import _counted
from tests.viam.loopback import refuse_other_machines


@pytest.fixture(scope="session", autouse=True)
def only_loopback() -> Iterator[None]:
    """No channel of gRPC leaves this machine."""
    with pytest.MonkeyPatch.context() as patch:
        refuse_other_machines(patch)
        yield


@pytest.fixture(autouse=True)
def nothing_is_kept() -> None:
    """What was counted for one test's database is not true for the next one's."""
    _counted.cache_clear()


@pytest.fixture
def ana(db: None) -> User:
    """Ana owns the site: she is a superuser."""
    return User.objects.create_superuser("ana", password="ana's own words")


@pytest.fixture
def bo(db: None) -> User:
    """Bo is on the team: an ordinary user."""
    return User.objects.create_user("bo", password="bo's own words")


@pytest.fixture
def ana_client(ana: User) -> Client:
    return _signed_in(ana)


@pytest.fixture
def bo_client(bo: User) -> Client:
    return _signed_in(bo)


def _signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def cloud(settings: Settings) -> Iterator[Emulator]:
    """An emulated cloud of this test alone, and the only one that the site may speak with."""
    with Emulator(jobs=20, seed=7) as emulator:
        endpoint = endpoints.parse(f"http://{emulator.address}")
        settings.VIAM_ENDPOINTS = [endpoint]
        yield emulator
        viam.forget(endpoint, Credentials(DEMO_KEY_ID, DEMO_KEY))


@pytest.fixture
def bolt(cloud: Emulator, db: None, settings: Settings) -> Organization:
    """Bolt Robotics: connected, shown, and as the cloud tells it now."""
    row = ApiSettings(label="Bolt's key", key_id=DEMO_KEY_ID)
    services.save_key(row=row, endpoint=settings.VIAM_ENDPOINTS[0], key=DEMO_KEY, actor=None)
    services.choose(row, [BOLT_ROBOTICS_ID])
    organization = row.organizations.get(viam_id=BOLT_ROBOTICS_ID)
    refresher.refresh_now(organization)
    organization.refresh_from_db()
    return organization
