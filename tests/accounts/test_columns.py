"""Columns that a person's lists leave out."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from dashboard.accounts.models import Profile
from jobs.job_list.columns import OPTIONAL
from jobs.models import Organization

pytestmark = pytest.mark.django_db

ALL = [word for word, _ in OPTIONAL]


def test_what_is_not_ticked_is_hidden_on_every_list_of_that_person(
    bo_client: Client, ana_client: Client, bolt: Organization
) -> None:
    page = bolt.get_absolute_url()
    answer = bo_client.post("/me/columns/", {"shown": ["training", "created", "time"], "back": f"{page}?status=failed"})
    assert answer.headers["Location"] == f"{page}?status=failed"
    assert re.search(r'<html[^>]*\sdata-hidden="dataset who"', bo_client.get(page).text)
    assert "data-hidden" not in ana_client.get(page).text


def test_the_menu_ticks_what_is_shown(bo_client: Client, bolt: Organization) -> None:
    bo_client.post("/me/columns/", {"shown": [word for word in ALL if word != "who"]})
    menu = bo_client.get(f"/orgs/{bolt.slug}/display/?status=failed", headers={"HX-Request": "true"}).text
    assert 'value="dataset" checked' in menu
    assert 'value="who">' in menu
    assert f'name="back" value="{bolt.get_absolute_url()}?status=failed"' in " ".join(menu.split())


def test_ticking_all_brings_them_back(bo_client: Client, bolt: Organization) -> None:
    bo_client.post("/me/columns/", {})
    bo_client.post("/me/columns/", {"shown": ALL})
    assert "data-hidden" not in bo_client.get(bolt.get_absolute_url()).text


def test_the_rest_of_the_profile_stays(bo_client: Client) -> None:
    bo_client.post("/me/", {"name": "Bo Diaz", "zone": "", "theme": "dark"})
    bo_client.post("/me/columns/", {"shown": ["time"]})
    assert Profile.objects.get().theme == "dark"
    bo_client.post("/me/", {"name": "Bo Diaz", "zone": "", "theme": "light"})
    assert Profile.objects.get().hidden == "training dataset who created"


def test_a_column_that_no_list_has_is_refused(bo_client: Client) -> None:
    assert bo_client.post("/me/columns/", {"shown": ["model"]}).status_code == 400
    assert not Profile.objects.exists()


@pytest.mark.parametrize("away", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", ""])
def test_it_never_leads_off_this_site(bo_client: Client, away: str) -> None:
    assert bo_client.post("/me/columns/", {"shown": ALL, "back": away}).headers["Location"] == "/"
