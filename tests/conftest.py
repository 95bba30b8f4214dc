"""People with names, a cloud of their own, and the promise that no test leaves this machine."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from time import monotonic

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from dashboard.environment import LINE
from dashboard.logs import OneLine
from dashboard.sessions import stored_key
from emulator.server import Emulator
from emulator.world.tenants import BOLT_ROBOTICS_ID, DEMO_KEY, DEMO_KEY_ID
from jobs import storing, viam
from jobs.api_keys.service import choose, save_key
from jobs.domain import Credentials, JobStatus, ManagedJobRequest, ModelFramework, ModelType, Role
from jobs.insights.service import _counted
from jobs.job_list.service import forget_counts
from jobs.models import COMMAND_LINE, ApiKey, Membership, Organization
from jobs.sync import cycle, dataset_counts, worker, write_failures
from jobs.templatetags import html_cache
from jobs.viam import endpoints
from tests.viam.loopback import refuse_other_machines


@pytest.fixture(scope="session", autouse=True)
def only_loopback() -> Iterator[None]:
    """No channel of gRPC leaves this machine."""
    with pytest.MonkeyPatch.context() as patch:
        refuse_other_machines(patch)
        yield


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    """Each test begins with a process that has drawn and counted nothing yet, and in no reader's time zone."""
    timezone.deactivate()
    # Just looked: else some request of a test would have one question more.
    storing._seen = (monotonic(), "")
    # The same, and a refresher runs somewhere.
    worker._looked_at, worker._is_seen, worker._beaten_at = monotonic() + 3_600, True, float("-inf")
    write_failures._trouble = None
    html_cache.kept.forget()
    forget_counts()
    dataset_counts.forget()
    _counted.cache_clear()


@pytest.fixture
def ana(db: None) -> User:
    """Ana owns the site: she is a superuser."""
    return User.objects.create_superuser("ana", password="ana's own words")


@pytest.fixture
def bo(db: None) -> User:
    """Bo is on the team: an operator of Bolt Robotics."""
    return User.objects.create_user("bo", password="bo's own words")


@pytest.fixture
def vera(db: None) -> User:
    """Vera looks on: a viewer."""
    return User.objects.create_user("vera", password="vera's own words")


@pytest.fixture
def adam(db: None) -> User:
    """Adam administers Bolt Robotics, and nothing else."""
    return User.objects.create_user("adam", password="adam's own words")


@pytest.fixture
def olga(db: None) -> User:
    """Olga has an account, and belongs nowhere."""
    return User.objects.create_user("olga", password="olga's own words")


@pytest.fixture
def vera_client(vera: User, bolt: Organization) -> Client:
    Membership.objects.create(organization=bolt, user=vera, role=Role.VIEWER)
    return _signed_in(vera)


@pytest.fixture
def adam_client(adam: User, bolt: Organization) -> Client:
    Membership.objects.create(organization=bolt, user=adam, role=Role.ADMINISTRATOR)
    return _signed_in(adam)


@pytest.fixture
def olga_client(olga: User) -> Client:
    return _signed_in(olga)


@pytest.fixture
def ana_client(ana: User) -> Client:
    return _signed_in(ana)


@pytest.fixture
def bo_client(bo: User) -> Client:
    return _signed_in(bo)


def _signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    # As the form leaves it: who asks is found out as it is for people.
    key = stored_key(client.session.session_key or "")
    UserSession.objects.create(user=person, session_key=key, ip="127.0.0.1")
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
def bolt(cloud: Emulator, bo: User, settings: Settings) -> Organization:
    """Bolt Robotics: connected, shown, and as the cloud tells it now."""
    row = ApiKey(label="Bolt's key", key_id=DEMO_KEY_ID)
    save_key(row=row, endpoint=settings.VIAM_ENDPOINTS[0], key=DEMO_KEY, actor=COMMAND_LINE)
    choose(row, [BOLT_ROBOTICS_ID], COMMAND_LINE)
    organization = row.organizations.get(viam_id=BOLT_ROBOTICS_ID)
    Membership.objects.create(organization=organization, user=bo, role=Role.OPERATOR)
    worker.mark_viewed(organization)
    cycle.refresh_now(organization)
    organization.refresh_from_db()
    return organization


@pytest.fixture
def asked(bolt: Organization) -> ManagedJobRequest:
    """A job that somebody submits, made of what a job of Bolt Robotics was made of."""
    done = bolt.jobs.filter(is_custom=False, status=JobStatus.COMPLETED, model_type=ModelType.OBJECT_DETECTION).first()
    assert done
    return ManagedJobRequest(
        dataset_id=done.dataset_id,
        model_name="hinge-finder",
        model_version="v1",
        model_type=ModelType.OBJECT_DETECTION,
        model_framework=ModelFramework.TFLITE,
        labels=done.labels,
    )


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """All that any logger says, however unimportant, as it stands in the site's log."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(OneLine(LINE))
    loggers = [logging.getLogger(), logging.getLogger("django")]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.DEBUG)
        logger.addHandler(handler)
    yield written
    for logger, level in zip(loggers, levels, strict=True):
        logger.removeHandler(handler)
        logger.setLevel(level)
