"""What is empty teaches the next step: to those who may take it as a button, to others whom to ask."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from emulator.server import Emulator
from emulator.world.tenants import DEMO_KEY, DEMO_KEY_ID, QUIET_GREENHOUSE_ID
from jobs.api_keys.service import choose, save_key
from jobs.domain import Role
from jobs.models import COMMAND_LINE, ApiKey, Membership, Organization
from jobs.sync import cycle

pytestmark = pytest.mark.django_db

HERE = "/orgs/quiet-greenhouse/"
START = f'class="button primary" href="{HERE}jobs/new/"'
MEMBERS = f'<a href="{HERE}members/">the members</a>'


@pytest.fixture
def quiet(cloud: Emulator, settings: Settings, bo: User, vera: User, adam: User) -> Organization:
    """Quiet Greenhouse: loaded, and without a job. Bo operates it, Vera looks on, Adam administers it."""
    row = ApiKey(key_id=DEMO_KEY_ID)
    save_key(row=row, endpoint=settings.VIAM_ENDPOINTS[0], key=DEMO_KEY, actor=COMMAND_LINE)
    choose(row, [QUIET_GREENHOUSE_ID], COMMAND_LINE)
    organization = row.organizations.get(viam_id=QUIET_GREENHOUSE_ID)
    cycle.refresh_now(organization)
    for user, role in ((bo, Role.OPERATOR), (vera, Role.VIEWER), (adam, Role.ADMINISTRATOR)):
        Membership.objects.create(organization=organization, user=user, role=role)
    return organization


def seen(user: User, address: str) -> str:
    client = Client()
    client.force_login(user)
    answer = client.get(address)
    assert answer.status_code == 200
    # Without the bar and what else is on every page.
    return answer.text.partition("<main")[2]


@pytest.mark.parametrize("place", ["jobs/", "models/", "insights/"])
def test_without_jobs_operators_start_one_and_viewers_learn_who_does(
    quiet: Organization, bo: User, vera: User, place: str
) -> None:
    theirs, hers = seen(bo, HERE + place), seen(vera, HERE + place)
    assert (START in theirs, MEMBERS in theirs) == (True, False)
    assert (f"{HERE}jobs/new/" in hers, MEMBERS in hers) == (False, True)


@pytest.mark.parametrize("place", ["jobs/", "models/", "insights/"])
def test_what_was_never_loaded_is_not_called_empty(quiet: Organization, vera: User, place: str) -> None:
    Organization.objects.update(fetched_at=None)
    assert "Loading jobs from Viam" in seen(vera, HERE + place)
    Organization.objects.update(problem="unavailable", problem_since=timezone.now())
    text = seen(vera, HERE + place)
    assert "Jobs couldn't be loaded yet" in text
    assert MEMBERS in text


def test_an_administrator_is_led_to_the_keys_of_what_could_not_be_loaded(quiet: Organization, adam: User) -> None:
    Organization.objects.update(fetched_at=None, problem="refused", problem_since=timezone.now())
    assert 'href="/settings/keys/"' in seen(adam, f"{HERE}models/").partition('class="empty"')[2]


def test_several_jobs_of_none(quiet: Organization, bo: User) -> None:
    assert START in seen(bo, f"{HERE}bulk/")
    assert START not in seen(bo, f"{HERE}bulk/?status=failed")
    assert "Show all jobs" in seen(bo, f"{HERE}bulk/?status=failed")


def test_a_comparison_of_none(quiet: Organization, bo: User, vera: User) -> None:
    assert f'<a href="{HERE}jobs/new/">Start the first job</a>' in seen(bo, f"{HERE}compare/")
    assert "No jobs in this organization" in seen(vera, f"{HERE}compare/")
    assert "Start the first job" not in seen(vera, f"{HERE}compare/")


def test_a_search_for_another_job_leads_back(bolt: Organization, bo: User) -> None:
    job = bolt.jobs.first()
    assert job
    text = seen(bo, f"/orgs/bolt-robotics/compare/?a={job.viam_id}&q=nosuchjob")
    assert f'<a href="?a={job.viam_id}#choose">Show the newest</a>' in text


def test_the_only_job_can_be_compared_with_what_it_becomes(bolt: Organization, bo: User) -> None:
    job = bolt.jobs.exclude(model_name="").first()
    assert job
    bolt.jobs.exclude(pk=job.pk).delete()
    text = seen(bo, f"/orgs/bolt-robotics/compare/?a={job.viam_id}")
    assert f"{job.get_absolute_url()}resubmit/" in text


def test_the_organizations_page_leads_operators_on(quiet: Organization, bo: User, vera: User) -> None:
    other = Organization.objects.create(endpoint="x:443", viam_id="o-2", name="Other", slug="other")
    for user in (bo, vera):
        Membership.objects.create(organization=other, user=user, role=Role.VIEWER)
    assert f'<a href="{HERE}jobs/new/">Start the first job</a>' in seen(bo, "/")
    assert "Start the first job" not in seen(vera, "/")


def test_views_begin_with_a_filter(quiet: Organization, vera: User) -> None:
    assert f'<a href="{HERE}jobs/filters/">Filter the list</a>' in seen(vera, f"{HERE}views/")


def test_tokens_begin_below(vera: User) -> None:
    assert "No API tokens yet" in seen(vera, "/me/tokens/")


def test_keys_begin_with_their_form_and_others_with_their_owners(ana: User, adam: User, quiet: Organization) -> None:
    Organization.objects.update(is_shown=True)
    assert "Ask one of them" in seen(adam, "/settings/keys/")
    assert "/settings/keys/new/" not in seen(adam, "/settings/keys/")
    ApiKey.objects.all().delete()
    assert '<a class="button primary" href="/settings/keys/new/">' in seen(ana, "/settings/keys/")


def test_who_is_alone_is_told_how_others_come(ana: User, quiet: Organization) -> None:
    assert "You are the only member" not in seen(ana, f"{HERE}members/")
    quiet.memberships.all().delete()
    assert "You are the only member" in seen(ana, f"{HERE}members/")


def test_nothing_can_be_found_by_who_belongs_nowhere(olga: User, bolt: Organization) -> None:
    assert "you aren't a member of any organization" in seen(olga, "/find/")
    assert "fewer letters" in seen(olga, "/find/?q=zebra")


def test_activity_leads_back_to_the_jobs(quiet: Organization, vera: User) -> None:
    quiet.actions.all().delete()
    empty = seen(vera, f"{HERE}activity/").partition('class="empty"')[2]
    assert quiet.get_absolute_url() in empty
    late = (timezone.now() + timedelta(days=2)).date().isoformat()
    assert "Show all activity" in seen(vera, f"{HERE}activity/?since={late}")


def test_a_form_without_datasets_says_where_they_are_made(quiet: Organization, bo: User) -> None:
    assert "has no datasets here yet" not in seen(bo, f"{HERE}jobs/new/")
    quiet.datasets.all().delete()
    assert "has no datasets here yet" in seen(bo, f"{HERE}jobs/new/")
