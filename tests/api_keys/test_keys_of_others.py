"""A key that opens organizations which have another key: whose they are decides which they use."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from emulator.world.tenants import DEMO_KEY, DEMO_KEY_ID
from jobs.domain import Role
from jobs.models import ApiKey, AuditEntry, Membership, Organization

pytestmark = pytest.mark.django_db


@pytest.fixture
def bolts(bolt: Organization) -> ApiKey:
    assert bolt.credentials
    return bolt.credentials


@pytest.fixture
def harbors(bolt: Organization) -> ApiKey:
    """The key of all the others that Bolt's key opens, too."""
    row = ApiKey(label="Harbor's key", key_id="77777777-7777-4777-8777-777777777777", endpoint=bolt.endpoint)
    row.seal("harbor's own made up key")
    row.save()
    Organization.objects.exclude(pk=bolt.pk).update(credentials=row)
    return row


def save(client: Client, row: ApiKey) -> str:
    """The page that tells what became of it."""
    typed = {"label": "Ours", "endpoint": row.endpoint, "key_id": DEMO_KEY_ID, "key": DEMO_KEY}
    return client.post(reverse("jobs:key-edit", args=[row.pk]), typed, follow=True).text


def keys() -> dict[str, ApiKey | None]:
    return {one.slug: one.credentials for one in Organization.objects.select_related("credentials")}


def noted() -> list[tuple[str, str, str]]:
    entries = AuditEntry.objects.filter(action="organization:key").order_by("subject")
    return [(entry.who, entry.organization.slug if entry.organization else "", entry.outcome) for entry in entries]


def test_an_administrator_changes_no_key_of_others(adam_client: Client, bolts: ApiKey, harbors: ApiKey) -> None:
    """Row 17: the page says which are left as they are."""
    page = save(adam_client, bolts)

    assert keys() == {"bolt-robotics": bolts, "harbor-pilots": harbors, "quiet-greenhouse": harbors}
    told = "Harbor Pilots and Quiet Greenhouse stay with their own keys: only a site owner can change that."
    assert f"Ours works and was saved. {told}" in page
    assert noted() == []


def test_nor_the_name_of_their_organizations(adam_client: Client, bolts: ApiKey, harbors: ApiKey) -> None:
    Organization.objects.filter(credentials=harbors).update(name="As it was")
    save(adam_client, bolts)
    assert Organization.objects.filter(name="As it was").count() == 2


def test_an_administrator_changes_the_key_of_what_they_administer(
    adam: User, adam_client: Client, bolts: ApiKey, harbors: ApiKey
) -> None:
    """And each of these organizations finds it in its activity."""
    Membership.objects.create(user=adam, organization=Organization.objects.get(slug="harbor-pilots"), role=3)
    greenhouse = Organization.objects.get(slug="quiet-greenhouse")
    Membership.objects.create(user=adam, organization=greenhouse, role=Role.OPERATOR)

    page = save(adam_client, bolts)

    assert keys() == {"bolt-robotics": bolts, "harbor-pilots": bolts, "quiet-greenhouse": harbors}
    assert "Quiet Greenhouse stays with its own key: only a site owner can change that." in page
    assert noted() == [("adam", "harbor-pilots", "done")]


def test_an_administrator_connects_what_has_no_key(adam_client: Client, bolts: ApiKey) -> None:
    Organization.objects.filter(slug="harbor-pilots").update(credentials=None)
    Organization.objects.filter(slug="quiet-greenhouse").delete()

    page = save(adam_client, bolts)

    assert set(keys().values()) == {bolts} and len(keys()) == 3
    assert "own key" not in page
    assert noted() == [("adam", "harbor-pilots", "done")]


def test_a_site_owner_changes_all_and_each_is_noted(ana_client: Client, bolts: ApiKey, harbors: ApiKey) -> None:
    page = save(ana_client, bolts)

    assert set(keys().values()) == {bolts}
    assert "own key" not in page
    assert noted() == [("ana", "harbor-pilots", "done"), ("ana", "quiet-greenhouse", "done")]
