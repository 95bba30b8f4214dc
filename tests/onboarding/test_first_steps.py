"""The first steps in a browser's eyes: on the first page, on their own, and through polls."""

from __future__ import annotations

import grpc
import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from emulator.server import Emulator
from emulator.world.tenants import DEMO_KEY, DEMO_KEY_ID, QUIET_GREENHOUSE_ID
from jobs.api_keys.service import choose, save_key
from jobs.domain import Role
from jobs.models import COMMAND_LINE, ApiKey, Membership, Organization
from jobs.sync import cycle

pytestmark = pytest.mark.django_db

STEPS, AWAY = "/first-steps/", "/first-steps/away/"
BUTTON = ">Dismiss</button>"


@pytest.fixture
def greenhouse(cloud: Emulator, settings: Settings) -> Organization:
    """Quiet Greenhouse: the only organization that is shown, loaded, and without a job."""
    row = ApiKey(key_id=DEMO_KEY_ID)
    save_key(row=row, endpoint=settings.VIAM_ENDPOINTS[0], key=DEMO_KEY, actor=COMMAND_LINE)
    choose(row, [QUIET_GREENHOUSE_ID], COMMAND_LINE)
    organization = row.organizations.get(viam_id=QUIET_GREENHOUSE_ID)
    cycle.refresh_now(organization)
    return organization


def poll(client: Client, tag: str) -> tuple[int, str]:
    answer = client.get(STEPS, headers={"HX-Request": "true", "HX-PTag": tag})
    return answer.status_code, answer.text


def test_a_new_owner_is_led_to_the_form_for_the_key(ana_client: Client) -> None:
    text = ana_client.get("/").text
    assert "0 of 5 done" in text
    assert 'href="/settings/keys/new/"' in text
    assert BUTTON not in text


def test_the_first_page_stays_while_steps_are_open(ana_client: Client, greenhouse: Organization) -> None:
    answer = ana_client.get("/")
    assert answer.status_code == 200
    assert reverse("jobs:create", args=[greenhouse.slug]) in answer.text


def test_choosing_organizations_lands_where_the_next_step_is(ana_client: Client, greenhouse: Organization) -> None:
    address = reverse("jobs:key-organizations", args=[greenhouse.credentials_id])
    text = ana_client.post(address, {"shown": [QUIET_GREENHOUSE_ID]}, follow=True).text
    assert 'id="step-start" data-step="current"' in " ".join(text.split())


def test_a_refused_key_leads_to_its_replacement(ana_client: Client, cloud: Emulator, greenhouse: Organization) -> None:
    cloud.faults.fail("ListTrainingJobs", grpc.StatusCode.UNAUTHENTICATED, "owners only", times=99)
    cycle.refresh_now(greenhouse)
    text = ana_client.get("/").text
    assert "owners only" in text
    assert reverse("jobs:key-edit", args=[greenhouse.credentials_id]) in text


def test_a_poll_brings_what_changed_and_nothing_else(ana_client: Client, greenhouse: Organization) -> None:
    tag = ana_client.get(STEPS)["HX-PTag"]
    assert poll(ana_client, tag) == (204, "")
    Organization.objects.update(counts={"pending": 1})
    status, text = poll(ana_client, tag)
    assert status == 200
    assert " ".join(text.split()).startswith('<section id="guide"')
    assert "Jobs so far: 1" in text


def test_the_first_page_polls_with_the_tag_of_the_steps(ana_client: Client, greenhouse: Organization) -> None:
    tag = ana_client.get(STEPS)["HX-PTag"]
    assert f'hx-ptag="{tag}"' in ana_client.get("/").text


def test_what_is_over_asks_no_more(ana_client: Client, bolt: Organization) -> None:
    text = ana_client.get(STEPS).text
    assert "5 of 5 done" in text
    assert 'hx-get="/first-steps/"' not in text


def test_dismissing_is_remembered_and_the_page_stays(ana_client: Client, greenhouse: Organization) -> None:
    Organization.objects.update(counts={"completed": 1})
    assert BUTTON in ana_client.get("/").text
    answer = ana_client.post(AWAY, follow=True)
    assert answer.redirect_chain[-1][0] == greenhouse.get_absolute_url()
    assert "Dismissed." in answer.text
    text = ana_client.get(STEPS).text
    assert "Invite to" in text
    assert BUTTON not in text


def test_each_person_puts_away_their_own(ana_client: Client, greenhouse: Organization, adam: User) -> None:
    adam.is_superuser = True
    adam.save()
    client = Client()
    client.force_login(adam)
    client.post(AWAY)
    Organization.objects.update(fetched_at=None, counts={})
    assert 'id="guide"' in ana_client.get("/").text


@pytest.mark.parametrize(
    ("role", "says", "hides"),
    [
        (Role.VIEWER, "Organizations you can view", "Start a job"),
        (Role.OPERATOR, "Start a job in", "Invite your team"),
        (Role.ADMINISTRATOR, "Invite your team", "Create an API key"),
    ],
)
def test_members_see_what_they_can_do(vera: User, greenhouse: Organization, role: Role, says: str, hides: str) -> None:
    Membership.objects.create(organization=greenhouse, user=vera, role=role)
    client = Client()
    client.force_login(vera)
    text = client.get(STEPS).text
    assert says in text
    assert hides not in text


@pytest.mark.parametrize("address", ["/", STEPS])
def test_who_belongs_nowhere_is_told_whom_to_ask(olga_client: Client, bolt: Organization, address: str) -> None:
    text = olga_client.get(address).text
    assert "open an invitation link" in text
    assert bolt.name not in text


def test_everybody_finds_them_under_their_name(olga_client: Client) -> None:
    assert f'<a href="{STEPS}">Get started</a>' in olga_client.get("/").text


def test_the_first_page_asks_often_while_something_is_loaded(ana_client: Client, greenhouse: Organization) -> None:
    assert 'data-poll-seconds="10"' in ana_client.get("/").text
    Organization.objects.update(fetched_at=None)
    text = ana_client.get("/").text
    assert 'data-poll-seconds="10"' not in text
    assert text.count('data-poll-seconds="1"') == 2


def test_once_most_is_done_the_first_page_has_a_line_for_the_next(
    ana_client: Client, greenhouse: Organization, cloud: Emulator
) -> None:
    assert "data-mostly-done" in ana_client.get("/").text
    cloud.faults.fail("ListTrainingJobs", grpc.StatusCode.UNAUTHENTICATED, "owners only", times=9)
    cycle.refresh_now(greenhouse)
    assert "data-mostly-done" not in ana_client.get("/").text
