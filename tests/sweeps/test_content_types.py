"""Row 112: whatever a Content-Type says, a request is answered by the site: never by the web server's bare 500."""

from __future__ import annotations

import io
from functools import cache

import pytest
from django.contrib.auth.models import User
from django.http.response import HttpResponseBase
from django.test import Client

from dashboard.requests import Handler
from jobs.api.problems import CONTENT_TYPE
from jobs.models import Organization

pytestmark = pytest.mark.django_db

KINDS = ("application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x")
# Codecs that are none of texts, fail, or make what can't be encoded again; headers that can't be read.
ODD = (
    *("; charset=hex", "; charset=rot13", "; charset=zlib", "; charset=idna", "; charset=punycode"),
    *("; charset=undefined", "; charset=unicode_escape", "; charset=utf-16", "; charset=no-such", "; charset=a\x00b"),
    *("; charset=\xe4", "; charset*=no-such''utf-8", "; a*=no-such''%41", "; a=" + "b" * 20_000, "; charset="),
)
ADDRESSES = ("/sign-in/", "/find/")
FOR_PROGRAMS = ("/orgs/bolt-robotics/jobs.json",)


@cache
def handler() -> Handler:
    return Handler()


def asked(address: str, kind: str, *, method: str = "GET", body: bytes = b"", cookie: str = "") -> HttpResponseBase:
    """As the web server hands it over; without the signals, which close the tests' connection to the database."""
    environ = {
        "REQUEST_METHOD": method,
        "PATH_INFO": address,
        "QUERY_STRING": "q=%5Cud800",
        "SCRIPT_NAME": "",
        "CONTENT_TYPE": kind,
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": io.BytesIO(body),
        "HTTP_COOKIE": cookie,
        "SERVER_NAME": "testserver",
        "SERVER_PORT": "80",
        "HTTP_HOST": "testserver",
        "wsgi.url_scheme": "http",
        "wsgi.errors": io.StringIO(),
    }
    answer: HttpResponseBase = handler().get_response(handler().request_class(environ))
    return answer


@pytest.fixture
def cookie(bo: User, bolt: Organization) -> str:
    client = Client()
    client.force_login(bo)
    return "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())


@pytest.mark.parametrize("odd", ODD)
def test_an_address_is_read_as_utf_8(cookie: str, odd: str) -> None:
    for kind in KINDS:
        for address in (*ADDRESSES, *FOR_PROGRAMS):
            answer = asked(address, kind + odd, cookie=cookie)
            assert answer.status_code in (200, 302, 404), (address, kind, odd)


@pytest.mark.parametrize("odd", ODD)
def test_what_is_sent_is_refused(odd: str) -> None:
    """By a page, and where programs ask by a problem in JSON."""
    form = b'--x\r\nContent-Disposition: form-data; name="login"\r\n\r\n\\ud800\r\n--x--\r\n'
    for kind in KINDS:
        for address in (*ADDRESSES, *FOR_PROGRAMS):
            answer = asked(address, kind + odd, method="POST", body=form)
            assert 400 <= answer.status_code < 500, (address, kind, odd)
            if address in FOR_PROGRAMS:
                assert answer["Content-Type"] == CONTENT_TYPE
