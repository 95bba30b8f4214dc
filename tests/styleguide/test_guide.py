"""The style guide: there with DEBUG alone, for people who signed in, and complete."""

from __future__ import annotations

import re

import pytest
from coloraide import Color
from django.test import Client

from dashboard.settings import ROOT
from jobs.domain import JobStatus
from jobs.models import Job, Organization
from jobs.styleguide.views import COLOUR, SECTIONS, contrast
from tests.styleguide.page import Drawn, classes_of_sheets, states_of_sheets

ADDRESS = "/styleguide/"
with_debug = pytest.mark.urls("tests.styleguide.urls")

# What style sheets name and the style guide can't show.
NOT_SHOWN = {
    "drawings": "the drawings themselves, which stand in no page's main part",
    "narrow": "how wide a whole page is",
    "wide": "how wide a whole page is",
    "without": "what stands in the place of passkeys where the browser knows none",
    "u-hz": "made by the chart's own script",
    "u-cursor-x": "made by the chart's own script",
}
STATES_NOT_SHOWN = {
    "data-theme": "of the whole page; the guide shows both side by side",
    "data-hidden": "of the whole page: columns that its reader leaves out",
    "data-paused": "of the whole page, while it is paused",
    "data-chosen": "of the whole page, while jobs are chosen",
    "data-nobody": "of a whole list, in which nobody stands",
    "data-late": "drawn by relative-time.js, once the time has come",
    "data-changed": "a glow of a second",
    "data-passkey": "where the browser knows passkeys",
}


@pytest.fixture
def guide(ana_client: Client) -> str:
    answer = ana_client.get(ADDRESS)
    assert answer.status_code == 200
    return answer.text


@pytest.mark.parametrize("client_name", ["client", "ana_client"])
def test_without_debug_there_is_no_such_page(client_name: str, request: pytest.FixtureRequest, db: None) -> None:
    client: Client = request.getfixturevalue(client_name)
    answers = [client.get(address) for address in (ADDRESS, "/no-such-page/")]

    assert [answer.status_code for answer in answers] == [404, 404]
    shown = [re.search(r"<main.*?</main>", answer.text.split("Request")[0] + "</main>", re.S) for answer in answers]
    assert shown[0] and shown[1] and shown[0][0] == shown[1][0]


@with_debug
@pytest.mark.django_db
def test_a_stranger_is_sent_to_sign_in(client: Client) -> None:
    answer = client.get(ADDRESS)

    assert (answer.status_code, answer.headers["Location"]) == (302, "/sign-in/?next=/styleguide/")


@with_debug
@pytest.mark.parametrize("who", ["olga_client", "ana_client"])
def test_everybody_who_signed_in_sees_it_and_nothing_can_be_sent(
    who: str, request: pytest.FixtureRequest, db: None
) -> None:
    client: Client = request.getfixturevalue(who)

    assert client.get(ADDRESS).status_code == 200
    assert client.post(ADDRESS).status_code == 405


@with_debug
def test_it_asks_the_database_for_its_reader_alone(
    ana_client: Client, django_assert_max_num_queries: pytest.FixtureRequest
) -> None:
    """Session, person and profile; whatever there is of jobs is made up."""
    with django_assert_max_num_queries(4) as asked:  # type: ignore[operator]
        ana_client.get(ADDRESS)

    assert not [query for query in asked.captured_queries if 'FROM "jobs_' in query["sql"]]
    assert not Organization.objects.exists() and not Job.objects.exists()


def test_no_page_leads_to_it() -> None:
    templates = (ROOT / "templates").rglob("*.html")
    assert [file for file in templates if re.search(r"/styleguide/|url .styleguide", file.read_text())] == []


@with_debug
class TestComplete:
    def test_every_icon_is_drawn(self, guide: str) -> None:
        drawn = set(re.findall(r'id="icon-([\w-]+)"', (ROOT / "templates/_icons.html").read_text()))
        assert Drawn(guide).icons == drawn

    def test_every_status_has_its_badge(self, guide: str) -> None:
        shown = set(re.findall(r'class="badge" data-status="(\w+)"', guide))
        assert shown == {status.word for status in JobStatus} | {"unknown"}

    def test_every_class_of_the_sheets_is_shown(self, guide: str) -> None:
        assert classes_of_sheets() - Drawn(guide).classes == set(NOT_SHOWN)

    def test_every_state_of_the_sheets_is_shown(self, guide: str) -> None:
        missing = states_of_sheets() - Drawn(guide).states
        assert {f"{name}={value}" for name, value in missing if name not in STATES_NOT_SHOWN} == set()

    def test_every_token_is_shown(self, guide: str) -> None:
        text = (ROOT / "static/css/tokens.css").read_text()
        named = set(re.findall(r"--((?:size|space)-\d+|[a-z-]+): (?:light-dark|oklch|[\d.]+rem)", text))
        assert {name for name in named if f"var(--{name})" not in guide} - {"row", "wide", "narrow"} == set()

    def test_every_section_is_there_and_no_id_is_there_twice(self, guide: str) -> None:
        ids = re.findall(r'\sid="([^"]+)"', guide)
        assert [section.name for section in SECTIONS if section.name not in ids] == []
        assert sorted({name for name in ids if ids.count(name) > 1}) == []

    def test_nothing_on_it_asks_leads_away_or_sends(self, guide: str) -> None:
        """But what stands around every page."""
        main = guide.partition("<main")[2].partition("</main>")[0]
        assert re.findall(r'\shx-[a-z]+|\saction=|method="post"|csrfmiddleware|href="[/?][^"]*', main) == []


def test_contrasts_are_those_of_a_library_for_colours() -> None:
    text = (ROOT / "static/css/tokens.css").read_text()
    colours = {colour for pair in COLOUR.findall(text) for colour in pair[1:] if colour and "/" not in colour}
    white = "oklch(1 0 0)"

    for colour in colours:
        exact = Color(colour).convert("srgb").clip().contrast(Color(white))
        assert contrast(colour, white) == pytest.approx(exact, abs=0.02)
