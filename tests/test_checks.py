"""Row 27: a wrong key at start is told, nothing is overwritten, and pages go on."""

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

from jobs.checks import refuse_later_database
from jobs.models import ApiKey, Organization

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


def test_migrations_of_others_are_no_matter(db: None) -> None:
    MigrationRecorder(connection).record_applied("admin", "0001_initial")
    refuse_later_database()
