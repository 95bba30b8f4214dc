"""The page that shows two jobs side by side."""

import pytest
from django.test import Client
from django.urls import reverse

from jobs.models import Organization

pytestmark = pytest.mark.django_db


@pytest.fixture
def address(bolt: Organization) -> str:
    return reverse("jobs:compare", args=[bolt.slug])


@pytest.fixture
def ids(bolt: Organization) -> list[str]:
    return list(bolt.jobs.order_by("-sorted_on").values_list("viam_id", flat=True)[:2])


def test_two_jobs(bo_client: Client, address: str, ids: list[str]) -> None:
    text = bo_client.get(address, {"a": ids[0], "b": ids[1]}).text
    assert "differences" in text
    assert f"?a={ids[1]}&amp;b={ids[0]}" in text


@pytest.mark.parametrize("query", ["", "?q=bolt", "?side=a", "?a=&b=", "?q=%00&side=x"])
def test_without_jobs_it_offers_some(bo_client: Client, address: str, query: str) -> None:
    answer = bo_client.get(address + query)
    assert (answer.status_code, "Choose the first job" in answer.text) == (200, True)


def test_a_job_s_page_leads_here(bo_client: Client, bolt: Organization, address: str, ids: list[str]) -> None:
    assert f'href="{address}?a={ids[0]}"' in bo_client.get(bolt.jobs.get(viam_id=ids[0]).get_absolute_url()).text


def test_an_unknown_job_is_told(bo_client: Client, address: str, ids: list[str]) -> None:
    answer = bo_client.get(address, {"a": ids[0], "b": "<i>"})
    assert answer.status_code == 200
    assert "Job not found" in answer.text
    assert "&lt;i&gt;" in answer.text


def test_two_unknown_jobs_are_not_found(bo_client: Client, address: str) -> None:
    assert bo_client.get(address, {"a": "x", "b": "y"}).status_code == 404


def test_a_job_beside_itself(bo_client: Client, address: str, ids: list[str]) -> None:
    assert "Both sides are the same job" in bo_client.get(address, {"a": ids[0], "b": ids[0]}).text


def test_an_unknown_organization(bo_client: Client, bolt: Organization) -> None:
    assert bo_client.get("/orgs/nowhere/compare/").status_code == 404
