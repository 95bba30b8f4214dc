"""How a person wants the site to be, and people who come by invitation."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

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
    # Session, person with profile, organizations with roles, invitations.
    with django_assert_num_queries(4):  # type: ignore[operator]
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
