"""Request ids, error pages, headers and the lines of our own log."""

from __future__ import annotations

import io
import logging
import re

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client
from pytest_django import Settings

from jobs.domain import Role
from jobs.job_list import service
from jobs.models import Membership, Organization
from jobs.viam.errors import Unreachable

pytestmark = pytest.mark.django_db

SECRET = "what the exception says: /srv/trainyard, SELECT, 10.0.0.7"
ID = re.compile(r'Request <span class="id">([0-9a-f]{10})</span>')
HOSTILE = "one\n2026-01-01 00:00:00,000 ERROR forged second\r\x1b[2J\u202ethird\u2028fourth\x85fifth"


def breaks(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
    raise RuntimeError(SECRET)


def test_pages_of_errors_tell_an_id_and_nothing_else(
    bo_client: Client, bolt: Organization, monkeypatch: pytest.MonkeyPatch, log: io.StringIO
) -> None:
    """Row 53: 400, 403, 404 and 500; the id is that of the log."""
    bo_client.raise_request_exception = False
    monkeypatch.setattr(service, "watch_list", breaks)
    answers = {
        400: bo_client.get("/", headers={"Host": "evil.example"}),
        403: bo_client.get("/settings/keys/"),
        404: bo_client.get("/no-such-page"),
        500: bo_client.get(bolt.get_absolute_url()),
    }
    for status, answer in answers.items():
        found = ID.search(answer.text)
        assert (answer.status_code, bool(found)) == (status, True)
        assert found and answer["X-Request-ID"] == found[1]
        assert f"[{found[1]}]" in log.getvalue()
        assert not [word for word in ("Traceback", "SELECT", "10.0.0.7", "evil.example") if word in answer.text]


SEARCH, SWITCHER, HOME = 'href="/find/"', 'hx-get="/orgs/?at=', 'class="place" href="/orgs/bolt-robotics/jobs/"'


def test_pages_of_errors_keep_the_header_of_who_is_signed_in(
    bo_client: Client, bolt: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the organization and its places, also at an address below it that leads nowhere."""
    bo_client.raise_request_exception = False
    Membership.objects.filter(user__username="bo", organization=bolt).update(role=Role.VIEWER)
    answers = {
        403: [bo_client.get(f"{bolt.get_absolute_url()}new/")],
        404: [bo_client.get(f"/orgs/bolt-robotics/{place}") for place in ("nothing/", "jobs/nothing/")],
    }
    monkeypatch.setattr(service, "watch_list", breaks)
    answers[500] = [bo_client.get(bolt.get_absolute_url())]
    for status, pages in answers.items():
        for page in pages:
            assert page.status_code == status
            assert all(part in page.text for part in (SEARCH, SWITCHER, HOME, "/orgs/bolt-robotics/models/"))


def test_pages_of_errors_name_no_organization_that_their_reader_may_not_see(
    olga_client: Client, client: Client, bolt: Organization
) -> None:
    page = olga_client.get(bolt.get_absolute_url())
    assert (page.status_code, SEARCH in page.text, bolt.name in page.text) == (404, True, False)
    stranger = client.get("/no-such-page")
    assert (stranger.status_code, SEARCH in stranger.text, "<header" in stranger.text) == (404, False, False)


def test_a_trimmed_address_leads_to_the_organization_s_jobs(bo_client: Client, bolt: Organization) -> None:
    assert bo_client.get("/orgs/bolt-robotics/")["Location"] == bolt.get_absolute_url()


def test_a_form_without_its_token_tells_an_id(ana_client: Client) -> None:
    """Row 53."""
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = ana_client.cookies
    answer = strict.post("/settings/keys/new/")
    assert (answer.status_code, bool(ID.search(answer.text))) == (403, True)


def test_an_error_of_the_cloud_tells_an_id(
    bo_client: Client, ana_client: Client, bolt: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Row 53, Row 42: what the cloud said is for the site's owners."""

    def is_away(organization: Organization, role: Role) -> str:
        raise Unreachable("ipv4:10.0.0.7:443: Connection refused")

    monkeypatch.setattr(service, "watch_list", is_away)
    answers = [client.get(bolt.get_absolute_url()) for client in (bo_client, ana_client)]
    assert [(answer.status_code, bool(ID.search(answer.text))) for answer in answers] == [(502, True)] * 2
    assert ["10.0.0.7" in answer.text for answer in answers] == [False, True]


def test_an_id_from_outside_is_not_taken(bo_client: Client) -> None:
    """Row 53: nobody chooses what stands in our log."""
    answer = bo_client.get("/no-such-page", headers={"X-Request-ID": "chosen"})
    assert "chosen" not in answer["X-Request-ID"] + answer.text


def test_each_request_has_its_own_id(bo_client: Client) -> None:
    ids = {bo_client.get("/no-such-page")["X-Request-ID"] for _ in range(5)}
    assert len(ids) == 5


def test_an_answer_that_is_well_carries_none(bo_client: Client, bolt: Organization) -> None:
    assert "X-Request-ID" not in bo_client.get(bolt.get_absolute_url()).headers


def test_one_record_is_one_line(log: io.StringIO) -> None:
    """Row 47: whatever ends a line anywhere is escaped."""
    logging.getLogger("jobs.test").warning("about %s", HOSTILE)
    assert len(log.getvalue().splitlines()) == 1
    assert r"one\n2026" in log.getvalue()
    assert not [letter for letter in log.getvalue().rstrip("\n") if not letter.isprintable()]


def test_an_error_s_own_words_begin_no_record(log: io.StringIO) -> None:
    """Row 47: the lines of a traceback are indented, those of the message in it included."""
    try:
        raise ValueError(HOSTILE)
    except ValueError:
        logging.getLogger("jobs.test").exception("it broke")
    first, *rest = log.getvalue().splitlines()
    assert "it broke" in first
    assert {line[:4] for line in rest} == {"    "}


def test_an_address_can_t_forge_a_line(bo_client: Client, log: io.StringIO) -> None:
    """Row 47."""
    bo_client.get("/%0a2026-01-01 00:00:00,000 ERROR forged", headers={"User-Agent": HOSTILE})
    assert not [line for line in log.getvalue().splitlines() if line.startswith("2026-01-01 00:00")]


@pytest.mark.parametrize("is_secure", [False, True])
def test_headers(bo_client: Client, bolt: Organization, settings: Settings, is_secure: bool) -> None:
    """Row 50, Row 51: of a page, and of an error."""
    settings.SECURE_HSTS_SECONDS = 31_536_000
    for address in (bolt.get_absolute_url(), "/no-such-page", f"/orgs/{bolt.slug}/members/", "/"):
        told = bo_client.get(address, secure=is_secure).headers
        policy = told["Content-Security-Policy"]
        assert "default-src 'self'" in policy
        assert all(f"{name} 'none'" in policy for name in ("frame-ancestors", "base-uri", "object-src"))
        assert "form-action 'self'" in policy
        assert "unsafe" not in policy
        assert told["X-Content-Type-Options"] == "nosniff"
        assert told["Referrer-Policy"] == told["Cross-Origin-Opener-Policy"] == "same-origin"
        assert told["Cross-Origin-Resource-Policy"] == "same-origin"
        assert "camera=()" in told["Permissions-Policy"]
        assert "no-store" in told["Cache-Control"]
        assert ("Strict-Transport-Security" in told) == is_secure


def test_an_empty_answer_is_kept_by_nobody(bo_client: Client, bolt: Organization) -> None:
    """Row 51."""
    page = bo_client.get(bolt.get_absolute_url())
    empty = bo_client.get(bolt.get_absolute_url(), headers={"HX-Request": "true", "HX-PTag": page["HX-PTag"]})
    assert (empty.status_code, empty["Cache-Control"]) == (204, "no-store, private")
