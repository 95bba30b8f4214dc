"""Row 130: every job has a page of its own, whatever its id, and no id is taken for another address."""

from __future__ import annotations

from urllib.parse import quote, unquote, urljoin, urlsplit

import pytest
from django.test import Client
from django.urls import resolve, reverse
from django.utils.html import escape
from hypothesis import given
from hypothesis import strategies as st

from jobs.models import Job, Organization
from jobs.sync import apply, fetch
from jobs.ui.path_converters import RESERVED, CloudId, ModelName
from jobs.viam import messages as messages_
from protos.ml_training_pb2 import TrainingJobMetadata
from tests.sweeps.addresses import routes

pytestmark = pytest.mark.django_db

HERE = "orgs/<slug:slug>/jobs/"
AN_ID = "<cloud_id:viam_id>"
LITERALS = sorted({route.removeprefix(HERE).split("/")[0] for route in routes() if route.startswith(HERE)} - {""})
ODD = [
    *(".", "..", "...", "~", "~~", "~.", "~new", "~2E", "new", "filters", "NEW", "new.json", ".json", "menu", "cancel"),
    *("a/b", "/", "//", "//evil.example/x", "a/../b", "../../..", "a b", " ", "a%2Fb", "%2e%2e", "%", "%25", "\\"),
    *("?", "a?b=c", "#", "a#b", "a&b", "\u00e9", "\u65e5\u672c", "\U0001f682", "\u202e", "'\"<b>", "{{7*7}}"),
    *("logs/new", " a", "x" * 200, "/" * 200, "\u65e5" * 200, "jobs.json", "log.txt", ";a=b", "a+b", "a,b", "*", "@"),
]
PLACES = ("detail", "menu", "cancel", "delete", "resubmit", "log", "log-new", "log-text", "log-json", "detail-json")
ANY = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=30)
IDS = ANY | st.text("~./%2EFnew ", min_size=1)


def test_every_word_of_an_address_is_reserved() -> None:
    """Row 130: each literal that stands where an id could."""
    assert {word for word in LITERALS if not word.startswith(AN_ID)} == RESERVED
    words = {route.removeprefix("jobs/").split("/")[0] for route in routes() if route.startswith("jobs/")}
    assert words - {"", AN_ID} <= RESERVED


@pytest.fixture
def odd(bolt: Organization) -> list[Job]:
    messages = [TrainingJobMetadata(id=odd, model_name=f"model of {number}") for number, odd in enumerate(ODD)]
    told = messages_.jobs_from(messages, bolt.viam_id)
    apply.apply_answer(bolt, fetch.Answer(told, fetch.begin_request(bolt), is_complete=False))
    found = {job.viam_id: job for job in bolt.jobs.select_related("organization").filter(viam_id__in=ODD)}
    assert set(found) == set(ODD)
    return [found[one] for one in ODD]


def as_browsers_ask(address: str) -> str:
    """The path that arrives: dot segments are gone, which also `%2e` means; a server decodes once."""
    path = urlsplit(urljoin("http://testserver/", address)).path
    parts: list[str] = []
    for part in path.split("/"):
        plain = part.lower().replace("%2e", ".")
        if plain == "..":
            parts = parts[:-1] or [""]
        elif plain != ".":
            parts.append(part)
    return "/".join(parts)


def test_each_job_has_a_page_of_its_own(ana_client: Client, odd: list[Job]) -> None:
    """Row 130: at the address that everything links to."""
    for job in odd:
        answer = ana_client.get(as_browsers_ask(job.get_absolute_url()))
        assert (answer.status_code, answer.context["job"].pk) == (200, job.pk), job.viam_id


@pytest.mark.parametrize("place", PLACES)
def test_everything_about_it_finds_it(ana_client: Client, odd: list[Job], place: str) -> None:
    """Row 130."""
    for job in odd:
        address = as_browsers_ask(reverse(f"jobs:{place}", args=[job.organization.slug, job.viam_id]))
        assert resolve(unquote(address)).url_name == place, job.viam_id
        assert resolve(unquote(address)).kwargs["viam_id"] == job.viam_id
        answer = ana_client.get(address)
        assert answer.status_code in (200, 204, 302), (job.viam_id, answer.status_code)
        if place == "detail-json":
            assert answer.json()["id"] == job.viam_id


def test_links_from_elsewhere_lead_there(ana_client: Client, odd: list[Job]) -> None:
    """Row 130: the list, and the address without an organization."""
    organization = odd[0].organization
    text = ana_client.get(f"{organization.get_absolute_url()}?per=100").text
    for job in odd:
        assert f'href="{escape(job.get_absolute_url())}"' in text, job.viam_id
        anywhere = as_browsers_ask(reverse("jobs:anywhere", args=[job.viam_id]))
        assert ana_client.get(anywhere)["Location"] == job.get_absolute_url()
    assert len({job.get_absolute_url() for job in odd}) == len(odd)


def test_pages_of_ours_stay_where_they_are(ana_client: Client, odd: list[Job]) -> None:
    """Row 130: also with jobs that are called as they are."""
    here = odd[0].organization.get_absolute_url()
    assert ana_client.get(f"{here}new/").resolver_match.url_name == "create"
    assert ana_client.get(f"{here}filters/").resolver_match.url_name == "filters"


def test_several_at_once_are_found(ana_client: Client, odd: list[Job]) -> None:
    """Row 130: ticked one by one, and sent as the list's script sends them."""
    organization = odd[0].organization
    address = reverse("jobs:bulk", args=[organization.slug])
    script = " ".join(quote(job.viam_id, safe="") for job in odd[:40])
    for told in ({"job": [job.viam_id for job in odd[:40]]}, {"jobs": script}):
        answer = ana_client.post(address, {"verb": "delete", **told})
        assert answer.context["choice"].total == 40


@pytest.mark.parametrize("viam_id", ["68a1f0c2", "0123-ab_cd", "f" * 24, "a.b", "a:b", "\u00e9", "news"])
def test_what_was_unambiguous_keeps_its_address(viam_id: str) -> None:
    """Row 130: bookmarks go on working."""
    assert CloudId().to_url(viam_id) == CloudId().to_python(viam_id) == viam_id


@given(IDS)
def test_there_and_back(viam_id: str) -> None:
    """Row 130: no two ids share an address, nor is an address two ids'."""
    for converter in (CloudId(), ModelName()):
        assert converter.to_python(converter.to_url(viam_id)) == viam_id
        assert converter.to_url(viam_id) not in {*RESERVED, ".", ".."} or converter.__class__ is ModelName
