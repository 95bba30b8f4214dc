"""Row 113: whatever a request says of where somebody came from or wants to go, it leads nowhere but to this site."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from html import unescape
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from django.contrib.auth.models import User
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from emulator.server import Emulator
from jobs.models import Organization
from jobs.ui.local_addresses import is_local, local_path, path_of
from tests.sweeps.addresses import filled, routes

pytestmark = pytest.mark.django_db

EVIL = "evil.example"
HOSTILE = [
    "//evil.example/x",
    "///evil.example/x",
    "/\\evil.example/x",
    "\\\\evil.example/x",
    "/\t/evil.example/x",
    "\t//evil.example/x",
    "http://evil.example/orgs/x/jobs/",
    "http:///evil.example/x",
    "http:evil.example/x",
    "http://testserver//evil.example/x",
    "http://testserver/\\evil.example/x",
    "http://testserver/\t/evil.example/x",
    "http://testserver@evil.example/x",
    "http://testserver:80@evil.example/x",
    "http://testserver.evil.example/x",
    "http://testserver\\@evil.example/x",
    "http://[evil.example/x",
    "javascript:alert(document.domain)//evil.example",
    "data:text/html,evil.example",
    "ftp://testserver/evil.example",
    "/%0d%0aLocation:%20http://evil.example/x",
]
# Headers can't hold line ends; what a query says can.
IN_QUERIES = [*HOSTILE, "/\r\nLocation: http://evil.example/x", "\x00//evil.example/x", "/\u2028//evil.example"]
NAMES = ("next", "back", "list", "from", "at", "query", "page", "address", "url", "return", "redirect", "to")
MARK = "marked"
# A view that follows anything follows, or says again, at least one of these.
PROBES = (
    f"/orgs/{MARK}/jobs/",
    f"http://testserver/orgs/{MARK}/jobs/",
    f"?{MARK}=1",
    f"//evil.example/{MARK}/",
    f"http://evil.example/{MARK}/",
)
HELD = re.compile(r'(?:href|action|formaction|src|hx-[a-z]+|content|value|data-[a-z]+)="([^"]*)"')
FOLLOWED = re.compile(rf"^[^?]*{MARK}|[?&]{MARK}=1")
PARAMETERS = "parameters"
SAID: dict[str, Callable[[str], tuple[dict[str, str], dict[str, str]]]] = {
    "Referer": lambda place: ({}, {"Referer": place}),
    "HX-Current-URL": lambda place: ({}, {"HX-Current-URL": place, "HX-Request": "true"}),
    PARAMETERS: lambda place: (dict.fromkeys(NAMES, place), {}),
}
LEADING = ("Location", "HX-Redirect", "HX-Location", "HX-Push-Url", "HX-Replace-Url")
IN_PAGES = re.compile(r'(?:href|action|formaction|src|hx-[a-z]+|content)="([^"]*)"')


@pytest.fixture
def addresses(bolt: Organization, bo: User) -> list[str]:
    """All of them. The way out to single sign-on leads elsewhere when there is one, and has tests of its own."""
    job = next(job for job in bolt.jobs.order_by("-sorted_on") if job.can_cancel)
    values = {"slug": bolt.slug, "viam_id": job.viam_id, "uuid": bolt.credentials_id, "name": job.model_name}
    left_out = ("sign-out/", "me/sessions/end/")  # They end what the sweep goes on with.
    return [filled(route, values) for route in routes() if not route.startswith(left_out)]


@pytest.fixture
def asker(ana: User, settings: Settings) -> Client:
    """Asks a site without the last look at redirects: the views themselves are to know better."""
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if not name.endswith("LocalRedirects")]
    client = Client(raise_request_exception=False)
    client.force_login(ana)
    return client


def led_to(address: str) -> str:
    """The host on which a browser ends up that is sent there from this site: as the URL standard reads it."""
    plain = re.sub(r"[\t\r\n]", "", address.strip("".join(map(chr, range(33))))).replace("\\", "/")
    plain = re.sub(r"^(https?:)/*", r"\1//", plain)
    plain = re.sub(r"^/{2,}", "//", plain)
    return urlsplit(urljoin("http://testserver/here/", plain)).hostname or plain


def leaks(answer: Any) -> Iterator[str]:
    for name in LEADING:
        if name in answer and led_to(answer[name]) != "testserver":
            yield f"{name}: {answer[name]}"
    if answer.get("Content-Type", "").startswith("text/html") and not answer.streaming:
        for value in IN_PAGES.findall(answer.text):
            value = unescape(value).removeprefix("0;url=")
            if EVIL in value and led_to(value) == EVIL:
                yield f"in the page: {value}"


def asked(client: Client, method: str, address: str, kind: str, place: str) -> Any:
    """The answer; what it did to the site is taken back, so that the next question finds all as it was."""
    parameters, headers = SAID[kind](place)
    session = client.cookies.output()
    before = transaction.savepoint()
    answer = getattr(client, method)(address, parameters, headers=headers)
    transaction.savepoint_rollback(before)
    client.cookies.clear()
    client.cookies.load(session.replace("Set-Cookie:", ""))
    assert list(leaks(answer)) == [], (address, place)
    assert answer.status_code != 500, (address, place)
    return answer


def is_told(answer: Any) -> bool:
    """Whether what the request said leads, or is what a field of the answer holds; its own address, repeated, isn't."""
    leading = [answer.get(name, "") for name in LEADING]
    held = [] if answer.streaming else map(unescape, HELD.findall(answer.text))
    return any(FOLLOWED.search(value) for value in (*leading, *held))


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("kind", SAID)
def test_nothing_that_is_said_leads_away(
    cloud: Emulator, asker: Client, addresses: list[str], kind: str, method: str
) -> None:
    """Row 113: every address hears of places here and elsewhere; those that say any of it again, of all the others."""
    saying_it = []
    for address in addresses:
        answers = [asked(asker, method, address, kind, place) for place in PROBES]
        if any(map(is_told, answers)):
            saying_it.append(address)
    assert saying_it
    for hostile in IN_QUERIES if kind == PARAMETERS else HOSTILE:
        for address in saying_it:
            asked(asker, method, address, kind, hostile)


@pytest.mark.parametrize("hostile", IN_QUERIES)
def test_signing_in_leads_nowhere_else(client: Client, bo: User, bolt: Organization, hostile: str) -> None:
    """Row 113."""
    shown = {"HX-Request": "true", "HX-Current-URL": hostile.translate({13: None, 10: None, 0: None})}
    fragment = client.get(bolt.get_absolute_url(), headers=shown)
    answers = [client.get("/sign-in/", {"next": hostile}), client.get(fragment["HX-Redirect"])]
    answers.append(client.post("/sign-in/", {"login": "bo", "password": "bo's own words", "next": hostile}))
    assert [leak for answer in [*answers, fragment] for leak in leaks(answer)] == []
    assert answers[-1].status_code == 302


def test_what_was_found_first(bo_client: Client) -> None:
    """Row 113: an address on this host whose path is another host, once it stands alone."""
    answer = bo_client.post("/undo/", headers={"Referer": "http://testserver//evil.example/x"})
    assert answer["Location"] == "/"


class Careless:
    """A view that leads wherever it is told."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = self.get_response(request)
        if name := request.headers.get("X-Careless"):
            answer.headers[name] = request.GET["to"]
        return answer


@pytest.mark.parametrize("name", LEADING)
def test_a_careless_view_is_stopped(ana_client: Client, settings: Settings, name: str) -> None:
    """Row 113: the last look, for views that nobody has written yet."""
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, "tests.sweeps.test_redirects.Careless"]
    for hostile in HOSTILE:
        answer = ana_client.get("/shortcuts/", {"to": hostile}, headers={"X-Careless": name})
        assert led_to(answer[name]) == "testserver", hostile
    for ours in ("/orgs/x/jobs/?page=2", "http://testserver/me/", "?page=3", "./"):
        assert ana_client.get("/shortcuts/", {"to": ours}, headers={"X-Careless": name})[name] == ours


PIECES = st.sampled_from(
    ["/", "\\", "\t", "\n", " ", ":", "@", "http:", "https:", "javascript:", EVIL, "testserver", "?", "#", "%2f", "."]
)


@given(st.lists(PIECES, max_size=8).map("".join))
def test_what_is_followed_stays(address: str) -> None:
    """Row 113: as browsers read it, whatever the address is put together of."""
    request = RequestFactory().get("/here/")
    if is_local(request, address):
        assert led_to(address) == "testserver"
    for path in (local_path(address), path_of(address)):
        assert path == "" or led_to(path) == "testserver"


@pytest.mark.parametrize(
    "path", ["/", "/orgs/bolt/jobs/?status=failed&page=2", "/orgs/ü/", "/a//b", "/?next=http://x.example/"]
)
def test_our_own_places_are_followed(path: str) -> None:
    assert local_path(path) == path_of(f"http://testserver{path}") == path
