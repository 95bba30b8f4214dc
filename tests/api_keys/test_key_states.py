"""How keys do, on their page and as a banner; keys that were tampered with; what happens to them in memory."""

from __future__ import annotations

import logging
import re
from datetime import timedelta

import grpc
import pytest
from cryptography.fernet import Fernet
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags
from pytest_django import Settings

from emulator.server import Emulator
from jobs.domain import Role
from jobs.models import ApiKey, AuditEntry, Membership, Organization
from jobs.sync import cycle

pytestmark = pytest.mark.django_db

BANNER = "Manage API keys"


@pytest.fixture
def key(bolt: Organization) -> ApiKey:
    assert bolt.credentials
    return bolt.credentials


def post(client: Client, key: ApiKey, what: str) -> str:
    return client.post(reverse(f"jobs:key-{what}", args=[key.pk]), follow=True).text


def refuse(cloud: Emulator, bolt: Organization) -> None:
    """The cloud takes the key no longer, and the site has found out."""
    cloud.faults.fail("ListTrainingJobs", grpc.StatusCode.UNAUTHENTICATED, "no such right", times=99)
    cycle.refresh_now(bolt)


def pages(bolt: Organization) -> list[str]:
    job = bolt.jobs.order_by("sorted_on").first()
    assert job
    return [bolt.get_absolute_url(), job.get_absolute_url()]


def test_a_key_that_works_tells_since_when_and_for_whom(ana_client: Client, bolt: Organization) -> None:
    text = ana_client.get("/settings/keys/").text
    assert "Working since" in text
    assert bolt.get_absolute_url() in text


def test_the_stored_key_is_tried_in_place(adam_client: Client, key: ApiKey) -> None:
    assert "works." in post(adam_client, key, "test")
    entry = AuditEntry.objects.filter(action="credentials:test").get()
    assert (entry.outcome, entry.who) == ("done", "adam")


def test_a_refusal_is_noted_with_its_beginning(cloud: Emulator, adam_client: Client, key: ApiKey) -> None:
    cloud.faults.fail("ListOrganizations", grpc.StatusCode.UNAUTHENTICATED, "withdrawn", times=9)
    text = post(adam_client, key, "test")
    assert "did not work" in text
    assert "Failing since" in text
    assert "Working since" not in text


def test_administrators_are_told_on_every_page(
    cloud: Emulator, adam_client: Client, ana_client: Client, bolt: Organization
) -> None:
    refuse(cloud, bolt)
    for client in (adam_client, ana_client):
        assert [page for page in pages(bolt) if BANNER not in client.get(page).text] == []
    Organization.objects.create(endpoint="x:1", viam_id="2", name="Two", slug="two")
    assert BANNER in ana_client.get("/").text


def test_a_refused_key_says_when_it_is_tried_next_and_is_tried_now_on_request(
    cloud: Emulator, adam_client: Client, bo_client: Client, bolt: Organization
) -> None:
    """Row 131: by administrators, not more often than once in ten seconds, and written down."""
    refuse(cloud, bolt)
    assert all("Next try at" in page.text and "Try now" in page.text for page in map(adam_client.get, pages(bolt)))
    assert "Next try at" in adam_client.get("/settings/keys/").text
    assert not any("Try now" in bo_client.get(page).text for page in pages(bolt))
    assert not cycle.refresh_due(bolt)
    cloud.faults.clear()
    address = reverse("jobs:try", args=[bolt.slug])
    assert "Refreshing the jobs" in adam_client.post(address, follow=True).text
    assert cycle.refresh_due(bolt)
    bolt.refresh_from_db()
    assert bolt.problem == ""
    assert "a moment ago" in adam_client.post(address, follow=True).text
    entry = AuditEntry.objects.get(action="organization:try")
    assert (entry.outcome, entry.who) == ("done", "adam")


def test_an_open_page_hears_of_the_next_try(cloud: Emulator, adam_client: Client, bolt: Organization) -> None:
    """Row 131: the key stays refused, and the time moves on."""
    refuse(cloud, bolt)
    tag = adam_client.get(bolt.get_absolute_url(), headers={"HX-Request": "true"}).headers["HX-PTag"]
    poll = {"HX-Request": "true", "HX-PTag": tag}
    assert adam_client.get(bolt.get_absolute_url(), headers=poll).status_code == 204
    Organization.objects.filter(pk=bolt.pk).update(due_at=timezone.now() + timedelta(seconds=250))
    assert "Next try at" in adam_client.get(bolt.get_absolute_url(), headers=poll).text


def test_others_see_how_fresh_it_is_and_no_more(
    cloud: Emulator, bo_client: Client, vera_client: Client, bolt: Organization
) -> None:
    """Row 42: the cloud's own words are for administrators."""
    refuse(cloud, bolt)
    for client in (bo_client, vera_client):
        text = client.get(bolt.get_absolute_url()).text
        assert "rejected this API key" in text
        assert (BANNER in text, "no such right" in text) == (False, False)


def test_an_administrator_of_another_organization_is_not_told(
    cloud: Emulator, olga_client: Client, bolt: Organization
) -> None:
    refuse(cloud, bolt)
    other = Organization.objects.create(endpoint="x:1", viam_id="2", name="Two", slug="two")
    user = get_user_model().objects.get(username="olga")
    Membership.objects.create(organization=other, user=user, role=Role.ADMINISTRATOR)
    assert BANNER not in olga_client.get(other.get_absolute_url()).text


@pytest.mark.parametrize("kind", ["unreachable", "late", "untrusted"])
def test_how_a_cloud_is_away_is_not_for_everybody(bo_client: Client, bolt: Organization, kind: str) -> None:
    """Row 42: refused, silent and badly certified look alike."""
    kinds = {"unreachable": "unavailable", "late": "timed_out", "untrusted": "untrusted"}
    Organization.objects.update(problem=kinds[kind], problem_words=f"ipv4:10.0.0.7:443 {kind}", version=99)
    text = bo_client.get(bolt.get_absolute_url()).text
    assert "Viam&#x27;s cloud can&#x27;t be reached." in text
    assert ("10.0.0.7" in text, re.search(rf"\b{kind}\b", strip_tags(text))) == (False, None)


def test_ciphertext_of_another_row_is_refused_and_told(
    ana_client: Client, bolt: Organization, key: ApiKey, caplog: pytest.LogCaptureFixture
) -> None:
    """Row 29: an error in the log, and at the key; no page breaks, nothing is sent."""
    other = ApiKey(label="Other", endpoint=key.endpoint, key_id="other")
    other.seal("another key")
    other.save()
    ApiKey.objects.filter(pk=key.pk).update(sealed_key=other.sealed_key)
    cycle.refresh_now(bolt)
    assert "belongs to another entry" in ana_client.get("/settings/keys/").text
    assert "belongs to another entry" in ana_client.get(bolt.get_absolute_url()).text
    assert [record.levelno for record in caplog.records if "another entry" in record.message] == [logging.ERROR]


@pytest.mark.parametrize("place", [0, 12, 40, -3])
def test_a_flipped_letter_is_refused_and_told(
    ana_client: Client, bolt: Organization, key: ApiKey, caplog: pytest.LogCaptureFixture, place: int
) -> None:
    """Row 30."""
    letters = list(key.sealed_key)
    letters[place] = "A" if letters[place] != "A" else "B"
    ApiKey.objects.filter(pk=key.pk).update(sealed_key="".join(letters))
    cycle.refresh_now(bolt)
    assert ana_client.get(bolt.get_absolute_url()).status_code == 200
    assert "decrypted" in ana_client.get("/settings/keys/").text
    assert "did not work" in post(ana_client, key, "test")
    assert "was not changed" in post(ana_client, key, "rotate")
    assert logging.ERROR in [record.levelno for record in caplog.records if "decrypted" in record.message]


@pytest.mark.parametrize("sealed", ["", "{}", "é", "gAAAA", "x" * 10_000])
def test_what_was_never_sealed_is_refused(ana_client: Client, key: ApiKey, sealed: str) -> None:
    """Row 30."""
    ApiKey.objects.filter(pk=key.pk).update(sealed_key=sealed)
    assert "decrypted" in ana_client.get("/settings/keys/").text


def test_an_older_key_can_be_sealed_anew(ana_client: Client, key: ApiKey, settings: Settings) -> None:
    """Row 28: both are read, the first one seals, and afterwards the old one can go."""
    new = Fernet.generate_key().decode()
    settings.CREDENTIAL_KEYS = [new, *settings.CREDENTIAL_KEYS]
    assert "Encrypted with key 2" in ana_client.get("/settings/keys/").text
    assert "is now encrypted with the first" in post(ana_client, key, "rotate")
    settings.CREDENTIAL_KEYS = [new]
    assert ApiKey.objects.get(pk=key.pk).credentials().key
    assert AuditEntry.objects.get(action="credentials:rotate").outcome == "done"


def test_the_form_never_gives_the_key_back(ana_client: Client, key: ApiKey) -> None:
    """Row 26: neither the stored one nor the one that was typed and refused."""
    address = reverse("jobs:key-edit", args=[key.pk])
    typed = {"label": "", "endpoint": key.endpoint, "key_id": key.key_id, "key": "typed-and-secret"}
    for text in (ana_client.get(address).text, ana_client.post(address, typed).text):
        assert "typed-and-secret" not in text
        assert key.credentials().key not in text
        assert 'type="password" name="key"' in text
        assert not [field for field in text.split("<input") if 'name="key"' in field and "value=" in field]
