"""The palette: finds what a person may see, and nothing else."""

import pytest
from django.test import Client
from django.urls import reverse

from jobs.models import Organization

pytestmark = pytest.mark.django_db

FIND = "/find/"


def test_a_job_is_found_by_its_id_and_its_model_by_name(bo_client: Client, bolt: Organization) -> None:
    job = bolt.jobs.exclude(model_name="").order_by("-sorted_on")[0]

    assert job.get_absolute_url() in bo_client.get(FIND, {"q": job.viam_id}).text
    model = reverse("jobs:model", args=[bolt.slug, job.model_name])
    assert model in bo_client.get(FIND, {"q": job.model_name}).text


def test_an_outsider_finds_nothing_of_it(olga_client: Client, bolt: Organization) -> None:
    job = bolt.jobs.order_by("-sorted_on")[0]

    for query in ("", job.viam_id, job.model_name, bolt.name):
        text = olga_client.get(FIND, {"q": query}).text
        assert f"/orgs/{bolt.slug}/" not in text


def test_what_is_typed_is_answered_with_the_findings_alone(bo_client: Client, bolt: Organization) -> None:
    palette = bo_client.get(FIND, headers={"HX-Request": "true"}).text
    found = bo_client.get(FIND, {"q": "no-such-<b>"}, headers={"HX-Request": "true"}).text

    assert 'role="combobox"' in palette and "<html" not in palette
    assert "No results" in found and "combobox" not in found


def test_pages_are_found_by_words_of_their_names(ana_client: Client, bo_client: Client, bolt: Organization) -> None:
    insights = reverse("jobs:insights", args=[bolt.slug])

    assert insights in bo_client.get(FIND, {"q": "insi bolt"}).text
    assert reverse("jobs:key-create") in ana_client.get(FIND, {"q": "connect"}).text
    assert reverse("jobs:key-create") not in bo_client.get(FIND, {"q": "connect"}).text


def test_the_switcher_offers_what_one_may_see(bo_client: Client, olga_client: Client, bolt: Organization) -> None:
    models = reverse("jobs:models", args=[bolt.slug])

    assert models in bo_client.get("/orgs/", {"at": "model"}).text
    assert reverse("jobs:list", args=[bolt.slug]) in bo_client.get("/orgs/", {"at": "no such place"}).text
    assert bolt.slug not in olga_client.get("/orgs/", {"at": "models"}).text


def test_the_keys_are_a_dialog_and_a_page(bo_client: Client) -> None:
    assert "<html" in bo_client.get("/shortcuts/").text
    dialog = bo_client.get("/shortcuts/", headers={"HX-Request": "true"}).text
    assert "<html" not in dialog and "Go to models" in dialog
