"""How a person wants the site to be, and people who come by invitation."""

import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from dashboard.accounts.middleware import ZONE_COOKIE
from dashboard.accounts.models import Profile
from dashboard.accounts.registration import create_person
from jobs.models import Organization

pytestmark = pytest.mark.django_db


def test_a_name_is_what_others_see(bo_client: Client) -> None:
    bo_client.post("/me/", {"name": "Bo Diaz", "zone": "", "theme": "system"})
    assert "Bo Diaz</bdi></span>" in bo_client.get("/").text


def test_the_theme_is_on_every_page(bo_client: Client) -> None:
    assert "data-theme" not in bo_client.get("/").text
    bo_client.post("/me/", {"name": "", "zone": "", "theme": "dark"})
    assert re.search(r'<html[^>]*\sdata-theme="dark"', bo_client.get("/").text)


def test_times_are_written_in_the_readers_zone(bo_client: Client, ana_client: Client, bolt: Organization) -> None:
    bo_client.post("/me/", {"name": "", "zone": "Asia/Kolkata", "theme": "system"})
    text = bo_client.get(bolt.get_absolute_url()).text
    assert 'data-zone="Asia/Kolkata"' in text and " IST</time>" in text
    assert " IST</time>" not in ana_client.get(bolt.get_absolute_url()).text
    assert timezone.get_current_timezone_name() == "UTC"


@pytest.mark.parametrize("wrong", [{"zone": "Mars/Base"}, {"theme": "pink"}, {"name": "x" * 101}])
def test_what_is_not_known_is_refused(bo_client: Client, wrong: dict[str, str]) -> None:
    assert bo_client.post("/me/", {"name": "", "zone": "", "theme": "system", **wrong}).status_code == 422
    assert not Profile.objects.exists()


def test_names_are_text(bo_client: Client) -> None:
    bo_client.post("/me/", {"name": "<script>", "zone": "", "theme": "system"})
    assert "&lt;script&gt;" in bo_client.get("/").text


def test_a_page_takes_no_more_queries_for_it(bo_client: Client, django_assert_num_queries: object) -> None:
    # Session with its person and profile, organizations with roles, invitations.
    with django_assert_num_queries(3):  # type: ignore[operator]
        bo_client.get("/")


class TestComing:
    def test_a_person_can_sign_in_at_once(self, client: Client) -> None:
        create_person(username="cy", email="Cy@Example.com", name="Cy", password="cy's own words", email_verified=True)
        assert client.login(username="cy@example.com", password="cy's own words")

    @pytest.mark.parametrize(
        ("wrong", "field"),
        [
            ({"username": "BO"}, "username"),
            ({"username": "a b"}, "username"),
            ({"username": "Bo@example.com"}, "username"),
            ({"email": "BO@example.com", "email_verified": True}, "email"),
            ({"email": "no"}, "email"),
            ({"password": "1234"}, "password"),
            ({"name": "x" * 101}, "name"),
        ],
    )
    def test_a_mistake_is_told_by_field(self, bo: User, wrong: dict[str, str], field: str) -> None:
        EmailAddress.objects.create(user=bo, email="bo@example.com", verified=True, primary=True)
        right = {"username": "cy", "email": "cy@example.com", "name": "Cy", "password": "cy's own words"}
        with pytest.raises(ValidationError) as told:
            create_person(**(right | wrong))  # type: ignore[arg-type]
        assert list(told.value.message_dict) == [field]
        assert User.objects.count() == 1


def zone_of(client: Client, address: str) -> str:
    return client.get(address).text.split('data-zone="')[1].partition('"')[0]


def test_times_and_days_are_in_the_browsers_zone_and_named(bo_client: Client, bolt: Organization) -> None:
    """One zone for all of a page: what a person chose, what their browser told, or the server's."""
    places = [f"/orgs/{bolt.slug}/{place}" for place in ("jobs/", "jobs/filters/", "insights/")]
    assert [zone_of(bo_client, place) for place in places] == ["UTC"] * 3
    bo_client.cookies[ZONE_COOKIE] = "Pacific/Kiritimati"
    texts = [bo_client.get(place).text for place in places]
    assert all('data-zone="Pacific/Kiritimati"' in text for text in texts)
    assert all("Days are in Pacific/Kiritimati." in text for text in texts[1:])
    # Where the clocks are fourteen hours ahead.
    today = (timezone.now() + timedelta(hours=14)).date()
    assert f"since={today}" in bo_client.get(f"{bolt.get_absolute_url()}filters/period/").text
    bo_client.post("/me/", {"name": "", "zone": "Asia/Kolkata", "theme": "system"})
    assert zone_of(bo_client, places[0]) == "Asia/Kolkata"


@pytest.mark.parametrize("told", ["Mars/Base", "../../etc/passwd", "", '"><script>'])
def test_a_cookie_that_names_no_zone_is_none(bo_client: Client, told: str) -> None:
    bo_client.cookies[ZONE_COOKIE] = told
    assert zone_of(bo_client, "/me/") == "UTC"


def test_an_address_without_a_view_keeps_no_zone_of_the_request_before(bo_client: Client) -> None:
    bo_client.cookies[ZONE_COOKIE] = "Pacific/Kiritimati"
    bo_client.get("/me/")

    assert bo_client.get("/no-such-page/").status_code == 404
    assert timezone.get_current_timezone_name() == "UTC"
