"""Row 109: no line of the log holds what lets somebody in, whatever goes wrong at its address."""

from __future__ import annotations

import io
import logging
import re
from urllib.parse import quote

import pytest
from django.conf import settings as site
from django.test import Client
from django.urls import get_resolver
from pytest_django import Settings

from dashboard.secret_addresses import beginnings_of_secrets, hide
from jobs.models import Invitation, Organization
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


@pytest.mark.parametrize(
    "line",
    ["Not Found: /orgs/bolt/jobs/job-1/", "state=running in /jobs", "no address at all", "/join/ alone"],
)
def test_everything_else_is_told_as_it_is(line: str) -> None:
    assert hide(line) == line


def test_the_addresses_are_those_of_the_site() -> None:
    assert get_resolver().urlconf_name == site.ROOT_URLCONF
