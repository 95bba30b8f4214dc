"""Keys that were stored without a name, before there was one by default: an update names them."""

from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection

from jobs.models import ApiKey, Organization

pytestmark = pytest.mark.django_db

name = import_module("jobs.migrations.0011_key_names").name
CLOUD = "app.viam.com:443"
KEY_ID = "01234567-89ab-cdef-0123-456789abcdef"


def stored(label: str, *organizations: str) -> ApiKey:
    row = ApiKey.objects.create(label=label, endpoint=CLOUD, key_id=KEY_ID, sealed_key="sealed")
    for each in organizations:
        Organization.objects.create(credentials=row, endpoint=CLOUD, viam_id=each, name=each, slug=each.lower())
    return row


@pytest.mark.parametrize(
    ("organizations", "label"),
    [((), "Key 0123…cdef at app.viam.com"), (("Harbor", "Bolt"), "Bolt and Harbor"), (("Bolt",), "Bolt")],
)
def test_a_key_that_nobody_named_is_called_by_its_organizations(organizations: tuple[str, ...], label: str) -> None:
    row = stored(f"{CLOUD} {KEY_ID}", *organizations)
    name(apps, connection.schema_editor())
    row.refresh_from_db()
    assert row.label == label


def test_a_name_that_somebody_gave_stays() -> None:
    row = stored("Ana's key", "Bolt")
    name(apps, connection.schema_editor())
    row.refresh_from_db()
    assert row.label == "Ana's key"
