"""What granian loads: `granian --interface rsgi dashboard.rsgi:application`. It is `dashboard.wsgi` behind a front that
deals with clients, so that threads deal with requests alone.

Bodies are read and bounded on the event loop (dashboard/front/bodies.py), a request goes to a thread when all of it is
there (pool.py), and the thread is free when the answer is made, whoever reads it how slowly (answers.py). `/healthz` is
answered on the loop. Servers without RSGI load `dashboard.wsgi:application`.
"""

from __future__ import annotations

import asyncio
import logging
import os
import resource
import secrets
import socket
import stat
from collections.abc import Callable, Iterable
from contextlib import suppress

from django.conf import settings

from dashboard import wsgi
from dashboard.front import refusals
from dashboard.front.answers import Downloads, File, Site
from dashboard.front.bodies import Bodies, Body, limit_of
from dashboard.front.environment import HTTPProtocol, Scope, environ
from dashboard.front.pipes import clear_away
from dashboard.front.pool import SIGN_IN_THREADS, Pool, is_sign_in, is_slow
from dashboard.front.refusals import Refusal
from dashboard.health import LIVES, STUCK

log = logging.getLogger(__name__)
SILENT_SECONDS = 30
"""How long somebody may leave unread what was sent, before the operating system closes the connection."""


class Front:
    """An RSGI application around one of PEP 3333, which is asked in `threads` threads."""

    def __init__(self, site: Callable[..., Iterable[bytes]], threads: int) -> None:
        self._site = site
        self._pool, self._sign_ins = Pool(threads), Pool(SIGN_IN_THREADS, "sign-in")
        self._bodies, self._downloads = Bodies(), Downloads(settings.DOWNLOADS_MIB * 2**20)
        self._is_listening = False

    def __rsgi_init__(self, _: asyncio.AbstractEventLoop) -> None:
        raise_descriptors()
        clear_away()

    def __rsgi_del__(self, _: asyncio.AbstractEventLoop) -> None:
        """Everybody who still listens has their answer. What somebody began who left is ended too."""
        self._pool.end()
        self._sign_ins.end()

    async def __rsgi__(self, scope: Scope, proto: HTTPProtocol) -> None:
        if not self._is_listening:
            self._is_listening = True
            close_unread()
        if scope.proto != "http":
            # Websockets, where granian was not told that there are none.
            proto.close(403)
        elif scope.path == "/healthz" and scope.method in ("GET", "HEAD"):
            self._tell_health(scope, proto)
        else:
            await self._answer(scope, proto)

    def _tell_health(self, scope: Scope, proto: HTTPProtocol) -> None:
        status, words = STUCK if self._pool.stands_still() or self._sign_ins.stands_still() else LIVES
        headers = [("Content-Type", "text/plain"), ("Cache-Control", "no-store")]
        proto.response_bytes(status, headers, b"" if scope.method == "HEAD" else f"{words}\n".encode())

    async def _answer(self, scope: Scope, proto: HTTPProtocol) -> None:
        body = Body(self._bodies, scope, proto, limit_of(scope.method, scope.path))
        try:
            await self._ask(scope, proto, body)
        except Refusal as refusal:
            proto.response_bytes(*refusals.told(scope, refusal.status))
            await body.drain()
        except Exception:
            request_id = secrets.token_hex(5)
            log.exception("[%s] A request ended in an error outside of Django.", request_id)
            proto.response_bytes(*refusals.told(scope, 500, request_id))
        finally:
            body.release()

    async def _ask(self, scope: Scope, proto: HTTPProtocol, body: Body) -> None:
        request = environ(scope, await body.read(), File)
        answer = Site(scope, proto, self._downloads)
        pool = self._sign_ins if is_sign_in(scope.path) else self._pool
        await pool.run(lambda: answer.ask(self._site, request), is_slow=is_slow(scope.method, scope.path))
        await answer.send_spool(self._pool)


def raise_descriptors() -> None:
    """Each connection is a descriptor, and shells and services often begin with 1,024 of them."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        with suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def close_unread() -> None:
    """From now on, connections close when nothing of what was sent is taken for `SILENT_SECONDS` (RFC 5482): granian
    has no deadline for that. It is set on the sockets that listen, from which Linux hands it on. To be called once
    granian listens.
    """
    if not hasattr(socket, "TCP_USER_TIMEOUT") or not os.path.isdir("/proc/self/fd"):
        return
    for name in os.listdir("/proc/self/fd"):
        with suppress(OSError):
            _bound(int(name))


def _bound(descriptor: int) -> None:
    """Raises OSError for what is no socket."""
    if not stat.S_ISSOCK(os.fstat(descriptor).st_mode):
        return
    with socket.socket(fileno=os.dup(descriptor)) as found:
        is_internet = found.family in (socket.AF_INET, socket.AF_INET6)
        if is_internet and found.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
            found.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, SILENT_SECONDS * 1000)


application = Front(wsgi.application, settings.WEB_THREADS)
