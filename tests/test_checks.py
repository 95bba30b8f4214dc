"""Row 27: a wrong key at start is told, nothing is overwritten, and pages go on."""

import pytest
from cryptography.fernet import Fernet
from django.core.checks import Tags, run_checks
from django.test import Client
from pytest_django import Settings

from jobs.models import ApiSettings, Organization

pytestmark = pytest.mark.django_db


def test_keys_that_do_not_open_are_told_at_start(bolt: Organization, settings: Settings) -> None:
    sealed = ApiSettings.objects.get().sealed_key
    settings.CREDENTIAL_KEYS = [Fernet.generate_key().decode()]
    (told,) = run_checks(tags=[Tags.database], databases=["default"])
    assert told.msg == "The API key “Bolt's key” can't be opened with CREDENTIAL_KEYS."
    assert ApiSettings.objects.get().sealed_key == sealed


def test_keys_that_open_are_no_matter(bolt: Organization) -> None:
    assert run_checks(tags=[Tags.database], databases=["default"]) == []


def test_pages_show_what_was_seen_last(bo_client: Client, bolt: Organization, settings: Settings) -> None:
    settings.CREDENTIAL_KEYS = [Fernet.generate_key().decode()]
    text = bo_client.get(bolt.get_absolute_url()).text
    assert text.count("<tr id=") == bolt.jobs.count()
