"""The page of insights."""

import json
import re

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from jobs.models import Organization

pytestmark = pytest.mark.django_db


def address(organization: Organization) -> str:
    return reverse("jobs:insights", args=[organization.slug])


@pytest.mark.parametrize("query", ["", "?period=7", "?period=90&step=week", "?period=all", "?period=%00&step=x"])
def test_the_page(bo_client: Client, bolt: Organization, query: str) -> None:
    answer = bo_client.get(address(bolt) + query)
    assert answer.status_code == 200
    assert "By dataset" in answer.text


def test_every_chart_has_its_figures_and_a_table(bo_client: Client, bolt: Organization) -> None:
    text = bo_client.get(address(bolt)).text
    handed_over = re.findall(r'<script id="chart-(\w+)" type="application/json">(.*?)</script>', text)
    assert [name for name, _ in handed_over] == ["outcomes", "rate", "waiting", "running"]
    assert all(len(json.loads(data)["labels"]) == 30 for _, data in handed_over)
    assert text.count('class="behind"') == 4


def test_every_job_is_in_a_bar(bo_client: Client, bolt: Organization) -> None:
    text = bo_client.get(f"{address(bolt)}?period=all").text
    (data,) = re.findall(r'<script id="chart-outcomes" type="application/json">(.*?)</script>', text)
    assert sum(sum(line["values"]) for line in json.loads(data)["lines"]) == bolt.jobs.count()


def test_figures_lead_to_their_jobs(bo_client: Client, bolt: Organization) -> None:
    text = bo_client.get(address(bolt)).text
    told = re.search(rf'href="{bolt.get_absolute_url()}\?(since=\S+&amp;until=\S+&amp;status=completed)"', text)
    assert told
    assert bo_client.get(f"{bolt.get_absolute_url()}?{told[1].replace('&amp;', '&')}").status_code == 200


def test_what_jobs_say_is_escaped(bo_client: Client, bolt: Organization) -> None:
    bolt.jobs.filter(status=4).update(error_message="</script><b>x</b>", model_name="</script><i>")
    bolt.jobs.filter(is_custom=True).update(script_id="</script><u>")
    text = bo_client.get(f"{address(bolt)}?period=all").text
    assert re.findall(r"</script><[biu]>", text) == []


def test_an_organization_without_jobs(ana_client: Client, bolt: Organization) -> None:
    empty = Organization.objects.create(viam_id="new", name="New", slug="new", fetched_at=bolt.fetched_at)
    assert "No data yet" in ana_client.get(address(empty)).text


def test_a_time_without_jobs(bo_client: Client, bolt: Organization) -> None:
    bolt.jobs.filter(missing_since=None).update(sorted_on="2020-05-05T00:00:00Z")
    assert "No jobs were created in the last 30 days" in bo_client.get(address(bolt)).text


def test_an_organization_that_is_not_shown_is_not_there(bo_client: Client, bo: User, bolt: Organization) -> None:
    Organization.objects.update(is_shown=False)
    assert bo_client.get(address(bolt)).status_code == 404
