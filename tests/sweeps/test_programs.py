"""Row 112: whatever goes wrong at an address for programs, it is told as a problem in JSON (RFC 9457)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from pytest_django import Settings

from emulator.server import Emulator
from jobs.api.problems import CONTENT_TYPE, is_for_programs
from jobs.models import AuditEntry, Organization
from tests.api_tokens.test_tokens import token
from tests.sweeps import breaking
from tests.sweeps.addresses import filled

pytestmark = pytest.mark.django_db


def for_programs(patterns: list[Any] | None = None, before: str = "") -> Iterator[str]:
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from for_programs(pattern.url_patterns, route)
        elif isinstance(pattern, URLPattern) and is_for_programs(pattern.callback):
            yield route


ROUTES = sorted(for_programs())
BY_POST = [
    route for route in ROUTES if route.endswith(("/jobs.json", "cancel.json", "delete.json", "notes.json", "tags.json"))
]
BREAKING = "tests.sweeps.breaking.Breaking"
DEEP = 100_000

BODIES: dict[str, tuple[bytes, int]] = {
    "brackets": (b"[" * DEEP, 400),
    "closed brackets": (b"[" * DEEP + b"]" * DEEP, 400),
    "objects": (b'{"a":' * DEEP + b"1" + b"}" * DEEP, 400),
    "deep in an object": (b'{"arguments":{"a":' + b"[" * 200 + b"]" * 200 + b"}}", 400),
    "a whole number": (b'{"name":' + b"9" * 50_000 + b"}", 400),
    "a long number": (b'{"name":' + b"9" * 4_000 + b"}", 400),
    "infinite": (b'{"name": 1e999}', 400),
    "an exponent": (b'{"name": 1e' + b"9" * 5_000 + b"}", 400),
    "NaN": (b'{"name": NaN}', 400),
    "no UTF-8": (b'{"name": "\xff\xfe"}', 400),
    "UTF-16": ('{"name": "a"}'.encode("utf-16"), 400),
    "NUL": (b'{"name": "a\\u0000b"}', 400),
    "NUL in a name": (b'{"na\\u0000me": "a"}', 400),
    "NUL in an argument": (b'{"kind": "custom", "arguments": {"a": "\\u0000"}}', 400),
    "half a surrogate": (b'{"name": "\\ud800", "reason": "\\udfff"}', 400),
    "a name twice": (b'{"name": "a", "name": "b"}', 400),
    "a list": (b"[]", 400),
    "a text": (b'"x"', 400),
    "null": (b"null", 400),
    "nothing": (b" ", 400),
    "half": (b'{"name": ', 400),
    "a raw NUL": (b"\0", 400),
    "too large": (b'{"name": "' + b"a" * 3_000_000 + b'"}', 413),
}


@pytest.fixture
def places(bolt: Organization, bo: User) -> dict[str, object]:
    entry = bolt.actions.create(actor=bo, action="job:submit", outcome="unknown")
    bolt.submissions.create(entry=entry, person=bo, key="once", state="unknown")
    job = bolt.jobs.first()
    assert job
    return {"slug": bolt.slug, "viam_id": job.viam_id, "pk": entry.pk}


@pytest.fixture
def robot(bo: User, bolt: Organization) -> Client:
    return Client(headers=token(bo), raise_request_exception=False)


def told(answer: Any) -> dict[str, Any]:
    """The problem, held to what RFC 9457 asks and to our saying nothing of what failed inside."""
    assert answer["Content-Type"] == CONTENT_TYPE, (answer.status_code, answer["Content-Type"])
    found: dict[str, Any] = json.loads(answer.content)
    assert found["status"] == answer.status_code >= 400
    assert found["type"] == "about:blank"
    assert found["title"]
    assert "a secret of ours" not in answer.text
    assert "no-store" in answer["Cache-Control"]
    return found


def test_there_are_addresses_for_programs() -> None:
    assert len(ROUTES) >= 8
    assert len(BY_POST) == 5


@pytest.mark.parametrize("place", ["first", "middle", "last"])
@pytest.mark.parametrize("kind", breaking.KINDS)
def test_whatever_is_raised_is_told(
    kind: str, place: str, settings: Settings, robot: Client, places: dict[str, object]
) -> None:
    """Row 112: by a middleware, early and late, at each address, by GET and by POST."""
    at = {"first": 2, "middle": len(settings.MIDDLEWARE) // 2, "last": len(settings.MIDDLEWARE)}[place]
    settings.MIDDLEWARE = [*settings.MIDDLEWARE[:at], BREAKING, *settings.MIDDLEWARE[at:]]
    for route in ROUTES:
        for ask in (robot.get, robot.post):
            answer = ask(filled(route, places), headers={breaking.HEADER: kind})
            assert told(answer)["request_id"] == answer["X-Request-ID"]


@pytest.mark.parametrize("method", ["get", "post", "put", "patch", "delete", "options", "trace"])
def test_other_methods_are_told(robot: Client, places: dict[str, object], method: str) -> None:
    """Row 112: 405, with what is allowed."""
    for route in ROUTES:
        answer = getattr(robot, method)(filled(route, places))
        if answer.status_code == 405:
            told(answer)
            assert answer["Allow"], route
        elif answer.status_code >= 400:
            told(answer)


def test_what_is_not_there_is_told(robot: Client, places: dict[str, object]) -> None:
    """Row 112: an organization, a job, a submission, a format, an address that is none."""
    odd = {"slug": "nowhere", "viam_id": "nowhere", "pk": 10**30}
    missing = [filled(route, {**places, name: odd[name]}) for route in ROUTES for name in odd if f":{name}>" in route]
    strange = [f"/orgs/{places['slug']}/jobs.xml", "/orgs/a/b/c/d.json", "/no-such-address.json", "/orgs/%ff/jobs.json"]
    for address in [*missing, *strange]:
        answers = [robot.get(address), robot.post(address, "{}", content_type="application/json")]
        assert {answer.status_code for answer in answers} <= {404, 405}, address
        for answer in answers:
            told(answer)


@pytest.mark.parametrize("sent", ["", "Bearer", "Bearer ty_wrong", "Bearer \xff\0", "Basic eDp5"])
def test_who_is_nobody_is_told(bolt: Organization, places: dict[str, object], sent: str) -> None:
    """Row 112."""
    for route in ROUTES:
        answer = Client().get(filled(route, places), headers={"Authorization": sent})
        if route != "openapi.json":
            assert told(answer)["status"] == 401


def test_a_host_that_is_not_ours_is_told(robot: Client, places: dict[str, object]) -> None:
    """Row 112."""
    for route in ROUTES:
        answer = robot.get(filled(route, places), headers={"Host": "evil.example"})
        assert told(answer)["status"] == 400
        assert "evil" not in answer.text


def test_a_session_without_its_csrf_token_is_told(bo: User, places: dict[str, object]) -> None:
    """Row 112."""
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(bo)
    for route in BY_POST:
        assert told(browser.post(filled(route, places)))["status"] == 403


@pytest.mark.parametrize("body", BODIES)
def test_a_body_that_makes_no_sense_is_told(
    cloud: Emulator, robot: Client, places: dict[str, object], body: str
) -> None:
    """Row 112: always 4xx, and nothing is begun, sent or written down."""
    sent, status = BODIES[body]
    entries, calls = AuditEntry.objects.count(), cloud.calls.total()
    for route in BY_POST:
        answer = robot.post(filled(route, places), sent, content_type="application/json")
        assert told(answer)["status"] == status, route
    assert (AuditEntry.objects.count(), cloud.calls.total()) == (entries, calls)


def test_a_body_without_its_length_is_told(cloud: Emulator, robot: Client, places: dict[str, object]) -> None:
    """Row 112: it would be read as empty, and a job canceled without the reason that was given."""
    calls = cloud.calls.total()
    for route in BY_POST:
        # As a server hands it over: the test client always adds a length.
        answer = robot.post(filled(route, places), CONTENT_LENGTH="", HTTP_TRANSFER_ENCODING="chunked")
        assert told(answer)["status"] == 411
    assert cloud.calls.total() == calls


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "x", ""])
def test_another_media_type_is_told(cloud: Emulator, robot: Client, places: dict[str, object], kind: str) -> None:
    """Row 112."""
    calls = cloud.calls.total()
    for route in BY_POST:
        answer = robot.generic("POST", filled(route, places), b'{"name": "a"}', content_type=kind)
        assert told(answer)["status"] == 415
    assert cloud.calls.total() == calls


VALUES: list[object] = [1, -1, 1e300, True, None, [], {}, [[1]], {"a": {"b": []}}, "x" * 5_000, "\ufffd\u202e"]
QUERIES = ["q=%00", "q=%ff", "page=" + "9" * 400, "since=9999-12-31", "until=9999-12-31", "a=" * 2000]


@pytest.mark.parametrize("value", VALUES)
def test_values_of_another_type_are_told(robot: Client, bolt: Organization, value: object) -> None:
    """Row 112: every field of a job, with every type of JSON."""
    fields = ("kind", "name", "version", "dataset", "type", "framework", "labels", "script", "script_version")
    for kind in ("managed", "custom"):
        for field in (*fields, "container", "arguments", "is_meant", "source", "token"):
            body = json.dumps({"kind": kind, field: value})
            answer = robot.post(f"/orgs/{bolt.slug}/jobs.json", body, content_type="application/json")
            assert 400 <= told(answer)["status"] < 500, (field, value)


@pytest.mark.parametrize(
    "text", ["[" * DEEP, '{"a":' * DEEP, r'{"a": "\ud800"}', r'{"\ud800": "a"}', r'{"a": "\u0000"}']
)
def test_json_within_a_text_is_told(cloud: Emulator, robot: Client, bolt: Organization, text: str) -> None:
    """Row 112: arguments may come as the text of their JSON, which is read as carefully as the body."""
    job = bolt.jobs.filter(is_custom=True).exclude(script_id="").first()
    assert job
    body = {"kind": "custom", "name": "a", "version": "v1", "is_meant": True, "arguments": text}
    body |= {"dataset": job.dataset_id, "script": job.script_id, "script_version": job.script_version}
    entries, calls = AuditEntry.objects.count(), cloud.calls.total()
    answer = robot.post(f"/orgs/{bolt.slug}/jobs.json", json.dumps(body), content_type="application/json")
    assert told(answer)["status"] == 422
    assert (AuditEntry.objects.count(), cloud.calls.total()) == (entries, calls)


@pytest.mark.parametrize("query", QUERIES)
def test_odd_filters_are_told(robot: Client, bolt: Organization, query: str) -> None:
    """Row 112."""
    for ending in ("json", "csv"):
        answer = robot.get(f"/orgs/{bolt.slug}/jobs.{ending}?{query}")
        if answer.status_code != 200:
            assert 400 <= told(answer)["status"] < 500


def test_pages_stay_pages(bo_client: Client, bolt: Organization) -> None:
    for address in (f"/orgs/{bolt.slug}/jobs/nobody/", "/no-such-page"):
        assert bo_client.get(address)["Content-Type"].startswith("text/html")


def test_a_problem_is_made_for_whoever_asks_with_a_token(robot: Client) -> None:
    """Row 112: at an address that is none, by who asks."""
    assert told(robot.get("/no-such-page"))["status"] == 404
    assert told(Client().get("/no-such-page", headers={"Accept": "application/json"}))["status"] == 404
