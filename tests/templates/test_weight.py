"""What a first visit may weigh, as the site is served: its requests, and bytes that are not compressed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.test import Client

from jobs.models import Job, Organization
from tests.templates.test_bundles import bundled, collected

__all__ = ["bundled", "collected"]

pytestmark = pytest.mark.django_db

NAMED = re.compile(r'<(?:link|script|img)\b[^>]*?\b(?:href|src)="/static/([^"]+)"')
MAX_REQUESTS = 8
MAX_OF_FONTS = 42_000
MAX_OF_A_ROW = 1_600
BUDGETS = {"list": 103_000, "job": 116_000, "insights": 160_000}
"""Bytes of styles and scripts together."""
POLICY = ("script-src 'self'", "style-src 'self'", "default-src 'self'", "img-src 'self'")


@dataclass(frozen=True, slots=True)
class Visit:
    """The page with its policy, and the bytes of each file that it names."""

    html: str
    policy: list[str]
    named: dict[str, int]

    def weight(self, *endings: str) -> int:
        return sum(size for name, size in self.named.items() if name.endswith(endings))


@pytest.fixture
def visits(bo_client: Client, bolt: Organization, bundled: Path) -> dict[str, Visit]:
    """By an operator, who gets the most."""
    job = Job.objects.filter(organization=bolt, status=4).first()
    assert job
    addresses = {
        "list": bolt.get_absolute_url(),
        "job": job.get_absolute_url(),
        "insights": f"/orgs/{bolt.slug}/insights/",
    }
    return {name: _visit(bo_client, address, bundled) for name, address in addresses.items()}


def _visit(client: Client, address: str, folder: Path) -> Visit:
    response = client.get(address)
    html, policy = response.text, response.headers["Content-Security-Policy"].split("; ")
    return Visit(html, policy, {name: (folder / name).stat().st_size for name in NAMED.findall(html)})


@pytest.mark.parametrize("page", BUDGETS)
def test_a_first_visit_asks_for_little(visits: dict[str, Visit], page: str) -> None:
    """The page itself is one of the requests."""
    visit = visits[page]
    assert 1 + len(visit.named) <= MAX_REQUESTS, visit.named
    assert visit.weight(".css", ".js") <= BUDGETS[page], visit.named
    assert 0 < visit.weight(".woff2") <= MAX_OF_FONTS, visit.named


@pytest.mark.parametrize("page", BUDGETS)
def test_a_page_names_one_sheet_and_one_script_besides_those_of_every_page(visits: dict[str, Visit], page: str) -> None:
    kinds = [name.rpartition(".")[2] for name in visits[page].named if name.startswith("bundles/")]
    assert sorted(kinds) == ["css", "css", "js", "js"]


@pytest.mark.parametrize("page", BUDGETS)
def test_nothing_runs_but_files_of_the_sites_own(visits: dict[str, Visit], page: str) -> None:
    assert set(POLICY) <= set(visits[page].policy)
    assert (
        re.findall(r"<script(?![^>]* (?:src=\"/static/|type=\"application/json\"))|<style|\sstyle=", visits[page].html)
        == []
    )


def test_a_row_of_the_list_weighs_little(visits: dict[str, Visit]) -> None:
    rows = re.findall(r"<tr id=.*?</tr>", visits["list"].html, re.DOTALL)
    assert len(rows) >= 10
    assert sum(len(row.encode()) for row in rows) / len(rows) <= MAX_OF_A_ROW


def test_the_list_does_not_load_the_charts(visits: dict[str, Visit]) -> None:
    assert visits["list"].weight(".js") < visits["insights"].weight(".js")
    assert [name for name in visits["list"].named if "insights" in name or "pages" in name] == []
