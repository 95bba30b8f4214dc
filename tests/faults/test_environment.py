"""Row 115: what the site sees of a request is what granian's own WSGI would show it, but where dashboard/front says."""

from __future__ import annotations

import json
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from jobs.management import web_server
from tests.faults.clients import answer
from tests.installed import Installation, free_port, production, wait_until

WSGI = ("--interface", "wsgi", "tests.faults.echo:wsgi")
RSGI = ("--interface", "rsgi", "tests.faults.echo:rsgi", "--factory")

Both = tuple[int, int]


@contextmanager
def serving(folder: Path, name: str, *words: str) -> Iterator[int]:
    folder = folder / name
    folder.mkdir()
    site, port = Installation(folder, **production()), free_port()
    server = site.start("-m", "granian", *words, "--http", "1", "--no-ws", "--port", str(port))
    try:
        wait_until(lambda: web_server.listens(port), 30)
        yield port
    finally:
        server.end(signal.SIGTERM)
    assert "Traceback" not in server.said, server.said


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Both]:
    folder = tmp_path_factory.mktemp("echo")
    with serving(folder, "wsgi", *WSGI) as wsgi, serving(folder, "rsgi", *RSGI) as rsgi:
        yield wsgi, rsgi


def seen(port: int, line: str, *headers: str, body: bytes = b"") -> dict[str, Any]:
    lines = [line, f"Host: 127.0.0.1:{port}", "Connection: close", *headers]
    status, taken = answer(port, "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body)
    assert status == 200, taken
    told: dict[str, Any] = json.loads(taken.partition(b"\r\n\r\n")[2])
    assert told.pop("HTTP_HOST").endswith(f":{port}")
    assert told.pop("SERVER_PORT") == str(port)
    return told


NASTY = {
    "plain": ("GET / HTTP/1.1",),
    "old": ("GET / HTTP/1.0",),
    "escapes": ("GET /a%2Fb%20c/%2541/%C3%A9/ HTTP/1.1",),
    "twice escaped": ("GET /%252e%252e/%00/ HTTP/1.1",),
    "dots": ("GET /a/../b//c/./d HTTP/1.1",),
    "a question": ("GET /p?a=1&b=%C3%A9&c=?d&e= HTTP/1.1",),
    "whole address": ("GET http://evil.example/x?y HTTP/1.1",),
    "star": ("OPTIONS * HTTP/1.1",),
    "a method of its own": ("BREW /pot HTTP/1.1",),
    "repeated": ("GET / HTTP/1.1", "X-Forwarded-For: 1.1.1.1", "X-Forwarded-For: 2.2.2.2, 3.3.3.3", "X-Forwarded-For:"),
    "not ASCII": ("GET / HTTP/1.1", "X-Name: J\xf6rg", "User-Agent: \xff\xfe"),
    "spaces and tabs": ("GET / HTTP/1.1", "X-Name: \t a \t b  "),
    "cases": ("GET / HTTP/1.1", "X-NaMe: a", "cOOKIE: a=b"),
    "authorization": ("GET / HTTP/1.1", "Authorization: Bearer ty_x", "Accept: a", "Accept: b"),
    "content without a body": ("GET / HTTP/1.1", "Content-Type: text/plain", "Content-Length: 0"),
    "long": ("GET / HTTP/1.1", f"X-Long: {'a' * 20_000}"),
}


@pytest.mark.parametrize("name", NASTY)
def test_requests_are_seen_alike(both: Both, name: str) -> None:
    wsgi, rsgi = (seen(port, *NASTY[name]) for port in both)
    assert rsgi == wsgi


def test_bodies_are_seen_alike(both: Both) -> None:
    headers = ("Content-Type: application/x-www-form-urlencoded", "Content-Length: 6")
    wsgi, rsgi = (seen(port, "POST /p HTTP/1.1", *headers, body=b"a=%C3\xff") for port in both)
    assert rsgi == wsgi
    assert rsgi["body"] == "a=%C3\xff"


def test_cookies_are_one(both: Both) -> None:
    """As RFC 9113 joins them; granian's WSGI leaves out the space, which is the same to Django."""
    wsgi, rsgi = (seen(port, "GET / HTTP/1.1", "Cookie: a=1; b=2", "Cookie: c=3") for port in both)
    assert rsgi.pop("HTTP_COOKIE") == "a=1; b=2; c=3"
    assert wsgi.pop("HTTP_COOKIE") == "a=1; b=2;c=3"
    assert rsgi == wsgi


def test_underscores_pass_for_nothing(both: Both) -> None:
    """By WSGI, `X_Forwarded_For` takes the place of what a proxy vouches for."""
    headers = ("X-Forwarded-For: 10.0.0.1", "X_Forwarded_For: 6.6.6.6", "Content_Length: 5", "X_Other: x")
    wsgi, rsgi = (seen(port, "GET / HTTP/1.1", *headers) for port in both)
    assert wsgi["HTTP_X_FORWARDED_FOR"] == "6.6.6.6"
    assert rsgi["HTTP_X_FORWARDED_FOR"] == "10.0.0.1"
    assert not {"HTTP_X_OTHER", "HTTP_CONTENT_LENGTH", "CONTENT_LENGTH"} & set(rsgi)


def test_chunks_are_a_body(both: Both) -> None:
    _, rsgi = both
    chunks = b"3\r\nabc\r\n2;ext=1\r\nde\r\n0\r\n\r\n"
    told = seen(rsgi, "POST / HTTP/1.1", "Transfer-Encoding: chunked", "Content-Length: 3", body=chunks)
    assert (told["body"], told["CONTENT_LENGTH"]) == ("abcde", "5")


def test_what_is_no_text_is_marked(both: Both) -> None:
    """RSGI tells the address decoded, with a mark for what is no UTF-8."""
    wsgi, rsgi = (seen(port, "GET /a%FFb HTTP/1.1") for port in both)
    assert wsgi["PATH_INFO"] == "/a\xffb"
    assert rsgi["PATH_INFO"] == "/a\ufffdb".encode().decode("latin-1")


def test_secrets_of_the_process_are_no_part_of_a_request(both: Both) -> None:
    _, rsgi = both
    with socket.create_connection(("127.0.0.1", rsgi)) as plain:
        plain.sendall(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        taken = b"".join(iter(lambda: plain.recv(65_536), b""))
    assert b"SECRET_KEY" not in taken
