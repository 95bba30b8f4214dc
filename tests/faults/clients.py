"""Clients that take their time, or leave, over plain sockets: what no HTTP library would send."""

from __future__ import annotations

import re
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

HOST = "127.0.0.1"
FORM = "application/x-www-form-urlencoded"
TOKEN = "a" * 32
"""Looks like a CSRF token: Django reads the body to compare."""
SMALL_WINDOW = 4096


def head(method: str, path: str, **headers: object) -> bytes:
    """Without its last, empty line."""
    named = {"Host": HOST, **{name.replace("_", "-"): value for name, value in headers.items()}}
    lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in named.items())]
    return "\r\n".join(lines).encode() + b"\r\n"


def form(path: str = "/sign-in/", **headers: object) -> bytes:
    """The head of a form that looks as if somebody were about to send it."""
    return head("POST", path, Content_Type=FORM, Cookie=f"trainyard-csrf={TOKEN}", **headers) + b"\r\n"


WRITING = form(Content_Length=60_000) + b"csrfmid"
WRITING_CHUNKS = form(Transfer_Encoding="chunked") + b"7\r\ncsrfmid\r\n"
HALF_A_HEAD = b"POST /sign-in/ HTTP/1.1\r\nHost: 127"
NOTHING = b""


def client(port: int, sent: bytes = b"", *, reads: bool = True) -> socket.socket:
    """`reads` says whether there is room for more than a little of an answer before somebody takes it."""
    plain = socket.socket()
    if not reads:
        plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL_WINDOW)
    plain.settimeout(30)
    plain.connect((HOST, port))
    plain.sendall(sent)
    return plain


@contextmanager
def crowd(port: int, number: int, sent: bytes, *, reads: bool = True) -> Iterator[list[socket.socket]]:
    """So many that have sent this, and do nothing."""
    with ExitStack() as stack:
        yield [stack.enter_context(client(port, sent, reads=reads)) for _ in range(number)]


def everything(plain: socket.socket) -> bytes:
    """Until the server closes. Empty when it closed without a word, and what came until then when it broke off."""
    taken = b""
    try:
        while part := plain.recv(65_536):
            taken += part
    except ConnectionError:
        pass
    return taken


def answer(port: int, sent: bytes) -> tuple[int, bytes]:
    """Status and all that came, of a request after which the server closes."""
    with client(port, sent) as plain:
        taken = everything(plain)
    return status_of(taken), taken


def status_of(taken: bytes) -> int:
    """0 where nothing came."""
    found = re.match(rb"HTTP/1\.[01] (\d+)", taken)
    return int(found[1]) if found else 0


def drip(plain: socket.socket, sent: bytes, pause: float) -> float:
    """Sends byte by byte until the server closes or answers; the seconds until then."""
    began = time.monotonic()
    plain.settimeout(pause)
    for byte in sent:
        try:
            plain.sendall(bytes([byte]))
            plain.recv(1, socket.MSG_PEEK)
        except TimeoutError:
            continue
        except ConnectionError:
            pass
        break
    plain.settimeout(30)
    return time.monotonic() - began
