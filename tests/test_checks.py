"""Row 27: a wrong key at start is told, nothing is overwritten, and pages go on."""

from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from django.core.checks import Tags, run_checks
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.core.management.base import SystemCheckError
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from pytest_django import Settings

from jobs import storing
from jobs.bulk.worker import work
from jobs.checks import refuse_later_database
from jobs.models import ApiKey, BulkRun, Organization
from jobs.sync import worker, write_failures
from tests.installed import Installation, production

pytestmark = pytest.mark.django_db


def test_keys_that_do_not_open_are_told_at_start(bolt: Organization, settings: Settings) -> None:
    sealed = ApiKey.objects.get().sealed_key
    settings.CREDENTIAL_KEYS = [Fernet.generate_key().decode()]
    (told,) = run_checks(tags=[Tags.database], databases=["default"])
    assert told.msg == "The API key “Bolt's key” can't be decrypted with CREDENTIAL_KEYS."
    assert ApiKey.objects.get().sealed_key == sealed


def test_keys_that_open_are_no_matter(bolt: Organization) -> None:
    assert run_checks(tags=[Tags.database], databases=["default"]) == []


def test_pages_show_what_was_seen_last(bo_client: Client, bolt: Organization, settings: Settings) -> None:
    settings.CREDENTIAL_KEYS = [Fernet.generate_key().decode()]
    text = bo_client.get(bolt.get_absolute_url()).text
    assert text.count("<tr id=") == bolt.jobs.count()


@pytest.mark.parametrize(
    ("changes", "is_told"),
    [
        ({}, True),
        ({"SITE_URL": "https://trainyard.example"}, False),
        ({"SENDS_MAIL": False}, False),
        ({"DEBUG": True}, False),
    ],
)
def test_a_site_that_sends_mail_has_a_name(settings: Settings, changes: dict[str, object], is_told: bool) -> None:
    """Row 13."""
    settings.SITE_URL, settings.SENDS_MAIL, settings.DEBUG = "", True, False
    for name, value in changes.items():
        setattr(settings, name, value)
    told = [one.msg for one in run_checks(tags=[Tags.security], include_deployment_checks=True)]
    assert ("SITE_URL is not set, and this site sends email." in told) == is_told


def test_a_database_of_a_later_version_is_refused(db: None) -> None:
    MigrationRecorder(connection).record_applied("jobs", "9999_of_tomorrow")
    (told,) = run_checks(tags=[Tags.database], databases=["default"])
    assert told.msg == "A later version of Trainyard has migrated this database (jobs.9999_of_tomorrow)."
    with pytest.raises(ImproperlyConfigured, match="restore the backup from before the update"):
        refuse_later_database()
    with pytest.raises(CommandError, match="A later version"):
        call_command("refresh", "--once")
    with pytest.raises(SystemCheckError, match="A later version"):
        call_command("migrate", skip_checks=False)


@pytest.fixture
def of_tomorrow(monkeypatch: pytest.MonkeyPatch, transactional_db: None) -> Iterator[None]:
    """A later version has migrated the database since it was looked at."""
    monkeypatch.setattr(storing, "_seen", (-storing.LOOKED_EVERY, ""))
    monkeypatch.setattr(write_failures, "_trouble", None)
    MigrationRecorder(connection).record_applied("jobs", "9999_of_tomorrow")
    yield
    # The table of migrations is the one that no test is cleaned up of.
    MigrationRecorder(connection).record_unapplied("jobs", "9999_of_tomorrow")


@pytest.mark.django_db(transaction=True)
def test_a_process_under_way_writes_nothing_more(
    ana_client: Client, bolt: Organization, of_tomorrow: None, caplog: pytest.LogCaptureFixture
) -> None:
    """Issue 15, part D: it was noticed at the next start alone."""
    Organization.objects.update(due_at=None)
    before = list(Organization.objects.values())
    ana_client.raise_request_exception = False

    refused = ana_client.post(f"/orgs/{bolt.slug}/members/", {"role": "1"})
    assert refused.status_code == 503
    assert "A later version of Trainyard has migrated this site's database." in unescape(refused.text)
    worker.tick()
    worker.let_end(30)
    with pytest.raises(storing.LaterVersion):
        run_of(bolt)
    assert list(Organization.objects.values()) == before
    assert caplog.text.count("A later version of Trainyard has migrated this site's database. jobs.9999") == 1
    assert ana_client.get(bolt.get_absolute_url()).status_code == 200


def run_of(bolt: Organization) -> None:
    """A bulk run that somebody has confirmed begins."""
    run = BulkRun.objects.create(organization=bolt, verb=BulkRun.Verb.CANCEL, actor_name="ana")
    work(run)


def test_a_probe_tells_of_a_later_version(client: Client, of_tomorrow: None) -> None:
    answer = client.get("/readyz")
    told = "A later version of Trainyard has migrated this database (jobs.9999_of_tomorrow).\n"
    assert (answer.status_code, answer.text) == (503, told)


def test_a_worker_asks_once_at_its_start(tmp_path: Path) -> None:
    """Issue 15, part D: both the refusal and the checks that follow it looked."""
    asked = "import jobs.storing as s; look = s.later_version; s.later_version = lambda: print('looked') or look()"
    program = f"import os; os.environ['DJANGO_SETTINGS_MODULE'] = 'dashboard.settings'; {asked}; import dashboard.wsgi"
    site = Installation(tmp_path, **production())
    assert site.manage("migrate").returncode == 0
    started = site.start("-c", program)
    assert started.process.wait(60) == 0, started.said
    assert started.said.count("looked") == 1


def test_migrations_of_others_are_no_matter(db: None) -> None:
    MigrationRecorder(connection).record_applied("admin", "0001_initial")
    refuse_later_database()
