"""A person's own page: what others see, how the site looks, sessions, and how they sign in."""

from __future__ import annotations

from typing import Any

from allauth.account.decorators import reauthentication_required
from allauth.account.models import EmailAddress
from allauth.account.views import EmailView
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.views import DownloadRecoveryCodesView, ViewRecoveryCodesView
from allauth.mfa.totp.internal.auth import get_totp_secret
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from allauth.mfa.webauthn.views import AddWebAuthnView, EditWebAuthnView, RemoveWebAuthnView
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import BadRequest
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.text import get_text_list
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dashboard.accounts import sessions
from dashboard.accounts.activity import security_activity
from dashboard.accounts.adapter import mails_afterwards
from dashboard.accounts.forms import ColumnsForm, ProfileForm
from dashboard.accounts.models import Profile, Theme, profile_of
from dashboard.accounts.ownership import lock_addresses
from dashboard.accounts.second_factor import COUNTER, NEEDED, codes_held, one_at_a_time, remove
from dashboard.accounts.sessions import sessions_of
from jobs.audit.undo import CHANGED, NotUndone, Told, note, undoes
from jobs.models import Actor
from jobs.permissions import invitations_for, person
from jobs.ui.local_addresses import local_path


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


@require_POST
def columns(request: HttpRequest) -> HttpResponse:
    """Keeps what was ticked, and goes back to the list; to the organizations when `back` leads off this site."""
    form = ColumnsForm(request.POST)
    if not form.is_valid():
        raise BadRequest("There is no such column.")
    profile = profile_of(person(request))
    before = standing_of(profile)
    profile.hidden = form.hidden
    profile.save()
    messages.success(request, _told(profile), extra_tags=profile_changed(profile, before))
    return redirect(local_path(form.cleaned_data["back"]) or "jobs:organizations")


def _told(profile: Profile) -> str:
    left_out = [label for _, label, is_shown in profile.columns if not is_shown]
    return f"Lists now hide {get_text_list(left_out, 'and')}." if left_out else "Lists now show all columns."


@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Keeps the theme alone, from the palette, and goes back to the page where that was opened."""
    profile = profile_of(person(request))
    before = standing_of(profile)
    profile.theme = request.POST.get("theme", "")
    if profile.theme not in Theme.values:
        raise BadRequest("There is no such theme.")
    profile.save()
    messages.success(
        request, f"Appearance: {profile.get_theme_display()}.", extra_tags=profile_changed(profile, before)
    )
    return redirect(local_path(request.POST.get("back", "")) or "me")


@require_POST
def end_sessions(request: HttpRequest) -> HttpResponse:
    sessions.end_others(person(request), request.session.session_key)
    messages.success(request, "You were signed out everywhere else.")
    return redirect("me")


@require_POST
def end_session(request: HttpRequest, pk: int) -> HttpResponse:
    for device in sessions.end_others(person(request), request.session.session_key, only=pk):
        messages.success(request, f"You were signed out on {device}.")
    return redirect("me")


class ActivateApp(ActivateTOTPView):
    def form_valid(self, form: Any) -> HttpResponse:
        """Of two tabs that are sent at once, one adds its app. The code that it was added with signs nobody in."""
        user = person(self.request)
        mine = Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP)
        with one_at_a_time(user):
            if mine.exists():
                messages.error(self.request, "Nothing was changed: another authenticator app was added meanwhile.")
                return redirect("mfa_index")
            answer: HttpResponse = super().form_valid(form)
            app = mine.get()
            app.data[COUNTER] = form.counter
            app.save(update_fields=["data"])
        return answer


class DeactivateApp(DeactivateTOTPView):
    def form_valid(self, form: Any) -> HttpResponse:
        """The form has asked already whether the site allows it; meanwhile another factor may have gone."""
        if not remove(self.request, self.authenticator, "totp_deactivated"):
            form.add_error(None, NEEDED)
            refused: HttpResponse = self.form_invalid(form)
            return refused
        return HttpResponseRedirect(self.get_success_url())


deactivate_app = DeactivateApp.as_view()
activate_app = ActivateApp.as_view()


class AddPasskey(AddWebAuthnView):
    def form_valid(self, form: Any) -> HttpResponse:
        """With the first factor of a person come their recovery codes, once."""
        with one_at_a_time(person(self.request)):
            answer: HttpResponse = super().form_valid(form)
        return answer


class RenamePasskey(EditWebAuthnView):
    def form_valid(self, form: Any) -> HttpResponse:
        """allauth writes it back as it was read: one that was removed since would be back."""
        with transaction.atomic():
            form.instance = get_object_or_404(Authenticator.objects.select_for_update(), pk=self.object.pk)
            answer: HttpResponse = super().form_valid(form)
        messages.success(self.request, f"Passkey renamed to “{self.object}”.")
        return answer


class RemovePasskey(RemoveWebAuthnView):
    def form_valid(self, form: Any) -> HttpResponse:
        if not remove(self.request, self.object, "webauthn_removed"):
            form.add_error(None, NEEDED)
            refused: HttpResponse = self.form_invalid(form)
            return refused
        return HttpResponseRedirect(self.get_success_url())


add_passkey = AddPasskey.as_view()
rename_passkey = RenamePasskey.as_view()


class Codes(ViewRecoveryCodesView):
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        with codes_held(person(self.request)):
            return dict(super().get_context_data(**kwargs))


class CodesAsText(DownloadRecoveryCodesView):
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        with codes_held(person(request)):
            answer: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return answer


class Addresses(EmailView):
    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        with mails_afterwards(), transaction.atomic():
            lock_addresses(EmailAddress.objects.filter(user=person(request)))
            answer: HttpResponse = super().post(request, *args, **kwargs)
        return answer


recovery_codes = Codes.as_view()
recovery_codes_as_text = CodesAsText.as_view()
addresses = Addresses.as_view()
remove_passkey = RemovePasskey.as_view()


def standing_of(profile: Profile) -> dict[str, Any]:
    return {
        field.attname: getattr(profile, field.attname)
        for field in Profile._meta.concrete_fields
        if field.name != "user"
    }


def profile_changed(profile: Profile, before: dict[str, Any]) -> str:
    """What the message's button carries; empty when nothing was changed."""
    now = standing_of(profile)
    return note(profile.user, "profile:change", before=before, now=now) if now != before else ""


@undoes("profile:change")
def _change_back(user: User, actor: Actor, told: Told) -> str:
    profile = profile_of(user)
    if standing_of(profile) != told["now"]:
        raise NotUndone(CHANGED)
    for name, value in told["before"].items():
        setattr(profile, name, value)
    profile.save()
    return "Your settings are restored."
