"""To the provider and back."""

from __future__ import annotations

from typing import Any

from allauth.account.internal.flows.reauthentication import raise_if_reauthentication_required
from allauth.account.utils import get_next_redirect_url
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.helpers import render_authentication_error
from allauth.socialaccount.internal.flows import connect
from allauth.socialaccount.models import SocialAccount
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.crypto import get_random_string
from django.views.decorators.http import require_POST, require_safe

from dashboard.accounts.oidc import Callback, Strictly
from dashboard.single_sign_on import PROVIDER
from jobs.access import person


@login_not_required
@require_safe
def begin(request: HttpRequest) -> HttpResponse:
    """To the provider's sign-in. Who is signed in already connects both, having shown once more who they are."""
    provider = _provider(request)
    process = "login"
    if request.user.is_authenticated:
        raise_if_reauthentication_required(request, app="allauth.socialaccount")
        process = "connect"
    nonce = get_random_string(32)
    there = Strictly(request)
    # Left to itself the provider takes allauth's own adapter, which trusts more.
    provider.get_oauth2_adapter = lambda _: there
    try:
        answer: HttpResponse = provider.redirect(
            request, process, get_next_redirect_url(request), {"nonce": nonce}, auth_params={"nonce": nonce}
        )
    except OAuth2Error as wrong:
        answer = render_authentication_error(request, provider, exception=wrong)
    return answer


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
    account = get_object_or_404(SocialAccount, user=person(request), provider=PROVIDER)
    try:
        connect.validate_disconnect(request, account)
    except ValidationError:
        messages.error(request, "Set a password first: without one you could not sign in any more.")
        return redirect("me")
    connect.disconnect(request, account)
    return redirect("me")


def _provider(request: HttpRequest) -> Any:
    """Raises Http404 on a site without single sign-on."""
    if not settings.OIDC_NAME:
        raise Http404
    return get_adapter().get_provider(request, PROVIDER)
