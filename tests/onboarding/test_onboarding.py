"""The first steps: each is open or done as what is stored says, and nobody gets more than they may do."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import grpc
import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from pytest_django import Settings

from emulator.server import Emulator
from emulator.world.tenants import (
    BOLT_ROBOTICS_ID,
    DEMO_KEY,
    DEMO_KEY_ID,
    OTHER_KEY,
    OTHER_KEY_ID,
    QUIET_GREENHOUSE_ID,
)
from jobs import viam
from jobs.api_keys.service import choose, save_key
from jobs.domain import Credentials, Role
from jobs.members.service import invite
from jobs.models import COMMAND_LINE, Actor, ApiKey, Invitation, Membership, Organization
from jobs.onboarding.service import Guide, Step, dismiss, first_steps, open_steps
from jobs.permissions import accesses_for
from jobs.sync import cycle
from jobs.viam import endpoints
from protos import app_pb2
from tests.viam.small_cloud import SmallCloud

pytestmark = pytest.mark.django_db


def connected(settings: Settings, key_id: str = DEMO_KEY_ID, key: str = DEMO_KEY) -> ApiKey:
    row = ApiKey(key_id=key_id)
    save_key(row=row, endpoint=settings.VIAM_ENDPOINTS[0], key=key, actor=COMMAND_LINE)
    return row


@pytest.fixture
def key(cloud: Emulator, settings: Settings) -> ApiKey:
    return connected(settings)


@pytest.fixture
def greenhouse(key: ApiKey) -> Organization:
    """Quiet Greenhouse has no job, and was not loaded yet."""
    choose(key, [QUIET_GREENHOUSE_ID], COMMAND_LINE)
    return key.organizations.get(viam_id=QUIET_GREENHOUSE_ID)


@pytest.fixture
def blind(settings: Settings) -> Iterator[SmallCloud]:
    """A cloud that takes every key, and shows it nothing."""
    with SmallCloud().running() as cloud:
        cloud.reply("ListOrganizations", app_pb2.ListOrganizationsResponse())
        settings.VIAM_ENDPOINTS = [cloud.endpoint]
        yield cloud
        viam.forget(cloud.endpoint, Credentials(DEMO_KEY_ID, DEMO_KEY))


def guide_of(user: User) -> Guide:
    return first_steps(user, accesses_for(user))


def next_of(user: User) -> Step:
    step = guide_of(user).current
    assert step
    return step


def told(user: User) -> dict[str, str]:
    return {step.word: step.told for step in guide_of(user).steps}


def test_a_new_site_begins_with_a_key(ana: User) -> None:
    assert told(ana) == dict.fromkeys(("make", "connect", "choose", "start", "invite"), "")
    assert next_of(ana).word == "make"


def test_a_key_is_made_and_connected_at_once_and_leads_to_its_organizations(ana: User, key: ApiKey) -> None:
    assert told(ana)["make"]
    assert told(ana)["connect"] == "Connected: Bolt Robotics and 2 more"
    step = next_of(ana)
    assert step.key
    assert (step.word, step.key.row) == ("choose", key)


def test_an_organization_is_shown_and_being_loaded(ana: User, greenhouse: Organization) -> None:
    assert told(ana)["choose"] == "Shown: Quiet Greenhouse"
    assert (next_of(ana).word, next_of(ana).is_loading) == ("start", True)


def test_without_jobs_the_first_one_is_started_in_what_is_loaded(ana: User, greenhouse: Organization) -> None:
    cycle.refresh_now(greenhouse)
    step = next_of(ana)
    assert (step.word, step.is_loading, step.place) == ("start", False, greenhouse)


def test_jobs_that_were_started_elsewhere_count(ana: User, bolt: Organization) -> None:
    assert told(ana)["start"] == f"Jobs so far: {bolt.jobs.count()}"


def test_somebody_else_who_is_here_is_a_team(ana: User, bo: User, greenhouse: Organization) -> None:
    assert told(ana)["invite"] == ""
    Membership.objects.create(organization=greenhouse, user=bo, role=Role.VIEWER)
    assert told(ana)["invite"] == "Also here: bo"


def test_an_invitation_counts_while_it_is_open(ana: User, greenhouse: Organization) -> None:
    invite(Actor(ana), greenhouse, Role.VIEWER)
    assert told(ana)["invite"] == "Pending invitations: 1"
    Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert told(ana)["invite"] == ""


def test_a_key_without_the_right_is_in_trouble_with_the_cloud_s_words(
    ana: User, cloud: Emulator, greenhouse: Organization
) -> None:
    cloud.faults.fail("ListTrainingJobs", grpc.StatusCode.UNAUTHENTICATED, "owners only", times=99)
    cycle.refresh_now(greenhouse)
    step = next_of(ana)
    assert (step.word, step.words) == ("connect", "owners only")
    assert "rejected" in step.trouble


def test_a_second_key_that_works_is_enough(ana: User, key: ApiKey, settings: Settings) -> None:
    ApiKey.objects.filter(pk=key.pk).update(problem="refused")
    assert next_of(ana).word == "connect"
    connected(settings, OTHER_KEY_ID, OTHER_KEY)
    assert told(ana)["connect"] == "Connected: Other Tenant"
    viam.forget(settings.VIAM_ENDPOINTS[0], Credentials(OTHER_KEY_ID, OTHER_KEY))


def test_a_key_that_sees_nothing_is_told_and_named_by_its_id(ana: User, blind: SmallCloud, settings: Settings) -> None:
    connected(settings)
    assert told(ana)["connect"] == f"Connected: Key 1111…1111 at 127.0.0.1:{blind.port}"
    assert (next_of(ana).word, next_of(ana).trouble) == ("choose", "This key has no access to any organization.")


def test_a_cloud_that_is_away_at_the_first_load_is_told(ana: User, cloud: Emulator, greenhouse: Organization) -> None:
    cloud.stop()
    cycle.refresh_now(greenhouse)
    assert (next_of(ana).word, next_of(ana).is_loading) == ("start", False)
    assert "can't be reached" in next_of(ana).trouble


@pytest.mark.parametrize(
    ("role", "words"),
    [(Role.VIEWER, []), (Role.OPERATOR, ["start"]), (Role.ADMINISTRATOR, ["start", "invite"])],
)
def test_a_member_gets_the_steps_of_their_role(
    vera: User, greenhouse: Organization, role: Role, words: list[str]
) -> None:
    Membership.objects.create(organization=greenhouse, user=vera, role=role)
    assert list(told(vera)) == words
    assert open_steps(vera, accesses_for(vera)) is None


def test_a_member_counts_the_jobs_of_their_own_organizations(vera: User, bolt: Organization) -> None:
    assert bolt.credentials
    choose(bolt.credentials, [BOLT_ROBOTICS_ID, QUIET_GREENHOUSE_ID], COMMAND_LINE)
    quiet = Organization.objects.get(viam_id=QUIET_GREENHOUSE_ID)
    Membership.objects.create(organization=quiet, user=vera, role=Role.OPERATOR)
    assert told(vera) == {"start": ""}


def test_who_belongs_nowhere_has_no_steps(olga: User, bolt: Organization) -> None:
    assert guide_of(olga).steps == ()


def test_what_was_dismissed_is_gone_from_the_first_page_alone(ana: User, key: ApiKey) -> None:
    assert open_steps(ana, []) is not None
    dismiss(ana)
    dismiss(ana)
    assert open_steps(ana, []) is None
    assert (len(guide_of(ana).steps), guide_of(ana).is_on_first_page) == (5, False)


def test_it_can_be_dismissed_once_there_is_a_job(ana: User, cloud: Emulator, greenhouse: Organization) -> None:
    assert not guide_of(ana).can_be_dismissed
    Organization.objects.update(counts={"completed": 1})
    assert guide_of(ana).can_be_dismissed


def test_only_what_is_on_the_first_page_can_be_dismissed(vera: User, greenhouse: Organization) -> None:
    Organization.objects.update(counts={"completed": 1})
    Membership.objects.create(organization=greenhouse, user=vera, role=Role.ADMINISTRATOR)
    assert next_of(vera).word == "invite"
    assert not guide_of(vera).can_be_dismissed


def test_nothing_is_shown_once_all_is_done(ana: User, bolt: Organization) -> None:
    assert guide_of(ana).is_over
    assert open_steps(ana, accesses_for(ana)) is None


def test_the_tag_changes_with_what_is_shown(ana: User, greenhouse: Organization) -> None:
    loading = guide_of(ana).tag
    assert guide_of(ana).tag == loading
    cycle.refresh_now(greenhouse)
    assert guide_of(ana).tag != loading


def test_an_unknown_cloud_is_a_key_s_trouble(ana: User, key: ApiKey, settings: Settings) -> None:
    settings.VIAM_ENDPOINTS = [endpoints.parse("elsewhere.example:443")]
    step = next_of(ana)
    assert step.key
    assert (step.word, step.key.opens) == ("connect", False)
