"""Saved views in a browser's eyes."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from jobs.models import Organization, SavedView

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}


@pytest.fixture
def failures(bo: User, bolt: Organization) -> SavedView:
    return bolt.views.create(owner=bo, name="Failures", query="status=failed", is_shared=True)


def address(bolt: Organization, rest: str = "") -> str:
    return f"/orgs/{bolt.slug}/views/{rest}"


def test_saving_leads_back_to_the_list(bo_client: Client, bolt: Organization) -> None:
    answer = bo_client.post(address(bolt), {"name": "Bolts", "query": "q=bolt&page=2", "is_shared": "on"})

    view = bolt.views.get()
    assert answer["Location"] == f"{bolt.get_absolute_url()}?q=bolt&view={view.pk}"
    assert (view.query, view.is_shared) == ("q=bolt", True)


def test_a_link_leads_to_the_list(bo_client: Client, bolt: Organization, failures: SavedView) -> None:
    leads_to = bo_client.get(failures.get_absolute_url())["Location"]

    assert leads_to == f"{bolt.get_absolute_url()}?status=failed&view={failures.pk}"
    text = bo_client.get(leads_to).text
    assert "Failures</bdi></h1>" in text
    assert "Save changes" not in text


def test_changed_filters_are_saved_in_the_view(bo_client: Client, bolt: Organization, failures: SavedView) -> None:
    changed = f"{bolt.get_absolute_url()}?status=failed&q=bolt&view={failures.pk}"
    text = bo_client.get(changed).text
    assert "Failures</bdi></h1>" in text and "Save changes" in text
    assert f"status=failed&amp;sort=status&amp;view={failures.pk}" in bo_client.get(changed.replace("&q=bolt", "")).text

    answer = bo_client.post(
        f"{failures.get_absolute_url()}edit/", {"query": f"status=failed&q=bolt&view={failures.pk}"}
    )
    failures.refresh_from_db()
    assert (failures.query, failures.name, failures.is_shared) == ("status=failed&q=bolt", "Failures", True)
    assert answer["Location"] == changed
    assert "Save changes" not in bo_client.get(changed).text


def test_others_see_its_name_and_cannot_save(vera_client: Client, bolt: Organization, failures: SavedView) -> None:
    text = vera_client.get(f"{bolt.get_absolute_url()}?q=bolt&view={failures.pk}").text
    assert "Failures</bdi></h1>" in text and "Save changes" not in text
    assert vera_client.post(f"{failures.get_absolute_url()}edit/", {"query": "q=x"}).status_code == 403
    SavedView.objects.update(is_shared=False)
    assert "Failures" not in vera_client.get(f"{bolt.get_absolute_url()}?view={failures.pk}").text


def test_the_menu_is_a_fragment_and_a_page(bo_client: Client, bolt: Organization, failures: SavedView) -> None:
    page, fragment = (bo_client.get(address(bolt), headers=headers).text for headers in ({}, HTMX))

    assert "<html" in page and "<html" not in fragment
    assert "Failures" in page and "Failures" in fragment


def test_names_are_text(bo_client: Client, bolt: Organization) -> None:
    bo_client.post(address(bolt), {"name": "<b>bold</b>", "query": "q=x"})

    assert "&lt;b&gt;bold&lt;/b&gt;" in bo_client.get(address(bolt)).text


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "x" * 81, "a\0b"])
def test_a_name_that_is_none_is_asked_for_again(bo_client: Client, bolt: Organization, name: str) -> None:
    assert bo_client.post(address(bolt), {"name": name, "query": "q=x"}).status_code == 422
    assert not bolt.views.exists()


def test_a_viewer_s_views_are_their_own(vera_client: Client, bolt: Organization) -> None:
    vera_client.post(address(bolt), {"name": "Bolts", "query": "q=bolt", "is_shared": "on"})

    assert not bolt.views.get().is_shared


def test_somebody_else_s_own_view_is_no_such_view(vera_client: Client, bolt: Organization, failures: SavedView) -> None:
    SavedView.objects.update(is_shared=False)

    for place in ("", "edit/", "delete/"):
        assert vera_client.get(address(bolt, f"{failures.pk}/{place}")).status_code == 404


def test_its_owner_renames_and_keeps_it_to_themselves(
    bo_client: Client, bolt: Organization, failures: SavedView
) -> None:
    bo_client.post(address(bolt, f"{failures.pk}/edit/"), {"name": "What broke"})

    failures.refresh_from_db()
    assert (failures.name, failures.is_shared, failures.query) == ("What broke", False, "status=failed")


def test_an_administrator_deletes_what_is_shared(adam_client: Client, bolt: Organization, failures: SavedView) -> None:
    assert adam_client.post(address(bolt, f"{failures.pk}/delete/")).status_code == 302
    assert not bolt.views.exists()
