"""Where a person is signed in, and until when.

A session ends SESSION_IDLE_SECONDS after its person last did something, and SESSION_ABSOLUTE_SECONDS after they signed
in, whatever they do. What an open page asks for by itself (it says so in X-Poll) is nothing that they did.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from allauth.account.signals import password_changed, password_set
from allauth.account.signals import user_logged_in as signed_in
from allauth.core.internal.sessionkit import get_session_user
from allauth.usersessions import signals as of_allauth
from allauth.usersessions.models import UserSession
from django import db
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import User
from django.contrib.auth.signals import user_logged_in
from django.http import HttpRequest
from django.utils import timezone

from dashboard.sessions import BEGAN, ONLY_NOTED, POLL, SEEN, end, opened, stored_key
from jobs.models import AccessToken
from jobs.permissions import client_address, may_go_on, token_of
from jobs.storing import note

# Noted this rarely: each time is a write.
EXACT_TO_SECONDS = 60

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
    mine = stored_key(key or "")
    told = [
        SignedIn(row.pk, device(row.user_agent), row.ip, row.created_at, row.last_seen_at, row.session_key == mine)
        for row in _going_on(user)
    ]
    return sorted(told, key=lambda one: (not one.is_this_one, -one.last_seen.timestamp()))


def end_others(user: User, key: str | None, only: int | None = None) -> list[str]:
    """Signs the person out elsewhere: everywhere, or in one place; answers with the devices. This session stays."""
    others = UserSession.objects.filter(user=user).exclude(session_key=stored_key(key or ""))
    ended = list(others if only is None else others.filter(pk=only))
    for session in ended:
        end(session.session_key)
        session.delete()
    return [device(session.user_agent) for session in ended]


def device(user_agent: str) -> str:
    products = [part.partition("/")[0] for part in user_agent.split() if "/" in part]
    browser = next((name for mark, name in BROWSERS if any(mark in product for product in products)), "")
    system = next((name for mark, name in SYSTEMS if mark in user_agent), "")
    return " on ".join(filter(None, (browser, system))) or "Unknown device"


def follow_sign_ins() -> None:
    """allauth notes a session under its key; we do, under what is stored of the key."""
    signed_in.disconnect(of_allauth.on_user_logged_in)
    for changed in (password_set, password_changed):
        changed.disconnect(of_allauth.on_password_changed)
        changed.connect(note_session, dispatch_uid="accounts.sessions")
    signed_in.connect(note_session, dispatch_uid="accounts.sessions")
    user_logged_in.connect(_begin, dispatch_uid="accounts.sessions")


def _begin(request: HttpRequest, **_: Any) -> None:
    request.session[BEGAN] = request.session[SEEN] = time.time()


def note_session(request: HttpRequest, **_: Any) -> None:
    """After a sign-in, a new password and an answer to who one is, by which a session gets another key."""
    if not request.session.session_key:
        request.session.save()
    _going_on(request.user)  # type: ignore[arg-type]
    longest = UserSession._meta.get_field("user_agent").max_length
    told = {
        "user": request.user,
        "ip": client_address(request),
        "user_agent": request.headers.get("User-Agent", "")[:longest],
        "last_seen_at": timezone.now(),
    }
    UserSession.objects.update_or_create(session_key=stored_key(request.session.session_key or ""), defaults=told)


def _going_on(user: User) -> list[UserSession]:
    """Those that are over are forgotten: of whoever signed out, changed the password, or was away for too long."""
    rows = list(UserSession.objects.filter(user=user))
    over = [row.pk for row in rows if get_session_user(opened(row.session_key)) is None]
    if over:
        note(lambda: UserSession.objects.filter(pk__in=over).delete())
    return [row for row in rows if row.pk not in over]


class LastSeen:
    """Middleware: notes that a person uses their session, once a minute at most. It asks the database nothing."""

    def __init__(self, get_response: Callable[[HttpRequest], Any]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> Any:
        response = self.get_response(request)
        if request.session.accessed and SESSION_KEY in request.session and not request.headers.get(POLL):
            self._note(request)
        return response

    def _note(self, request: HttpRequest) -> None:
        now = time.time()
        is_new, before = request.session.modified, request.session.get(SEEN)
        # Sessions of before there were limits begin now.
        if BEGAN not in request.session:
            request.session[BEGAN] = now
        if abs(now - request.session.get(SEEN, 0)) < EXACT_TO_SECONDS:
            return
        request.session[SEEN] = now
        mine = UserSession.objects.filter(session_key=stored_key(request.session.session_key or ""))
        request.META[ONLY_NOTED] = not is_new and before is not None
        note(lambda: mine.update(last_seen_at=timezone.now(), ip=client_address(request)))


class GoesOn:
    """Middleware: gives each answer `may_go_on`, which is asked every few seconds while a long one is on its way.

    Who is signed out, deactivated or removed meanwhile gets no more of it (dashboard/front/answers.py).
    """

    def __init__(self, get_response: Callable[[HttpRequest], Any]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> Any:
        response = self.get_response(request)
        response.may_go_on = lambda: _may_go_on(request)
        return response


def _may_go_on(request: HttpRequest) -> bool:
    """A database that doesn't answer says nothing: it is asked again later."""
    try:
        return not isinstance(request.user, User) or may_go_on(request.user, _as_they_are(request, request.user))
    except db.Error:
        db.close_old_connections()
        return True


def _as_they_are(request: HttpRequest, user: User) -> User | None:
    """Who asked, by session or token, if they are still signed in with it."""
    token = token_of(user)
    if token is None:
        found: User | None = get_session_user(opened(stored_key(request.session.session_key or "")))
        return found
    now = AccessToken.alive().filter(pk=token.pk).first()
    if now:
        now.owner.token = now  # type: ignore[attr-defined]
    return now.owner if now else None
