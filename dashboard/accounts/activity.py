"""What concerns the security of accounts, in the activity of the site and of the person: sign-ins and failed ones, new
passwords, second factors, addresses, single sign-on. allauth tells of it once it is done, in the same transaction.

Failed sign-ins are in the log as well, by account and address. What was typed stands nowhere unless it leads to an
account: it may be a password. The activity has a bound that strangers can't exceed, the log tells of all.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

from allauth.account import signals as account
from allauth.account.models import EmailAddress
from allauth.mfa import signals as mfa
from allauth.mfa.models import Authenticator
from allauth.socialaccount import signals as social
from django.contrib.auth.models import User
from django.contrib.auth.signals import user_logged_out
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from dashboard.accounts.ownership import end_other_ways_in
from jobs.models import Actor, AuditEntry
from jobs.permissions import client_address

log = logging.getLogger(__name__)

FAILED = "session:fail"
# An hour: of one account, and of all that are guessed at. Names that lead to no account count as one.
HOUR, MAX_OF_ONE, MAX_OF_ALL = timedelta(hours=1), 20, 200
NOUNS = ("session", "password", "factor", "address", "account", "token", "person")
FACTORS = {
    Authenticator.Type.TOTP: "authenticator app",
    Authenticator.Type.WEBAUTHN: "passkey",
    Authenticator.Type.RECOVERY_CODES: "recovery codes",
}
SHOWN = 10


def security_activity(user: User) -> QuerySet[AuditEntry]:
    """The latest that happened to this person's account, whoever did it."""
    nouns = Q()
    for noun in NOUNS:
        nouns |= Q(action__startswith=f"{noun}:")
    found = AuditEntry.objects.filter(nouns, Q(actor=user) | Q(whom=user)).select_related("organization")
    return found.order_by("-started_at", "-id")[:SHOWN]


def note(request: HttpRequest, user: User | None, action: str, **what: Any) -> None:
    AuditEntry.record(Actor(user, client_address(request)), action, **what)


def sign_in_failed(request: HttpRequest, user: User | None, why: str) -> None:
    """A wrong password or code, or one too many tries, for this account; None for a name that nobody has."""
    address = client_address(request)
    log.warning("Sign-in failed: %s, from %s: %s", f"account {user}" if user else "unknown name", address, why)
    lately = AuditEntry.objects.filter(action=FAILED, started_at__gte=timezone.now() - HOUR)
    if lately.count() >= MAX_OF_ALL or lately.filter(whom=user).count() >= MAX_OF_ONE:
        return
    stranger = Actor(address=address, via="sign-in page")
    subject = user.get_username() if user else "an unknown name"
    # Done: what was to be done is the refusal.
    AuditEntry.record(stranger, FAILED, subject=subject, whom=user, words=why)


def follow_accounts() -> None:
    for signal, receiver in _RECEIVERS:
        signal.connect(receiver, dispatch_uid=f"accounts.activity.{receiver.__name__}")


def _signed_in(request: HttpRequest, user: User, **_: Any) -> None:
    note(request, user, "session:begin")


def _signed_out(request: HttpRequest, user: User | None, **_: Any) -> None:
    if user:
        note(request, user, "session:end")


def _password_changed(request: HttpRequest, user: User, **_: Any) -> None:
    note(request, user, "password:change")


def _password_reset(request: HttpRequest, user: User, **_: Any) -> None:
    note(request, user, "password:reset")
    end_other_ways_in(user)


def _factor_added(request: HttpRequest, user: User, authenticator: Authenticator, **_: Any) -> None:
    note(request, user, "factor:add", subject=_factor(authenticator))


def _factor_removed(request: HttpRequest, user: User, authenticator: Authenticator, **_: Any) -> None:
    note(request, user, "factor:remove", subject=_factor(authenticator))


def _factor_renewed(request: HttpRequest, user: User, authenticator: Authenticator, **_: Any) -> None:
    note(request, user, "factor:renew", subject=_factor(authenticator))


def _code_failed(request: HttpRequest, user: User, **_: Any) -> None:
    sign_in_failed(request, user, "wrong code")


def _code_used(request: HttpRequest, user: User, authenticator: Authenticator, **_: Any) -> None:
    if authenticator.type == Authenticator.Type.RECOVERY_CODES:
        note(request, user, "factor:use", subject="a recovery code")


def _address_added(request: HttpRequest, user: User, email_address: EmailAddress, **_: Any) -> None:
    note(request, user, "address:add", subject=email_address.email)


def _address_removed(request: HttpRequest, user: User, email_address: EmailAddress, **_: Any) -> None:
    note(request, user, "address:remove", subject=email_address.email)


def _address_confirmed(request: HttpRequest, email_address: EmailAddress, **_: Any) -> None:
    note(request, email_address.user, "address:confirm", subject=email_address.email)


def _address_made_primary(request: HttpRequest, user: User, to_email_address: EmailAddress, **_: Any) -> None:
    note(request, user, "address:prefer", subject=to_email_address.email)


def _provider_connected(request: HttpRequest, sociallogin: Any, **_: Any) -> None:
    note(request, sociallogin.user, "account:connect", subject=str(sociallogin.account.get_provider().name))


def _provider_disconnected(request: HttpRequest, socialaccount: Any, **_: Any) -> None:
    note(request, socialaccount.user, "account:disconnect", subject=str(socialaccount.get_provider().name))


def _factor(authenticator: Authenticator) -> str:
    return FACTORS[Authenticator.Type(authenticator.type)]


_RECEIVERS: tuple[tuple[Any, Any], ...] = (
    (account.user_logged_in, _signed_in),
    (user_logged_out, _signed_out),
    (account.password_changed, _password_changed),
    (account.password_set, _password_changed),
    (account.password_reset, _password_reset),
    (mfa.authenticator_added, _factor_added),
    (mfa.authenticator_removed, _factor_removed),
    (mfa.authenticator_reset, _factor_renewed),
    (mfa.authentication_failed, _code_failed),
    (mfa.authenticator_used, _code_used),
    (account.email_added, _address_added),
    (account.email_removed, _address_removed),
    (account.email_confirmed, _address_confirmed),
    (account.email_changed, _address_made_primary),
    (social.social_account_added, _provider_connected),
    (social.social_account_removed, _provider_disconnected),
)
