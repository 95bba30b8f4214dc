"""Whom single sign-on lets in: people who are known, and of OIDC_DOMAINS also those who are new."""

from __future__ import annotations

import logging
from typing import Any

import requests
from allauth.account.models import EmailAddress
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter, _build_apps_from_settings
from allauth.socialaccount.models import SocialApp, SocialLogin
from django.conf import settings
from django.contrib.auth.models import User
from django.http import HttpRequest
from django.shortcuts import render, resolve_url

from dashboard.accounts.joining import is_taken
from dashboard.accounts.models import Profile
from jobs.models import Invitation

log = logging.getLogger(__name__)

UNKNOWN = "You are not among the people of this site. Ask one of its owners for an invitation, then come back."
UNVERIFIED = "Your provider doesn't vouch for your e-mail address. Verify it there, then come back."
TAKEN = (
    "Somebody here has your e-mail address already. If it is you, sign in with your password, then connect both in "
    "your settings."
)


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
        """Known people pass. A verified address that is verified here too is the same person's."""
        if sociallogin.is_existing or sociallogin.state.get("process") == "connect":
            return
        email = _verified(sociallogin)
        if email is None:
            raise _refusal(request, UNVERIFIED)
        if known := EmailAddress.objects.filter(email__iexact=email, verified=True).select_related("user").first():
            sociallogin.connect(request, known.user)
        elif is_taken(email):
            raise _refusal(request, TAKEN)
        elif not may_come(email):
            raise _refusal(request, UNKNOWN)

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        email = _verified(sociallogin)
        return email is not None and may_come(email)

    def save_user(self, request: HttpRequest, sociallogin: SocialLogin, form: Any = None) -> User:
        user: User = super().save_user(request, sociallogin, form)
        Profile.objects.create(user=user, name=user.get_full_name()[:100])
        return user

    def get_connect_redirect_url(self, request: HttpRequest, socialaccount: Any) -> str:
        return resolve_url("me")

    def on_authentication_error(self, request: HttpRequest, provider: Any, **about: Any) -> None:
        log.warning("Single sign-on failed: %s", about.get("exception") or about.get("error"))


def may_come(email: str) -> bool:
    """Whether somebody who isn't known yet may come in with this verified address: of a domain of ours, or invited."""
    return email.rpartition("@")[2].lower() in settings.OIDC_DOMAINS or Invitation.is_for(email)


def _verified(sociallogin: SocialLogin) -> str | None:
    return next((address.email for address in sociallogin.email_addresses if address.verified), None)


def _refusal(request: HttpRequest, words: str) -> ImmediateHttpResponse:
    return ImmediateHttpResponse(render(request, "accounts/sso_refused.html", {"words": words}, status=403))
