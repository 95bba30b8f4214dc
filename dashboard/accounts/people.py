"""What owners of the site do with other people's accounts: each step in the activity, none with one's own account. And
links to a new password, those that are mailed and those that owners make for others.

Whoever took over an owner's session gets nowhere with it: the pages ask again who one is, and nothing here changes how
the owner signs in.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from allauth.account import app_settings
from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import User
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest

from dashboard.accounts.sessions import end_others
from jobs.models import Actor, AuditEntry, lock_people

T = TypeVar("T")


class NotDone(Exception):
    """Nothing was changed; the words say why."""


def deactivate(actor: Actor, user: User) -> None:
    """Out with the next request; what they did stays. Their sessions are over for good."""

    def out() -> None:
        _set(user, is_active=False)
        end_others(user, None)

    _change(actor, user, "person:deactivate", out)


def activate(actor: Actor, user: User) -> None:
    _change(actor, user, "person:activate", lambda: _set(user, is_active=True))


def promote(actor: Actor, user: User) -> None:
    _change(actor, user, "person:promote", lambda: _set(user, is_superuser=True, is_staff=True))


def demote(actor: Actor, user: User) -> None:
    _change(actor, user, "person:demote", lambda: _set(user, is_superuser=False, is_staff=False))


def reset_factors(actor: Actor, user: User) -> None:
    """For who lost them: the password alone lets in again, and with REQUIRE_TWO_FACTOR only to set up a new one."""

    def reset() -> None:
        Authenticator.objects.filter(user=user).delete()
        end_others(user, None)

    _change(actor, user, "factor:reset", reset)


def end_sessions(actor: Actor, user: User) -> None:
    """For a lost or stolen device: the person signs in anew everywhere, and the account stays as it is."""
    _change(actor, user, "person:end-sessions", lambda: end_others(user, None))


def password_link(actor: Actor, user: User, request: HttpRequest) -> str:
    """By which the person sets a new password; once, and for three days. Shown to who made it, and kept nowhere.

    It is made of who owns the site while nobody can change that: a demotion a moment later ends it.
    """

    def make() -> str:
        user.refresh_from_db()
        if not user.is_active:
            raise NotDone("Reactivate the account first.")
        return str(app_settings.PASSWORD_RESET_TOKEN_GENERATOR().make_token(user))

    token = _change(actor, user, "password:link", make)
    link: str = get_adapter(request).get_reset_password_from_key_url(f"{user_pk_to_url_str(user)}-{token}")
    return link


def _change(actor: Actor, user: User, action: str, change: Callable[[], T]) -> T:
    """Raises NotDone for one's own account, and for who owns the site no longer, at this very moment."""
    with AuditEntry.around(actor, action, subject=user.get_username(), whom=user):
        owners = lock_people(User.objects.filter(is_superuser=True, is_active=True))
        if actor.user is None or actor.user.pk not in [owner.pk for owner in owners]:
            raise NotDone("You are no longer a site owner.")
        if actor.user.pk == user.pk:
            raise NotDone("This is your own account. Ask another site owner to do it.")
        return change()


def _set(user: User, **values: bool) -> None:
    for name, value in values.items():
        setattr(user, name, value)
    user.save(update_fields=list(values))


# What ends an account's links, and what ends everybody's: whoever did it may have lost the right to links they made.
_TO_THE_ACCOUNT = ("person:activate", "person:promote", "person:end-sessions", "factor:reset")
_TO_ANYBODY = ("person:deactivate", "person:demote")


class PasswordLinks(PasswordResetTokenGenerator):
    """Nothing of a link is stored: it is good as long as what it was made from is as it was.

    That is what Django looks at, the password and the last sign-in; the account's addresses and which of them are
    verified, so that a link to another address ends when its person verifies theirs; what owners did with the account;
    and who owns the site, so that no link outlives the rights of who made it, nor comes back with them.
    """

    def _make_hash_value(self, user: Any, timestamp: int) -> str:
        addresses = sorted(EmailAddress.objects.filter(user=user).values_list("email", "verified"))
        owners = sorted(User.objects.filter(is_superuser=True, is_active=True).values_list("pk", flat=True))
        return f"{super()._make_hash_value(user, timestamp)}{addresses}{owners}{_last_change(user)}{user.is_active}"


def use_password_link(user: User, key: str, hashed: str) -> User | None:
    """Sets the password. None when the link was used up meanwhile: of several who come at once, one is the first."""
    with transaction.atomic():
        now = next(iter(lock_people(User.objects.filter(pk=user.pk))), None)
        if now is None or not PasswordLinks().check_token(now, key):
            return None
        now.password = hashed
        now.save(update_fields=["password"])
        return now


def _last_change(user: User) -> int | None:
    ends = Q(action__in=_TO_ANYBODY) | Q(action__in=_TO_THE_ACCOUNT, whom=user)
    done = AuditEntry.objects.filter(ends, outcome=AuditEntry.Outcome.DONE)
    return done.order_by("-pk").values_list("pk", flat=True).first()
