"""Sessions: stored as hashes, with two limits, and read-only while the database takes no writes."""

from __future__ import annotations

import hashlib
import time
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from asgiref.sync import sync_to_async
from cryptography.fernet import Fernet, InvalidToken
from django import db
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore as DatabaseSessions
from django.contrib.sessions.exceptions import SessionInterrupted
from django.contrib.sessions.middleware import SessionMiddleware
from django.contrib.sessions.models import Session
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from dashboard.accounts.backend import StoredSession, read_session
from jobs.storing import is_busy, note, refusal_in

# As long as the column is; keys have 32 characters, their hashes 40.
MAX_KEY = 40

# A time from further ahead was noted by a clock that was wrong: the session would last until that time and longer.
CLOCKS_DIFFER_SECONDS = 600

# In a signed-in session: when it began and when its person last did something, in seconds since 1970.
BEGAN, SEEN = "began", "seen"

# The header of what an open page asks for by itself: nothing that its person did.
POLL = "X-Poll"


def stored_key(key: str) -> str:
    """What stands in the table for a session: 160 bits of a hash, from which nobody finds the key."""
    return hashlib.sha256(key.encode()).hexdigest()[:MAX_KEY]


class SessionStore(DatabaseSessions):
    """Keys are letters and digits; anything else is looked up in vain, and PostgreSQL refuses to look for a NUL."""

    # Whether it was there and only its time was up: nobody ended it.
    ran_out = False
    # The address for which it is read, and who came with it.
    path = ""
    stored: StoredSession | None = None

    def __init__(self, session_key: str | None = None) -> None:
        is_key = session_key and len(session_key) <= MAX_KEY and session_key.isascii() and session_key.isalnum()
        super().__init__(session_key if is_key else None)

    def load(self) -> dict[str, Any]:
        """Nothing, once a limit is reached: also one that was set lower since."""
        self.stored = read_session(stored_key(self.session_key), self.path) if self.session_key else None
        data = _unless_over(self.decode(self.stored.sealed)) if self.stored else None
        self.ran_out = data is None and bool(self.session_key) and self.exists(self.session_key or "")
        if data is None:
            self._session_key = None
        return data or {}

    def exists(self, session_key: str) -> bool:
        return Session.objects.filter(session_key=stored_key(session_key)).exists()

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        key = stored_key(self._get_or_create_session_key())  # type: ignore[attr-defined]  # Not in the stubs.
        return Session(session_key=key, session_data=self.encode(data), expire_date=self.get_expiry_date())

    def delete(self, session_key: str | None = None) -> None:
        if key := session_key or self.session_key:
            Session.objects.filter(session_key=stored_key(key)).delete()

    def get_expiry_age(self, **kwargs: Any) -> int:
        """Seconds. A poll that changes a session doesn't prolong it: the limits count from what the person did."""
        ends = _ends_at(self)
        return super().get_expiry_age(**kwargs) if ends is None else max(0, int(ends - time.time()))

    def get_expiry_date(self, **kwargs: Any) -> datetime:
        if _ends_at(self) is None:
            return super().get_expiry_date(**kwargs)
        return timezone.now() + timedelta(seconds=self.get_expiry_age())

    def encode(self, session_dict: dict[str, Any]) -> str:
        return _seal(settings.SECRET_KEY).encrypt(self.serializer().dumps(session_dict)).decode()

    def decode(self, session_data: bytes | str) -> dict[str, Any]:
        """Sessions of earlier versions are signed, not sealed. What can't be opened is empty."""
        try:
            opened = _seal(settings.SECRET_KEY).decrypt(session_data)
        except InvalidToken:
            return dict(super().decode(session_data))
        except ValueError:
            return {}  # Not ASCII, which neither kind is.
        return dict(self.serializer().loads(opened))

    # The same for whoever awaits it.
    async def aload(self) -> dict[str, Any]:
        return await sync_to_async(self.load)()

    async def aexists(self, session_key: str) -> bool:
        return await sync_to_async(self.exists)(session_key)

    async def acreate_model_instance(self, data: dict[str, Any]) -> Session:
        return await sync_to_async(self.create_model_instance)(data)

    async def adelete(self, session_key: str | None = None) -> None:
        await sync_to_async(self.delete)(session_key)


def read(stored: str) -> dict[str, Any] | None:
    """What the session in this row of the table holds; None when it is over."""
    row = Session.objects.filter(session_key=stored, expire_date__gt=timezone.now()).first()
    return _unless_over(SessionStore().decode(row.session_data)) if row else None


def _unless_over(data: dict[str, Any]) -> dict[str, Any] | None:
    ends = _ends_at(data)
    return None if ends is not None and ends <= time.time() else data


def opened(stored: str) -> SessionStore:
    """The same as a session without a key: nobody can go on with it, and to flush it changes nothing in the table."""
    session = SessionStore()
    session.update(read(stored) or {})
    return session


def end(stored: str) -> None:
    Session.objects.filter(session_key=stored).delete()


def _ends_at(data: Mapping[str, Any] | SessionStore) -> float | None:
    """None for who hasn't signed in."""
    began, seen = data.get(BEGAN), data.get(SEEN)
    if began is None or seen is None:
        return None
    if max(began, seen) > time.time() + CLOCKS_DIFFER_SECONDS:
        return 0.0
    return float(min(began + settings.SESSION_ABSOLUTE_SECONDS, seen + settings.SESSION_IDLE_SECONDS))


@lru_cache(maxsize=4)
def _seal(secret: str) -> Fernet:
    return Fernet(urlsafe_b64encode(hashlib.sha256(b"sessions:" + secret.encode()).digest()))


# In a request's META, of which nobody outside can set a name like this.
ONLY_NOTED = "trainyard.only_noted"


class Sessions(SessionMiddleware):
    """Django's, for a database that may be read-only, full or busy. It takes a refusal for a session that was deleted.

    Only when it was used may be left out, or is noted the next time. Whatever else is new in a session, that somebody
    signed in for instance, is written like anything else.
    """

    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        # What acts looks for itself, at the moment at which it does.
        if request.method == "GET":
            request.session.path = request.path_info  # type: ignore[attr-defined]

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        try:
            if request.META.get(ONLY_NOTED):
                note(lambda: self._save(request, response))
                return response
            # The cookie stays for the polls of other tabs; what a person does next takes it away.
            return response if has_run_out(request) else super().process_response(request, response)
        except (db.Error, SessionInterrupted) as error:
            refused = _refused(error)
            if refused is None:
                raise
            if not request.META.get(ONLY_NOTED):
                raise refused from refused.__cause__
        return response

    def _save(self, request: HttpRequest, response: HttpResponse) -> None:
        super().process_response(request, response)


def has_run_out(request: HttpRequest) -> bool:
    """Whether this is a poll of a page whose session has reached a limit, rather than been ended by anybody."""
    return POLL in request.headers and getattr(request.session, "ran_out", False)


def _refused(error: BaseException | None) -> BaseException | None:
    while error is not None and refusal_in(error) is None and not is_busy(error):
        error = error.__context__
    return error
