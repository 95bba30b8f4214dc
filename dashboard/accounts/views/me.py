"""A person's own page: what others see, how the site looks, and how they sign in."""

from __future__ import annotations

from allauth.account.decorators import reauthentication_required
from allauth.account.models import EmailAddress
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import get_totp_secret
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from dashboard.accounts.activity import security_activity
from dashboard.accounts.forms import ProfileForm
from dashboard.accounts.models import profile_of
from dashboard.accounts.sessions import sessions_of
from dashboard.accounts.undo import profile_changed, standing_of
from jobs.permissions import invitations_for, person


@require_http_methods(["GET", "POST"])
def me(request: HttpRequest) -> HttpResponse:
    user = person(request)
    profile = profile_of(user)
    before = standing_of(profile)
    form = ProfileForm(request.POST or None, instance=profile)
    if form.is_valid():
        form.save()
        messages.success(request, "Settings saved.", extra_tags=profile_changed(profile, before))
        return redirect("me")
    kept = Authenticator.objects.filter(user=user)
    context = {
        "form": form,
        "invitations": invitations_for(user),
        "addresses": EmailAddress.objects.filter(user=user).order_by("-primary", "email"),
        "totp": kept.filter(type=Authenticator.Type.TOTP).first(),
        "passkeys": kept.filter(type=Authenticator.Type.WEBAUTHN).order_by("created_at"),
        "recovery": kept.filter(type=Authenticator.Type.RECOVERY_CODES).first(),
        "sso": settings.OIDC_NAME,
        "connected": SocialAccount.objects.filter(user=user).first(),
        "security": security_activity(user),
        "may_export": True,
        "sessions": sessions_of(user, request.session.session_key),
    }
    return render(request, "accounts/me.html", context, status=422 if form.errors else 200)


@require_safe
@reauthentication_required(app="allauth.mfa")
def totp_picture(request: HttpRequest) -> HttpResponse:
    """The QR code of the secret that this session is about to confirm; the browser's policy forbids data: addresses."""
    adapter = get_adapter()
    picture = adapter.build_totp_svg(adapter.build_totp_url(person(request), get_totp_secret(regenerate=False)))
    return HttpResponse(picture, content_type="image/svg+xml")
