"""API keys in a browser's eyes: they go in, and never come out."""

import base64
from urllib.parse import quote

import grpc
import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from emulator.server import Emulator
from emulator.world.tenants import BOLT_ROBOTICS_ID, DEMO_KEY, DEMO_KEY_ID, HARBOR_PILOTS_ID
from jobs.models import ApiKey, AuditEntry, Organization
from jobs.viam import endpoints

pytestmark = pytest.mark.django_db


@pytest.fixture
def form(cloud: Emulator, settings: Settings) -> dict[str, str]:
    """What Ana types."""
    return {"label": "Ours", "endpoint": settings.VIAM_ENDPOINTS[0].text, "key_id": DEMO_KEY_ID, "key": DEMO_KEY}


def add(ana_client: Client, form: dict[str, str]) -> ApiKey:
    answer = ana_client.post(reverse("jobs:key-create"), form)
    assert answer.status_code == 302, answer.text
    return ApiKey.objects.get()


def address(row: ApiKey, name: str = "key-edit") -> str:
    return reverse(f"jobs:{name}", args=[row.pk])


def test_a_key_that_works_is_kept_and_its_organizations_can_be_chosen(ana_client: Client, form: dict[str, str]) -> None:
    row = add(ana_client, form)
    assert row.worked_at
    text = ana_client.get(address(row, "key-organizations")).text
    assert all(name in text for name in ("Bolt Robotics", "Harbor Pilots", "Quiet Greenhouse"))
    ana_client.post(address(row, "key-organizations"), {"shown": [BOLT_ROBOTICS_ID]})
    assert list(Organization.objects.filter(is_shown=True).values_list("name", flat=True)) == ["Bolt Robotics"]


def test_a_key_without_a_label_is_called_by_its_organizations(ana_client: Client, form: dict[str, str]) -> None:
    row = add(ana_client, {**form, "label": ""})
    assert row.label == "Bolt Robotics and 2 more"
    assert "Bolt Robotics and 2 more works and was saved." in ana_client.get(address(row, "key-organizations")).text


def test_what_the_key_may_not_do_is_told_when_it_is_connected(
    cloud: Emulator, ana_client: Client, form: dict[str, str]
) -> None:
    """It came out with the first refresh, or with the first submit."""
    cloud.world.demote(DEMO_KEY_ID, HARBOR_PILOTS_ID)
    row = add(ana_client, form)
    told = "It may not train in Harbor Pilots: there it needs the role Organization Owner."
    assert f"Ours works and was saved. {told}" in ana_client.get(address(row, "key-organizations")).text
    assert f"Ours works. {told}" in ana_client.post(address(row, "key-test"), follow=True).text
    cloud.world.promote(DEMO_KEY_ID, HARBOR_PILOTS_ID)
    assert "may not train" not in ana_client.post(address(row, "key-test"), follow=True).text


@pytest.mark.parametrize("code", [grpc.StatusCode.UNIMPLEMENTED, grpc.StatusCode.PERMISSION_DENIED])
def test_a_cloud_that_tells_nothing_of_keys_is_no_trouble(
    cloud: Emulator, ana_client: Client, form: dict[str, str], code: grpc.StatusCode
) -> None:
    for method in ("CheckPermissions", "ListKeys"):
        cloud.faults.fail(method, code, times=99)
    row = add(ana_client, form)
    assert (row.problem, row.viam_name) == ("", "")
    assert "may not train" not in ana_client.get(address(row, "key-organizations")).text


def test_a_key_tells_its_name_in_viam(ana_client: Client, form: dict[str, str]) -> None:
    assert add(ana_client, form).viam_name == "trainyard"
    assert "“<bdi>trainyard</bdi>” in Viam" in ana_client.get(reverse("jobs:keys")).text


def test_a_label_that_is_emptied_is_made_anew(ana_client: Client, form: dict[str, str]) -> None:
    row = add(ana_client, form)
    ana_client.post(address(row), {**form, "key": "", "label": ""})
    row.refresh_from_db()
    assert row.label == "Bolt Robotics and 2 more"


def test_a_refused_key_without_a_label_is_written_down_by_its_id(ana_client: Client, form: dict[str, str]) -> None:
    ana_client.post(reverse("jobs:key-create"), {**form, "label": "", "key": "wrong"})
    assert AuditEntry.objects.get().subject == f"Key ({DEMO_KEY_ID}, {form['endpoint']})"


def test_the_key_is_in_no_page_and_not_in_the_database(ana_client: Client, form: dict[str, str]) -> None:
    row = add(ana_client, form)
    stored = " ".join(map(str, ApiKey.objects.values_list().get()))
    pages = [ana_client.get(page).text for page in (address(row), reverse("jobs:keys"), address(row, "key-remove"))]
    forms = [DEMO_KEY, base64.b64encode(DEMO_KEY.encode()).decode(), quote(DEMO_KEY, safe="") + "&"]
    assert not [place for place in [stored, *pages] for secret in forms if secret in place]


def test_a_refused_key_is_told_in_words_and_not_kept(ana_client: Client, form: dict[str, str]) -> None:
    answer = ana_client.post(reverse("jobs:key-create"), {**form, "key": "wrong"})
    assert answer.status_code == 422
    assert "rejected this API key" in answer.text
    assert "wrong" not in answer.text
    assert not ApiKey.objects.exists()


def test_a_cloud_that_is_away_keeps_the_old_key(cloud: Emulator, ana_client: Client, form: dict[str, str]) -> None:
    row = add(ana_client, form)
    cloud.faults.fail("ListOrganizations", grpc.StatusCode.INTERNAL, "come back later", times=9)
    answer = ana_client.post(address(row), {**form, "key": DEMO_KEY, "label": "New"})
    assert answer.status_code == 422
    assert "come back later" in answer.text
    assert ApiKey.objects.get().label == "Ours"


def test_blank_keeps_the_stored_key(ana_client: Client, form: dict[str, str]) -> None:
    row = add(ana_client, form)
    answer = ana_client.post(address(row), {**form, "key": "", "label": "Renamed"})
    assert answer.status_code == 302
    row.refresh_from_db()
    assert (row.label, row.credentials().key) == ("Renamed", DEMO_KEY)


@pytest.mark.parametrize("changed", [{"key_id": "another"}, {"endpoint": "http://127.0.0.1:9"}])
def test_another_id_or_cloud_needs_the_key_again(
    ana_client: Client, form: dict[str, str], settings: Settings, changed: dict[str, str]
) -> None:
    """Row 33: else a stored key could be sent to somebody else's cloud."""
    row = add(ana_client, form)
    settings.VIAM_ENDPOINTS = [*settings.VIAM_ENDPOINTS, endpoints.parse("http://127.0.0.1:9")]
    answer = ana_client.post(address(row), {**form, "key": "", **changed})
    assert answer.status_code == 422
    assert "Enter the key again" in answer.text


def test_a_cloud_that_is_not_allowed_can_not_be_chosen(ana_client: Client, form: dict[str, str]) -> None:
    answer = ana_client.post(reverse("jobs:key-create"), {**form, "endpoint": "http://127.0.0.1:1"})
    assert answer.status_code == 422
    assert not ApiKey.objects.exists()


def test_removing_a_key_keeps_what_was_seen(ana_client: Client, bolt: Organization) -> None:
    row = ApiKey.objects.get()
    ana_client.post(address(row, "key-remove"))
    text = ana_client.get(bolt.get_absolute_url()).text
    assert not ApiKey.objects.exists()
    assert bolt.jobs.exists()
    assert "was removed" in text


@pytest.mark.parametrize("name", ["key-edit", "key-organizations", "key-remove"])
def test_only_site_owners_see_keys(bo_client: Client, bolt: Organization, name: str) -> None:
    row = ApiKey.objects.get()
    assert bo_client.get(reverse("jobs:keys")).status_code == 403
    assert bo_client.get(address(row, name)).status_code == 403
    assert bo_client.post(address(row, name)).status_code == 403
    assert ApiKey.objects.filter(pk=row.pk).exists()
