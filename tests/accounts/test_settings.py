"""The settings: their pages beside each of them, and the organization in the header from which somebody comes."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import User
from django.test import Client

from dashboard.accounts.middleware import ORGANIZATION_COOKIE
from jobs.domain import Role
from jobs.models import Membership, Organization

pytestmark = pytest.mark.django_db

YOU = ["Profile", "Security", "Sessions", "Notifications", "API tokens"]
SITE = ["API keys", "People", "Activity"]


def beside(client: Client, address: str) -> tuple[list[str], list[str]]:
    """What stands beside a page, and what of it is marked as the page itself."""
    side = client.get(address, follow=True).text.partition('<nav class="settings-places"')[2].partition("</nav>")[0]
    return re.findall(r">([^<]+)</a>", side), re.findall(r'aria-current="page">([^<]+)<', side)


@pytest.mark.parametrize(
    ("address", "label"),
    [
        ("/settings/", "Profile"),
        ("/me/", "Profile"),
        ("/me/emails/", "Security"),
        ("/me/tokens/", "API tokens"),
        ("/settings/keys/", "API keys"),
        ("/settings/keys/new/", "API keys"),
        ("/people/", "People"),
        ("/activity/", "Activity"),
    ],
)
def test_each_page_of_the_settings_stands_beside_the_others(ana_client: Client, address: str, label: str) -> None:
    assert beside(ana_client, address) == (YOU + SITE, [label])


def test_the_site_s_are_for_those_who_look_after_it(
    bo_client: Client, bolt: Organization, client: Client, adam: User
) -> None:
    bo_client.get(bolt.get_absolute_url())
    assert beside(bo_client, "/me/")[0] == YOU
    Membership.objects.create(organization=bolt, user=adam, role=Role.ADMINISTRATOR)
    client.force_login(adam)
    client.get(bolt.get_absolute_url())
    assert beside(client, "/me/")[0] == [*YOU, "API keys"]


def test_pages_that_are_no_settings_have_none_beside(ana_client: Client, bolt: Organization) -> None:
    for address in ("/", bolt.get_absolute_url(), f"/orgs/{bolt.slug}/activity/", "/find/", "/nowhere/"):
        assert beside(ana_client, address) == ([], []), address


def test_the_header_keeps_the_organization(bo: User, bo_client: Client, bolt: Organization) -> None:
    def told() -> bool:
        return f'href="{bolt.get_absolute_url()}"' in bo_client.get("/me/").text

    assert not told()
    bo_client.get(bolt.get_absolute_url())
    cookie = bo_client.cookies[ORGANIZATION_COOKIE]
    assert (cookie.value, cookie["httponly"], cookie["samesite"]) == (bolt.slug, True, "Lax")
    assert told()
    # It is no right: who is not in there any more sees nothing of it, whatever the browser says.
    Membership.objects.filter(user=bo).delete()
    assert not told()
    for slug in ("nowhere", "", "../x", '"><b>'):
        bo_client.cookies[ORGANIZATION_COOKIE] = slug
        assert bo_client.get("/me/").status_code == 200


def test_other_pages_without_an_organization_stay_without(ana_client: Client, bolt: Organization) -> None:
    other = Organization.objects.create(viam_id="other", name="Harbor", slug="harbor", counts={})
    ana_client.get(bolt.get_absolute_url())
    assert 'class="place"' not in ana_client.get("/").text
    assert f'href="{bolt.get_absolute_url()}" title=' not in ana_client.get(other.get_absolute_url()).text
