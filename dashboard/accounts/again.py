"""Saying again who one is: what allauth asks for, and by single sign-on, for which allauth has no way.

Somebody signs in at the provider once more and comes back to the page that asked. The provider is asked to look anew
(`prompt=login`, `max_age=0`); when it tells at what time it did (`auth_time`), that has to be after we asked.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from allauth.account import app_settings
from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import get_authentication_records, record_authentication
from allauth.account.internal.flows.reauthentication import (
    STATE_SESSION_KEY,
    get_reauthentication_flows,
)
from allauth.account.signals import authentication_step_completed
from allauth.account.utils import get_next_redirect_url
from allauth.core.exceptions import ReauthenticationRequired
from allauth.socialaccount.models import SocialAccount, SocialLogin
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import AnonymousUser, User
from django.http import HttpRequest, HttpResponse, QueryDict
from django.middleware.csrf import rotate_token
from django.shortcuts import redirect, resolve_url

from dashboard.accounts.sessions import note_session
from dashboard.environment import PROVIDER
from jobs.reauthentication import answered

# What allauth calls a way to the provider and back that neither signs in nor connects.
PROCESS = "redirect"
# On a person's own page, without a page of their own to come back to.
BUTTONS = {"sso-connect", "sso-disconnect"}


def follow_answers() -> None:
    authentication_step_completed.connect(_answered, dispatch_uid="accounts.again")


def _answered(request: HttpRequest, reauthenticated: bool = False, **_: Any) -> None:
    """The answer stands in the session: copies of its cookies that somebody took before must not have it too."""
    if reauthenticated:
        request.session.cycle_key()
        rotate_token(request)
        note_session(request)
        answered(request, get_next_redirect_url(request) or "")


def by_single_sign_on(user: User | AnonymousUser) -> list[dict[str, str]]:
    """The way for this person, as allauth lists ways; none for who isn't connected."""
    if not settings.OIDC_NAME or not SocialAccount.objects.filter(user=user.pk, provider=PROVIDER).exists():
        return []
    return [{"id": "sso", "description": f"Sign in again with {settings.OIDC_NAME}", "url": resolve_url("sso-again")}]


def is_due(request: HttpRequest) -> bool:
    """Whether somebody who has single sign-on alone has to sign in there again, before they change how they do."""
    user = request.user
    if not isinstance(user, User) or get_reauthentication_flows(user) or not by_single_sign_on(user):
        return False
    answers = [told["at"] for told in get_authentication_records(request, user) if told.get("reauthenticated")]
    timeout: int = app_settings.REAUTHENTICATION_TIMEOUT
    return bool(time.time() - max(answers, default=0) >= timeout)


def come_back(request: HttpRequest, sociallogin: SocialLogin) -> HttpResponse:
    """On to where the question came from, when it is the same person who is back."""
    there = sociallogin.get_redirect_url(request) or resolve_url("me")
    account = sociallogin.account
    if not sociallogin.is_existing or sociallogin.user != request.user:
        return not_confirmed(request, there)
    # The answer is for the page that asked. The provider, or whoever made up this address, has no say in it.
    request.GET = QueryDict(urlencode({"next": there}))
    told = {"provider": account.provider, "uid": account.uid, "reauthenticated": True}
    record_authentication(request, sociallogin.user, "socialaccount", **told)
    return redirect(there)


def not_confirmed(request: HttpRequest, there: str) -> HttpResponse:
    messages.error(request, f"Nothing was changed: {settings.OIDC_NAME} didn’t confirm that it’s you. Try again.")
    return redirect(f"{resolve_url('sso-again')}?{urlencode({'next': there})}")


class LateForms:
    """Middleware: a form about how one signs in, sent when the last answer is too old, is for the person to send again.
    allauth would keep all of it in the session, passwords, codes and cookies too, and send it by itself after the next
    answer, also one that somebody else had put there with a copy of the cookies.

    It stands within allauth's own middleware, so that it hears of it first.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, ReauthenticationRequired):
            return None
        request.session.pop(STATE_SESSION_KEY, None)
        back = request.get_full_path()
        if request.method == "POST":
            match = request.resolver_match
            is_button = match is not None and match.url_name in BUTTONS
            messages.warning(
                request, f"Nothing was changed yet. {'Try again.' if is_button else 'Fill in the form again.'}"
            )
            back = resolve_url("me") if is_button else back
        ways = get_adapter(request).get_reauthentication_methods(request.user)
        there = ways[0]["url"] if ways else resolve_url("sign-in")
        return redirect(f"{there}?{urlencode({'next': back})}")
