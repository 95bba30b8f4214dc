"""Where a person is signed in. "Last seen" is exact to a quarter of an hour: polls must not write each time."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from allauth.account.signals import user_logged_in
from allauth.usersessions.models import UserSession
from django.contrib.auth.models import User
from django.http import HttpRequest
from django.utils import timezone

from jobs.access import client_address

SEEN, EXACT_TO_SECONDS = "seen", 900

# First that fits: browsers call themselves by each other's names.
BROWSERS = (
    *(("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("FxiOS", "Firefox")),
    *(("Chrome", "Chrome"), ("CriOS", "Chrome"), ("Safari", "Safari")),
)
SYSTEMS = (
    *(("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows")),
    *(("Mac OS X", "macOS"), ("CrOS", "ChromeOS"), ("Linux", "Linux")),
)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """One place where somebody is signed in, for a page."""

    id: int
    device: str
    address: str
    since: datetime
    last_seen: datetime
    is_this_one: bool


def sessions_of(user: User, key: str | None) -> list[SignedIn]:
    """The one that asks comes first, then the latest seen."""
    rows = UserSession.objects.purge_and_list(user)
    told = [
        SignedIn(row.pk, device(row.user_agent), row.ip, row.created_at, row.last_seen_at, row.session_key == key)
        for row in rows
    ]
    return sorted(told, key=lambda one: (not one.is_this_one, -one.last_seen.timestamp()))


def end_others(user: User, key: str | None, only: int | None = None) -> list[str]:
    """Signs the person out elsewhere: everywhere, or in one place; answers with the devices. This session stays."""
    others = UserSession.objects.filter(user=user).exclude(session_key=key)
    ended = list(others if only is None else others.filter(pk=only))
    for session in ended:
        session.end()
    return [device(session.user_agent) for session in ended]


def device(user_agent: str) -> str:
    products = [part.partition("/")[0] for part in user_agent.split() if "/" in part]
    browser = next((name for mark, name in BROWSERS if any(mark in product for product in products)), "")
    system = next((name for mark, name in SYSTEMS if mark in user_agent), "")
    return " on ".join(filter(None, (browser, system))) or "Unknown device"


def follow_sign_ins() -> None:
    user_logged_in.connect(_begin, dispatch_uid="accounts.sessions")


def _begin(request: HttpRequest, **_: Any) -> None:
    request.session[SEEN] = time.time()


class LastSeen:
    """Middleware: notes that a session is in use, four times an hour at most. It asks the database nothing."""

    def __init__(self, get_response: Callable[[HttpRequest], Any]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> Any:
        response = self.get_response(request)
        seen = request.session.get(SEEN) if request.session.accessed else None
        if seen and time.time() - seen > EXACT_TO_SECONDS:
            request.session[SEEN] = time.time()
            mine = UserSession.objects.filter(session_key=request.session.session_key)
            mine.update(last_seen_at=timezone.now(), ip=client_address(request))
        return response
