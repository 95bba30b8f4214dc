"""What a poll without news costs beside the plainest view that Django offers who is signed in; in process, in turns.

`python -m bench.polls [--jobs 10000]` prints both, in processor time of the thread, and their ratio: the quickest of
many turns, since what else runs on a machine only adds. The plain view has Django's own sessions, its own
authentication and nothing else around it: it asks who is signed in, and says so. Ours is asked as a browser asks,
through everything that is around a page. The exit code tells whether the promise is kept.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import User
from django.contrib.sessions.backends.db import SessionStore as Stock
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import path

from bench.site import Site, site
from dashboard.accounts.sessions import note_session
from dashboard.requests import Handler

PROMISED = 0.7
ROUNDS, EACH = 300, 3
PLAIN: dict[str, Any] = {
    "MIDDLEWARE": [
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
    ],
    "SESSION_ENGINE": "django.contrib.sessions.backends.db",
    "AUTHENTICATION_BACKENDS": ["django.contrib.auth.backends.ModelBackend"],
    "ROOT_URLCONF": __name__,
}

Answer = tuple[str, list[tuple[str, str]], bytes]
Ask = Callable[[], Answer]


@login_not_required
def plain(request: HttpRequest) -> HttpResponse:
    return HttpResponse("yes" if request.user.is_authenticated else "no")


urlpatterns = [path("plain/", plain)]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.polls", description=__doc__)
    parser.add_argument("--jobs", type=int, default=10_000)
    options = parser.parse_args()
    with site(jobs=options.jobs) as here:
        theirs, ours = _plain(), _poll(here)
        taken = _in_turns({"plain": (override_settings(**PLAIN), theirs), "poll": (nullcontext(), ours)})
        ratio = taken["poll"] / taken["plain"]
        asked = {"plain": _queries(theirs, PLAIN), "poll": _queries(ours, {})}
        told = ", ".join(_told(name, taken, asked) for name in taken)
        print(f"{options.jobs:,} jobs, {connection.vendor}; {told}.")
        print(f"Ratio {ratio:.2f}, promised {PROMISED}.")
    return 0 if ratio <= PROMISED else 1


def _told(name: str, taken: Mapping[str, float], asked: Mapping[str, int]) -> str:
    return f"{name}: {taken[name]:.3f} ms, {asked[name]} queries"


def _plain() -> Ask:
    person = User.objects.create_user("stock", password="made up")
    with override_settings(**PLAIN):
        client = Client()
        client.force_login(person)
        assert isinstance(client.session, Stock)
        return _asking(WSGIHandler(), "/plain/", client, b"yes", {})


def _poll(here: Site) -> Ask:
    """As who has signed in by the form, so that their session is among those that they see."""
    request = RequestFactory().get("/")
    request.user, request.session = User.objects.get(username="ana"), here.client.session
    note_session(request)
    page = here.bolt.get_absolute_url()
    tag = here.get(page, **{"HX-Request": "true"})["HX-PTag"]
    return _asking(Handler(), page, here.client, b"", {"HX-Request": "true", "HX-PTag": tag, "X-Poll": "1"})


def _asking(handler: WSGIHandler, address: str, client: Client, expected: bytes, headers: dict[str, str]) -> Ask:
    cookies = "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())
    environ = RequestFactory().get(address, headers={"Cookie": cookies, **headers}).environ

    def ask() -> Answer:
        status: list[Any] = []
        response: Any = handler(dict(environ), lambda *told: status.extend(told))  # type: ignore[arg-type]
        body = b"".join(response)
        response.close()
        if body != expected:
            raise RuntimeError(f"{address} answered {status}")
        return status[0], status[1], body

    ask()
    return ask


def _in_turns(works: Mapping[str, tuple[AbstractContextManager[Any], Ask]]) -> dict[str, float]:
    """Milliseconds of processor time of one answer, in the quickest turn of each."""
    taken: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(ROUNDS):
        for name, (around, ask) in works.items():
            with around:
                ask()
                began = time.thread_time()
                for _ in range(EACH):
                    ask()
                taken[name].append((time.thread_time() - began) * 1000 / EACH)
    return {name: min(times) for name, times in taken.items()}


def _queries(ask: Ask, settings: Mapping[str, Any]) -> int:
    with override_settings(**settings), CaptureQueriesContext(connection) as asked:
        ask()
    return len(asked)


if __name__ == "__main__":
    sys.exit(main())
