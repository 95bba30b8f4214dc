"""Whether a name and a password belong together, in the same time whoever it is; and who a session belongs to.

Who asks is found out by one query: the session, its person with their profile, the organization of the address, and
their role. What comes with a session is read ahead, nothing more: the sealed session says whose it is, and everything
is checked as if it had been read on its own (Django's hash of the password, whether the person is active, the role).
Whatever is missing or doesn't fit is read on its own. Each request reads anew, so that what was revoked is revoked at
the next one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from allauth.usersessions.models import UserSession
from django.contrib import auth
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.auth.models import AnonymousUser, User
from django.contrib.sessions.models import Session
from django.db import connection
from django.db.models import Field, Model
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from dashboard.accounts.models import Profile
from dashboard.accounts.ownership import owner_of
from jobs.models import Membership, Organization


class NameOrEmail(AuthenticationBackend):
    def _authenticate(self, request: HttpRequest | None, **credentials: Any) -> User | None:
        """One look and one hash: were there more for those who are known, time would tell who is."""
        login = credentials.get("username") or credentials.get("email") or ""
        user: User | None = self._check_password(person_called(login), credentials["password"])
        return user

    def get_user(self, user_id: int) -> User | None:
        """Who is signed in, with their profile in the same query. None for who was deactivated."""
        user = take_user(user_id) or User.objects.select_related("profile").filter(pk=user_id).first()
        return user if user and self.user_can_authenticate(user) else None


def person_called(login: str) -> User | None:
    """By e-mail address: only who verified it. By user name: exactly that one, or the only one but for capitals.

    A name with an @, which only accounts from earlier versions have, is a name and no address: it leads in where
    nobody verified the address that it looks like.
    """
    if "@" in login and (owner := owner_of(login)):
        return owner
    named = list(User.objects.filter(username__iexact=login))
    exactly = [user for user in named if user.username == login or len(named) == 1]
    return exactly[0] if exactly else None


READ: tuple[type[Model], ...] = (User, Profile, Organization)
_OF_AN_ORGANIZATION = re.compile(r"/orgs/(?P<slug>[-\w]{1,80})/")


@dataclass(slots=True)
class StoredSession:
    """What was read with a session: its sealed data, and who it seems to be, each to be taken once."""

    sealed: str
    user: User | None


def read_session(key: str, path: str) -> StoredSession | None:
    """The session that is stored under this key, if its time isn't up."""
    found = _OF_AN_ORGANIZATION.match(path)
    now = connection.ops.adapt_datetimefield_value(timezone.now())
    statement, read = _prepared(connection.vendor)
    with connection.cursor() as cursor:
        row = cursor.execute(statement, [found["slug"] if found else "", key, now]).fetchone()
    return read(row) if row else None


@cache
def _prepared(vendor: str) -> tuple[str, Callable[[tuple[Any, ...]], StoredSession]]:
    """The statement, and what makes objects of its row. Django would take longer to write it than the database takes to
    answer, so it is written once.
    """
    columns = [(model, field) for model in READ for field in model._meta.concrete_fields]
    compiler = User.objects.all().query.get_compiler(connection=connection)
    convert = compiler.get_converters([field.get_col(model._meta.db_table) for model, field in columns])
    sizes = [len(model._meta.concrete_fields) for model in READ]
    names = [[field.attname for field in model._meta.concrete_fields] for model in READ]

    def objects_in(values: list[Any]) -> Iterator[Any]:
        """None for a model of which there is no row: none of ours has a key that is null."""
        start = 0
        for model, size, attnames in zip(READ, sizes, names, strict=True):
            own = values[start : start + size]
            yield model.from_db(connection.alias, attnames, own) if own[0] is not None else None
            start += size

    def read(row: tuple[Any, ...]) -> StoredSession:
        sealed, *values, role = row
        (values,) = compiler.apply_converters([values], convert) if convert else [values]
        user, profile, organization = objects_in(values)
        if user:
            # As select_related would: one who has none is asked about no more.
            user._state.fields_cache["profile"] = profile
            if profile:
                profile._state.fields_cache["user"] = user
            if organization and (user.is_superuser or role is not None):
                organization.held = role
                user.came_to = organization
        return StoredSession(sealed, user)

    return _statement(columns), read


def _statement(columns: list[tuple[type[Model], Field[Any, Any]]]) -> str:
    quote = connection.ops.quote_name
    session, signed_in, user, profile, organization, membership = (
        quote(model._meta.db_table) for model in (Session, UserSession, User, Profile, Organization, Membership)
    )
    told = ", ".join(f"{quote(model._meta.db_table)}.{quote(field.column or '')}" for model, field in columns)
    return (
        f"SELECT {session}.session_data, {told}, {membership}.role FROM {session} "  # noqa: S608  # Names of ours.
        f"LEFT JOIN {signed_in} ON {signed_in}.session_key = {session}.session_key "
        f"LEFT JOIN {user} ON {user}.id = {signed_in}.user_id "
        f"LEFT JOIN {profile} ON {profile}.user_id = {user}.id "
        f"LEFT JOIN {organization} ON {organization}.slug = %s AND {organization}.is_shown "
        f"LEFT JOIN {membership} ON {membership}.organization_id = {organization}.id "
        f"AND {membership}.user_id = {user}.id "
        f"WHERE {session}.session_key = %s AND {session}.expire_date > %s"
    )


_looked_at: ContextVar[StoredSession | None] = ContextVar("stored_session", default=None)


def take_user(user_id: int) -> User | None:
    """Who came with the session that is being looked at just now, if it is this person; once."""
    stored = _looked_at.get()
    if stored is None or stored.user is None or stored.user.pk != user_id:
        return None
    user, stored.user = stored.user, None
    return user


class SignedIn(AuthenticationMiddleware):
    """Django's, which finds the person that came with the session."""

    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        request.user = SimpleLazyObject(lambda: _user_of(request))  # type: ignore[assignment]


def _user_of(request: HttpRequest) -> User | AnonymousUser:
    if not hasattr(request, "_cached_user"):
        # Loads the session, and what comes with it.
        request.session.get(auth.SESSION_KEY)
        before = _looked_at.set(getattr(request.session, "stored", None))
        try:
            request._cached_user = auth.get_user(request)  # type: ignore[attr-defined]
        finally:
            _looked_at.reset(before)
    user: User | AnonymousUser = request._cached_user  # type: ignore[attr-defined]
    return user
