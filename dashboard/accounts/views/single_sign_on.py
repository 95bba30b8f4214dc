"""To the provider and back."""

from __future__ import annotations

import time
from typing import Any
from urllib.parse import urlencode

from allauth.account.adapter import get_adapter as get_accounts
from allauth.account.internal.flows.reauthentication import raise_if_reauthentication_required
from allauth.account.utils import get_next_redirect_url
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.helpers import render_authentication_error
from allauth.socialaccount.internal.flows import connect as flow
from allauth.socialaccount.models import SocialAccount
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.crypto import get_random_string
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dashboard.accounts.again import PROCESS
from dashboard.accounts.oidc import Callback, Strictly
from dashboard.environment import PROVIDER
from jobs.permissions import person


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: HttpRequest) -> HttpResponse:
    """By POST to the provider's sign-in. By GET to the page with that button: nothing begins by following a link."""
    _provider(request)
    if request.user.is_authenticated:
        return redirect("me")
    there = get_next_redirect_url(request)
    if request.method != "POST":
        return redirect(f"{resolve_url('sign-in')}?{urlencode({'next': there})}" if there else "sign-in")
    return _to_the_provider(request, "login", there)


@require_POST
def connect(request: HttpRequest) -> HttpResponse:
    """The same for somebody who is signed in, once they have shown again who they are: their account is connected."""
    _provider(request)
    raise_if_reauthentication_required(request, app="allauth.socialaccount")
    return _to_the_provider(request, "connect", resolve_url("me"))


@require_http_methods(["GET", "HEAD", "POST"])
def again(request: HttpRequest) -> HttpResponse:
    """“Confirm it's you”, answered by signing in at the provider once more; by POST on the way there."""
    _provider(request)
    ways = get_accounts(request).get_reauthentication_methods(person(request))
    if not any(way["url"] == request.path for way in ways):
        raise Http404
    there = get_next_redirect_url(request) or resolve_url("me")
    if request.method == "POST":
        return _to_the_provider(request, PROCESS, there)
    others = [
        {**way, "url": f"{way['url']}?{urlencode({'next': there})}"} for way in ways if way["url"] != request.path
    ]
    context = {"sso": settings.OIDC_NAME, "next": there, "reauthentication_alternatives": others}
    return render(request, "accounts/sso_again.html", context)


def _to_the_provider(request: HttpRequest, process: str, there: str | None) -> HttpResponse:
    """A page that goes on by itself: browsers follow no redirect of a form to where `form-action` doesn't lead."""
    provider, nonce, adapter = _provider(request), get_random_string(32), Strictly(request)
    # Left to itself the provider takes allauth's own adapter, which trusts more.
    provider.get_oauth2_adapter = lambda _: adapter
    is_again = process == PROCESS
    begun = {"nonce": nonce, "user": request.user.pk, **({"asked_again_at": time.time()} if is_again else {})}
    try:
        asking = {"nonce": nonce, **(adapter.asking_again() if is_again else {})}
        answer: HttpResponse = provider.redirect(request, process, there, begun, auth_params=asking)
    except OAuth2Error as wrong:
        failed: HttpResponse = render_authentication_error(request, provider, exception=wrong)
        return failed
    return render(request, "accounts/sso_leaving.html", {"there": answer["Location"], "sso": settings.OIDC_NAME})


@login_not_required
@require_safe
def come_back(request: HttpRequest) -> HttpResponse:
    provider = _provider(request)
    try:
        answer: HttpResponse = Callback.adapter_view(Strictly(request))(request)
    except OAuth2Error as wrong:
        answer = render_authentication_error(request, provider, exception=wrong)
    return answer


@require_POST
def disconnect(request: HttpRequest) -> HttpResponse:
    """All of it, should it be more than one: accounts of earlier versions may be connected to several people there."""
    accounts = list(SocialAccount.objects.filter(user=person(request), provider=PROVIDER))
    if not accounts:
        raise Http404
    if not person(request).has_usable_password():
        messages.error(request, "Set a password first. Without one, you could no longer sign in.")
        return redirect("me")
    for account in accounts:
        flow.disconnect(request, account)
    return redirect("me")


def _provider(request: HttpRequest) -> Any:
    """Raises Http404 on a site without single sign-on."""
    if not settings.OIDC_NAME:
        raise Http404
    return get_adapter().get_provider(request, PROVIDER)
