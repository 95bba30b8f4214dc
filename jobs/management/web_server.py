"""The command that runs the web server, in one place: `manage.py serve`, tests and benchmarks run it. How many workers,
where, and how long they may take to end is everybody's own.
"""

from __future__ import annotations

import http.client
import socket
from itertools import count

# Over RSGI no client holds a thread. A connection that says nothing, or half of a request's head, is closed after 15 s;
# with HTTP/2 it would be waited for without an end. Of a head 64 KiB are taken at most. By default granian takes up
# only as many connections as its backlog divided by its workers: open tabs beyond that would wait without an error.
WEB_SERVER = (
    *("granian", "--interface", "rsgi", "dashboard.rsgi:application"),
    *("--http", "1", "--no-ws", "--http1-header-read-timeout", "15000", "--http1-buffer-size", "65536"),
    *("--backlog", "16384", "--backpressure", "8192"),
)


HOST = "127.0.0.1"


def is_free(port: int, host: str = HOST) -> bool:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        # A port that was given up a moment ago is free, as servers see it.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def next_free(port: int) -> int:
    """This port or the first free one after it."""
    return next(candidate for candidate in count(port) if is_free(candidate))


def listens(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((HOST, port)) == 0


def answers(port: int, path: str) -> bool:
    """Whether a web server answers there with 200. No proxy of the environment has a say in it."""
    connection = http.client.HTTPConnection(HOST, port, timeout=2)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
