"""Whom single sign-on lets in: people who are known, and of OIDC_DOMAINS also those who are new."""

from __future__ import annotations

import logging
from typing import Any

import requests
from allauth.account.adapter import get_adapter as get_accounts
from allauth.account.internal.flows.reauthentication import is_reauthentication_required
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter, _build_apps_from_settings
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialLogin
from allauth.socialaccount.providers.base import AuthError
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import User
from django.db import transaction
from django.http import HttpRequest
from django.shortcuts import redirect, render, resolve_url

from dashboard.accounts import again, registration
from dashboard.accounts.models import Profile
from dashboard.accounts.ownership import owner_of, unverified_holders
from jobs.models import Invitation, address_key, lock_people
from jobs.permissions import person

log = logging.getLogger(__name__)

UNKNOWN = "You don't have an account on this site. Ask a site owner for an invitation, then try again."
UNVERIFIED = "Your provider hasn't verified your email address. Verify it there, then try again."
LISTED_ELSEWHERE = (
    "Another account listed your email address without confirming it; the address is yours now. If that account is "
    "yours, too, ask a site owner which one to keep."
)
CONNECTED_OTHERWISE = (
    "The account with your email address is connected to another person at your provider. If it is yours, sign in the "
    "way you did before, disconnect it in your settings, then try again."
)
TOO_LATE = "Nothing was connected: you took too long. Connect your account again."
ALREADY_CONNECTED = "Your account is already connected. Disconnect it in your settings before you connect it again."


class SingleSignOn(DefaultSocialAccountAdapter):
    def list_apps(self, request: HttpRequest, provider: Any = None, client_id: Any = None) -> list[SocialApp]:
        """Those of the environment alone, without a query."""
        found = _build_apps_from_settings(provider=provider, client_id=client_id)
        return [app for apps in found.values() for app in apps]

    def get_requests_session(self) -> requests.Session:
        """Straight to the provider: no proxy or password of the environment, and nowhere that a redirect leads."""
        session: requests.Session = super().get_requests_session()
        session.trust_env = False
        session.max_redirects = 0
        return session

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Known people pass. A verified address that is verified here too is the same person's.

        Who lists the address without having verified it stands in nobody's way, and loses it: see ownership.py.
        """
        if sociallogin.state.get("process") == again.PROCESS:
            raise ImmediateHttpResponse(again.come_back(request, sociallogin))
        if sociallogin.is_existing:
            return
        if sociallogin.state.get("process") == "connect":
            _connect(request, sociallogin)
            return
        email = _verified(sociallogin)
        if email is None:
            raise _refusal(request, UNVERIFIED)
        if owner := owner_of(email):
            _let_in(request, sociallogin, owner)
        elif not may_come(email):
            raise _refusal(request, UNKNOWN)

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        email = _verified(sociallogin)
        return email is not None and may_come(email)

    def save_user(self, request: HttpRequest, sociallogin: SocialLogin, form: Any = None) -> User:
        """Somebody new; of two tabs that come back at once, one makes the account."""
        listed = unverified_holders(_verified(sociallogin) or "")
        with transaction.atomic():
            registration.queue_up()
            if not _is_known(sociallogin):
                user = super().save_user(request, sociallogin, form)
                Profile.objects.create(user=user, name=user.get_full_name()[:100])
        if listed:
            messages.warning(request, LISTED_ELSEWHERE)
        saved: User = sociallogin.user
        return saved

    def get_connect_redirect_url(self, request: HttpRequest, socialaccount: Any) -> str:
        return resolve_url("me")

    def on_authentication_error(self, request: HttpRequest, provider: Any, **about: Any) -> None:
        is_given_up = about.get("error") == AuthError.CANCELLED
        if not is_given_up:
            log.warning("Single sign-on failed: %s", about.get("exception") or about.get("error"))
        state = (about.get("extra_context") or {}).get("state") or {}
        if state.get("process") == again.PROCESS:
            raise ImmediateHttpResponse(again.not_confirmed(request, state.get("next") or resolve_url("me")))
        if is_given_up:
            raise ImmediateHttpResponse(redirect("me" if request.user.is_authenticated else "sign-in"))


def may_come(email: str) -> bool:
    """Whether somebody who isn't known yet may come in with this verified address: of a domain of ours, or invited."""
    return email.rpartition("@")[2].lower() in settings.OIDC_DOMAINS or _is_invited(email)


def _is_invited(email: str) -> bool:
    return Invitation.open_ones().filter(email=address_key(email) or None).exists()


def _connect(request: HttpRequest, sociallogin: SocialLogin) -> None:
    """Raises ImmediateHttpResponse when it is done, or refused; who got an account meanwhile is allauth's to tell.

    Who showed too long ago who they are begins anew: allauth would go on later without looking here.
    """
    if is_reauthentication_required(request, app="allauth.socialaccount"):
        messages.error(request, TOO_LATE)
        raise ImmediateHttpResponse(redirect("me"))
    if _store(request, sociallogin, person(request), ALREADY_CONNECTED):
        sociallogin.connect(request, request.user)
        get_accounts(request).add_message(request, messages.INFO, "socialaccount/messages/account_connected.txt")
        raise ImmediateHttpResponse(redirect("me"))


def _let_in(request: HttpRequest, sociallogin: SocialLogin, owner: User) -> None:
    """Connects the account that has verified the address, at the first time. Who comes with the same address as another
    person of the provider is refused.
    """
    if _store(request, sociallogin, owner, CONNECTED_OTHERWISE):
        # It is stored already; this tells so, also in a mail, which takes its time.
        sociallogin.connect(request, sociallogin.account.user)


def _store(request: HttpRequest, sociallogin: SocialLogin, owner: User, refusal: str) -> bool:
    """Connects the account to this person of the provider; they may be back at once in several tabs, as several people.
    False when they have an account by now. Raises ImmediateHttpResponse when the account is connected to another.
    """
    with transaction.atomic():
        [user] = lock_people(User.objects.filter(pk=owner.pk))
        if _is_known(sociallogin):
            return False
        if _is_connected(user, sociallogin):
            raise _refusal(request, refusal)
        sociallogin.account.user = user
        sociallogin.account.save()
    return True


def _is_connected(user: User, sociallogin: SocialLogin) -> bool:
    """To a person of the same issuer: OIDC_ISSUER may have been another one when they were connected."""
    connected = SocialAccount.objects.filter(user=user.pk, provider=sociallogin.account.provider)
    issuer = _issuer(sociallogin.account)
    return any(_issuer(account) in (issuer, None) for account in connected)


def _issuer(account: SocialAccount) -> Any:
    return (account.extra_data.get("userinfo") or {}).get("iss")


def _is_known(sociallogin: SocialLogin) -> bool:
    """Whether this person of the provider has an account here by now, which is then the one to sign in to."""
    account = sociallogin.account
    known = SocialAccount.objects.filter(provider=account.provider, uid=account.uid).select_related("user").first()
    if known:
        sociallogin.account, sociallogin.user = known, known.user
    return known is not None


def _verified(sociallogin: SocialLogin) -> str | None:
    return next((address.email for address in sociallogin.email_addresses if address.verified), None)


def _refusal(request: HttpRequest, words: str) -> ImmediateHttpResponse:
    return ImmediateHttpResponse(render(request, "accounts/sso_refused.html", {"words": words}, status=403))
