"""The palette: finds what a person may see, and nothing else."""

import re

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from dashboard.accounts.models import Profile
from jobs.domain import JobStatus
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


def asked_from(client: Client, page: str, query: str = "") -> str:
    """What the palette finds that is opened on this page."""
    headers = {"HX-Request": "true", "HX-Current-URL": f"http://testserver{page}"}
    return client.get(FIND, {"q": query}, headers=headers).text


def test_without_a_query_it_offers_what_came_last_and_what_can_be_done_here(
    bo_client: Client, vera_client: Client, bolt: Organization
) -> None:
    newest = bolt.jobs.order_by("-sorted_on")[0]
    running = bolt.jobs.filter(status=JobStatus.IN_PROGRESS).first()
    assert running
    cancel = reverse("jobs:cancel", args=[bolt.slug, running.viam_id])

    on_list, on_job = (asked_from(bo_client, page) for page in (bolt.get_absolute_url(), running.get_absolute_url()))
    assert newest.get_absolute_url() in on_list and 'aria-label="Recent jobs"' in on_list
    assert "New job" in on_list and f"{bolt.get_absolute_url()}?status=failed" in on_list
    assert "Cancel this job" not in on_list
    assert f'hx-get="{cancel}?back=' in on_job
    assert "Cancel this job" not in asked_from(vera_client, running.get_absolute_url())


def test_a_page_of_others_offers_nothing_of_it(olga_client: Client, bolt: Organization) -> None:
    job = bolt.jobs.filter(status=JobStatus.IN_PROGRESS)[0]
    for page in (job.get_absolute_url(), f"{job.get_absolute_url()}logs/", "/nowhere/", "//evil.example/"):
        text = asked_from(olga_client, page)
        assert bolt.slug not in text and "this job" not in text


def test_each_page_has_one_row(ana_client: Client, bolt: Organization) -> None:
    other = Organization.objects.create(viam_id="other", name="Harbor", slug="harbor", counts={})
    here = bolt.get_absolute_url()
    assert asked_from(ana_client, here, "insights").count('role="option"') == 1
    assert reverse("jobs:insights", args=[other.slug]) in asked_from(ana_client, here, "harbor insights")
    for query in ("bolt", "new", "harbor"):
        addresses = re.findall(
            r'role="option"\s+aria-selected="false"\s+href="([^"]+)"', asked_from(ana_client, here, query)
        )
        assert addresses and len(addresses) == len(set(addresses)), query


def test_the_theme_is_chosen_and_leads_back(bo: User, bo_client: Client, bolt: Organization) -> None:
    assert 'form="set-theme" ' in " ".join(asked_from(bo_client, "/", "dark").split())
    for back, leads in ((bolt.get_absolute_url(), bolt.get_absolute_url()), ("https://evil.example/", "/me/")):
        assert bo_client.post("/me/theme/", {"theme": "dark", "back": back})["Location"] == leads
    assert Profile.objects.get(user=bo).theme == "dark"
    assert bo_client.post("/me/theme/", {"theme": "pink"}).status_code == 400
    assert 'form="find-sign-out"' in asked_from(bo_client, "/", "sign out")
