"""An old session, which somebody may have stolen, changes nothing about how its person signs in."""

from __future__ import annotations

import time
from typing import Any

import pytest
from allauth.account.internal.flows.login import (
    _AUTHENTICATION_METHODS_USER_SESSION_KEY,
    AUTHENTICATION_METHODS_SESSION_KEY,
)
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import SECRET_SESSION_KEY, TOTP, generate_totp_secret
from allauth.socialaccount.models import SocialAccount
from django.contrib.auth.models import User
from django.http import HttpResponse
from django.test import Client
from pytest_django import Settings

from dashboard import environment
from dashboard.sessions import BEGAN
from jobs.models import AccessToken
from tests.accounts.test_second_factor import code_of
from tests.sweeps.addresses import routes

pytestmark = pytest.mark.django_db

AN_HOUR = 3600
SECRET = generate_totp_secret()
WORDS = {"password1": "the thief's own words", "password2": "the thief's own words"}

# What changes how one signs in, and what is sent there; {key}: a passkey.
CHANGING: dict[str, dict[str, str]] = {
    "me/password/": {"oldpassword": "a guess", **WORDS},
    "me/password/set/": WORDS,
    "me/emails/": {"action_add": "", "email": "thief@elsewhere.example"},
    "me/emails/#primary": {"action_primary": "", "email": "second@example.com"},
    "me/emails/#remove": {"action_remove": "", "email": "second@example.com"},
    "me/two-factor/totp/activate/": {"code": ""},
    "me/two-factor/totp/deactivate/": {},
    "me/two-factor/recovery-codes/generate/": {},
    "me/two-factor/webauthn/add/": {"credential": '{"id": "x"}'},
    "me/two-factor/webauthn/keys/<int:pk>/edit/": {"name": "The thief's"},
    "me/two-factor/webauthn/keys/<int:pk>/remove/": {},
    "me/sso/connect/": {},
    "me/sso/disconnect/": {},
    "me/tokens/": {"label": "the thief's", "organization": "", "role": "1", "lasts": "30"},
}
# What changes nothing of that, or only takes away: less for a thief as well.
OTHERS = {
    *("me/", "me/columns/", "me/theme/", "me/sessions/end/", "me/sessions/<int:pk>/end/", "me/tokens/<int:pk>/revoke/"),
    *("me/two-factor/", "me/two-factor/authenticate/", "me/two-factor/reauthenticate/"),
    *("me/two-factor/totp/picture/", "me/two-factor/recovery-codes/", "me/two-factor/recovery-codes/download/"),
    *("me/two-factor/webauthn/", "me/two-factor/webauthn/login/", "me/two-factor/webauthn/reauthenticate/"),
}


@pytest.fixture(params=["a password", "single sign-on alone", "a passkey alone"])
def person(request: pytest.FixtureRequest, bo: User, settings: Settings) -> User:
    """With two addresses and a token, whatever they sign in with."""
    settings.SESSION_IDLE_SECONDS = 2 * AN_HOUR
    settings.SOCIALACCOUNT_PROVIDERS = environment.providers("http://127.0.0.1:1", "id", "secret", "Example")
    settings.OIDC_NAME = "Example"
    for email, is_primary in (("bo@example.com", True), ("second@example.com", False)):
        EmailAddress.objects.create(user=bo, email=email, verified=True, primary=is_primary)
    if request.param == "a password":
        return bo
    bo.set_unusable_password()
    bo.save()
    if request.param == "single sign-on alone":
        SocialAccount.objects.create(user=bo, provider=environment.PROVIDER, uid="17")
    else:
        Authenticator.objects.create(user=bo, type=Authenticator.Type.WEBAUTHN, data={"name": "Phone"})
        RecoveryCodes.activate(bo)
    return bo


def session_of(person: User, *, answered: bool = False) -> Client:
    """One that began an hour ago, in which an app is about to be added."""
    client = Client()
    client.force_login(person)
    session = client.session
    session[BEGAN] = time.time() - AN_HOUR
    session[SECRET_SESSION_KEY] = SECRET
    if answered:
        told = {"method": "socialaccount", "at": time.time(), "reauthenticated": True}
        session[AUTHENTICATION_METHODS_SESSION_KEY] = [told]
        session[_AUTHENTICATION_METHODS_USER_SESSION_KEY] = str(person.pk)
    session.save()
    return client


def send(client: Client, person: User, route: str) -> HttpResponse:
    passkey = Authenticator.objects.filter(user=person, type=Authenticator.Type.WEBAUTHN).first()
    address = "/" + route.partition("#")[0].replace("<int:pk>", str(passkey.pk if passkey else 1))
    typed = CHANGING[route]
    typed = {"code": code_of(SECRET)} if "code" in typed else typed
    return client.post(address, typed)  # type: ignore[return-value]


def ways_in(person: User) -> list[Any]:
    """All by which somebody is let in as this person."""
    return [
        User.objects.get(pk=person.pk).password,
        *EmailAddress.objects.order_by("pk").values(),
        *Authenticator.objects.order_by("pk").values("pk", "type", "data"),
        *SocialAccount.objects.order_by("pk").values("pk", "uid"),
        *AccessToken.objects.order_by("pk").values(),
    ]


@pytest.mark.parametrize("route", CHANGING)
@pytest.mark.parametrize("has_app", [False, True], ids=["", "and an app"])
def test_an_old_session_changes_nothing_about_signing_in(person: User, route: str, has_app: bool) -> None:
    """Row 108: without an answer to who they are."""
    if has_app:
        TOTP.activate(person, generate_totp_secret())
    before = ways_in(person)
    answer = send(session_of(person), person, route)
    assert ways_in(person) == before
    assert answer.status_code < 500


@pytest.mark.parametrize("route", ["me/password/set/", "me/emails/", "me/emails/#remove", "me/tokens/"])
def test_who_has_answered_may(person: User, route: str) -> None:
    """Row 108: or else the test above would see nothing."""
    if route == "me/password/set/" and person.has_usable_password():
        return
    before = ways_in(person)
    send(session_of(person, answered=True), person, route)
    assert ways_in(person) != before


def test_a_first_password_is_asked_for_only_then(person: User) -> None:
    """Row 108: neither page nor form is there for an old session."""
    if person.has_usable_password():
        return
    client = session_of(person)
    for answer in (client.get("/me/password/set/"), client.post("/me/password/set/", WORDS)):
        assert str(answer.headers.get("Location")).startswith(("/sign-in/again/", "/me/two-factor/reauthenticate/"))
    assert session_of(person, answered=True).get("/me/password/set/").status_code == 200


def test_every_address_of_one_s_own_is_among_them() -> None:
    """Row 108: a new one is placed on one of the lists."""
    own = {route for route in routes() if route.startswith("me/")}
    assert own == {route.partition("#")[0] for route in CHANGING} | OTHERS
