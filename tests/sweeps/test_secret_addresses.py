"""Row 109: no line of the log holds what lets somebody in, whatever goes wrong at its address."""

from __future__ import annotations

import io
import logging
import re
import signal
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import quote, unquote

import pytest
from allauth.account import app_settings
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from django.conf import settings as site
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import get_resolver
from django.utils import timezone
from pytest_django import Settings

from dashboard.secret_addresses import beginnings_of_secrets, hide
from jobs.domain import Role
from jobs.management.web_server import answers
from jobs.models import AccessToken, Invitation, Organization
from tests.browser.stack import GRANIAN
from tests.installed import Installation, free_port, production, wait_until
from tests.sweeps import breaking
from tests.sweeps.addresses import filled, routes

pytestmark = pytest.mark.django_db

LETS_IN = "LETS-somebody-IN.0:abc_def"
SECRET_ADDRESSES = [route for route in routes() if re.search(r"<(\w+:)?(token|key|secret)>", route)]
BREAKING = "tests.sweeps.breaking.Breaking"


def address_of(route: str) -> str:
    values = {"token": LETS_IN, "key": LETS_IN, "secret": LETS_IN, "uidb36": "1"}
    return filled(route, values).replace("^", "")


def test_there_are_such_addresses() -> None:
    """Invitations, new passwords, confirmed addresses."""
    assert {"join/", "password/new/", "email/confirm/"} <= set(beginnings_of_secrets())
    assert len(SECRET_ADDRESSES) >= 3


@pytest.mark.parametrize("route", SECRET_ADDRESSES)
@pytest.mark.parametrize("method", ["get", "post", "put", "delete"])
def test_what_is_refused_there_is_logged_without_it(client: Client, log: io.StringIO, route: str, method: str) -> None:
    """404, 405, 410; 403 without the CSRF token; 400 for another host."""
    strict = Client(enforce_csrf_checks=True)
    address = address_of(route)
    for asking, more in ((client, {}), (strict, {}), (client, {"HTTP_HOST": "evil.example"})):
        getattr(asking, method)(address, **more)
        getattr(asking, method)(f"{address}more?key={LETS_IN}", **more)
    assert LETS_IN not in log.getvalue()


@pytest.mark.parametrize("odd", [" ", "'", '"', "<", "\\", "\n", "\u2028", "a b\\'"])
@pytest.mark.parametrize("route", SECRET_ADDRESSES)
def test_what_was_pasted_badly_is_logged_without_it(client: Client, log: io.StringIO, route: str, odd: str) -> None:
    """A blank or a quote in front, capitals: nothing that the site answers, but the link holds all the same."""
    strict, address = Client(enforce_csrf_checks=True), address_of(route)
    path = address.replace(LETS_IN, odd + LETS_IN)
    for there in (path, path.upper().replace(LETS_IN.upper(), LETS_IN), f"/{odd}{address}"):
        client.get(quote(there))
        strict.post(quote(there))
    assert "Not Found" in log.getvalue()
    assert LETS_IN not in log.getvalue()


@pytest.mark.parametrize("route", SECRET_ADDRESSES)
@pytest.mark.parametrize("kind", breaking.KINDS)
def test_what_breaks_there_is_logged_without_it(settings: Settings, log: io.StringIO, route: str, kind: str) -> None:
    settings.MIDDLEWARE = [*site.MIDDLEWARE, BREAKING]
    client = Client(raise_request_exception=False)
    address = address_of(route)
    client.get(address, headers={breaking.HEADER: kind})
    assert LETS_IN not in log.getvalue()


def test_a_traceback_that_tells_the_request_is_logged_without_it(log: io.StringIO) -> None:
    try:
        raise RuntimeError(f"<WSGIRequest: GET '/sign-in/sso/callback/?state={LETS_IN}&code={LETS_IN}'>")
    except RuntimeError:
        logging.getLogger("django.request").exception("At https://trainyard.example/join/%s/", LETS_IN)
    assert LETS_IN not in log.getvalue()
    assert "Traceback" in log.getvalue()


def test_a_link_that_is_mailed_or_shown_is_none_of_the_log(
    ana_client: Client, bolt: Organization, client: Client, log: io.StringIO
) -> None:
    """From the invitation to its end, by the real link."""
    ana_client.post(f"{bolt.get_absolute_url()}members/invite/", {"email": "new@corp.example", "role": "1"})
    for invitation in Invitation.objects.all():
        client.get(f"/join/{invitation.token}/")
        client.get(f"/join/{invitation.token}/no-such-page")
        assert invitation.token not in log.getvalue()


@pytest.mark.parametrize("route", SECRET_ADDRESSES)
@pytest.mark.parametrize("times", [1, 2, 3])
def test_in_another_address_it_is_hidden_however_often_it_is_encoded(
    client: Client, log: io.StringIO, route: str, times: int
) -> None:
    """As `next`, as the page that somebody came from, and in what an exception says of either."""
    once = plain = address_of(route).replace(LETS_IN, "LETS-somebody-IN")
    for _ in range(times):
        once = quote(once, safe="")
    for page in (f"/sign-in/?next={once}", f"/no-such-page/{once}", f"/no-such-page?next={once.lower()}&page=2"):
        logging.getLogger("django.request").warning("Forbidden (%s): %s", page, f"https://trainyard.example{page}")
        client.get(page, headers={"Referer": f"https://trainyard.example{plain}"}, secure=True)
        Client(enforce_csrf_checks=True).post(page, headers={"Referer": f"https://evil.example{plain}"}, secure=True)
    assert "lets-somebody-in" not in log.getvalue().lower()
    assert "Referer checking failed" in log.getvalue() and "/no-such-page" in log.getvalue()


class Telling:
    """Raises what a careless view would: an error that repeats what it was asked with."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        told = unquote(request.get_full_path()).rstrip("/")
        logging.getLogger("jobs").warning("Nobody has %s", re.split(r"[/=]", told)[-1])
        raise ValueError("It is none of ours: " + re.split(r"[/=]", told)[-1])


@pytest.mark.parametrize("address", [*map(address_of, SECRET_ADDRESSES), f"/sign-in/sso/callback/?code={LETS_IN}"])
def test_an_exception_that_repeats_it_bare_is_logged_without_it(
    settings: Settings, log: io.StringIO, address: str
) -> None:
    settings.MIDDLEWARE = [*site.MIDDLEWARE, f"{__name__}.{Telling.__name__}"]
    Client(raise_request_exception=False).get(address)
    assert LETS_IN not in log.getvalue() and quote(LETS_IN) not in log.getvalue()
    assert "It is none of ours: [hidden]" in log.getvalue() and "Nobody has [hidden]" in log.getvalue()


def test_whatever_lets_in_here_is_known_by_its_form(log: io.StringIO, bo: User, bolt: Organization) -> None:
    """Outside of any request: in a command, in the refresher, in a thread."""
    invitation = Invitation.objects.create(organization=bolt, role=1, expires_at=timezone.now())
    address = EmailAddress.objects.create(user=bo, email="bo@corp.example", primary=True)
    made = [invitation.token, invitation.mail_token, EmailConfirmationHMAC(address).key]
    made += [app_settings.PASSWORD_RESET_TOKEN_GENERATOR().make_token(bo)]
    made += [AccessToken.make(bo, "nightly", Role.VIEWER, None, timedelta(days=1))[1]]
    for secret in made:
        logging.getLogger("jobs").error("No such thing: %s, %r, (%s).", secret, secret, quote(secret, safe=""))
    assert [secret for secret in made if secret in log.getvalue() or quote(secret, safe="") in log.getvalue()] == []
    assert log.getvalue().count("[hidden]") == 3 * len(made)


def test_what_the_web_server_says_itself_is_logged_without_it(tmp_path: Path) -> None:
    """With an access log that tells all it can, the page that somebody came from included."""
    installation = Installation(tmp_path, **production())
    assert installation.manage("migrate", "-v", "0").returncode == 0
    port = free_port()
    told = '%(method)s %(path)s %(query_string)s %(status)d "%(header{referer})s"'
    server = installation.start(*GRANIAN, "--port", str(port), "--access-log", "--access-log-fmt", told)
    try:
        wait_until(lambda: answers(port, "/healthz"))
        for address in (f"/join/{LETS_IN}/", f"/sign-in/?next={quote(f'/join/{LETS_IN}/', safe='')}"):
            get(port, address, Referer=f"http://127.0.0.1:{port}/email/confirm/{LETS_IN}/")
        get(port, f"/sign-in/sso/callback/?code={LETS_IN}&state={LETS_IN}")
        get(port, "/the-last-one")
        server.wait_for("GET /the-last-one")
    finally:
        server.end(signal.SIGTERM)
    assert LETS_IN not in unquote(server.said)
    assert "granian.access GET /join/[hidden]" in server.said
    assert "GET /sign-in/sso/callback/ code=[hidden]&state=[hidden]" in server.said


def get(port: int, address: str, **headers: str) -> None:
    with closing(HTTPConnection("127.0.0.1", port, timeout=30)) as connection:
        connection.request("GET", address, headers=headers)
        connection.getresponse().read()


@pytest.mark.parametrize("route", SECRET_ADDRESSES)
def test_no_page_of_such_an_address_names_it_to_the_next(client: Client, route: str) -> None:
    """Whatever is answered there, errors, redirects to HTTPS and other hosts included; others tell this site alone."""
    address = address_of(route)
    for secret in (address, f"{address}no-such-page", f"/sign-in/?next={quote(address, safe='')}"):
        for host in ("testserver", "evil.example"):
            for answer in (
                client.get(secret, headers={"Host": host}),
                Client(enforce_csrf_checks=True).post(secret, headers={"Host": host}),
            ):
                assert answer["Referrer-Policy"] == "strict-origin", secret
    assert client.get(f"/sign-in/sso/callback/?code={LETS_IN}")["Referrer-Policy"] == "strict-origin"
    assert client.get("/sign-in/")["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize(
    "line",
    [
        *("Not Found: /orgs/bolt/jobs/job-1/", "state=running in /jobs", "no address at all", "/join/ alone"),
        *("/orgs/b%20c/jobs/%2e%2e/", "job 0f8fad5b-d9cb-469f-a165-70867728950e", "at 10:11:12", "sha256:0123456789"),
    ],
)
def test_everything_else_is_told_as_it_is(line: str) -> None:
    assert hide(line) == line


def test_the_addresses_are_those_of_the_site() -> None:
    assert get_resolver().urlconf_name == site.ROOT_URLCONF
