"""Signing in and out, a new password by a link, and confirming an email address."""

from __future__ import annotations

from typing import Any

from allauth.account.internal.flows.logout import logout
from allauth.account.internal.flows.password_reset import finalize_password_reset
from allauth.account.models import get_emailconfirmation_model
from allauth.account.views import LoginView, PasswordResetFromKeyView, confirm_email
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.hashers import make_password
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from dashboard.accounts import registration
from dashboard.accounts.forms import SignInForm
from dashboard.accounts.people import use_password_link
from dashboard.accounts.throttle import WINDOW

TOO_MANY, WRONG = 429, 422


class SignIn(LoginView):
    """allauth's, with the house's status codes. While nobody is here, it leads on to the set-up."""

    form_class = SignInForm
    template_name = "account/login.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method == "GET" and not request.user.is_authenticated and registration.nobody_is_here():
            return redirect("set-up")
        answer: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return answer

    def form_invalid(self, form: SignInForm) -> HttpResponse:
        is_throttled = form.has_error("__all__", "too_many_login_attempts")
        context = self.get_context_data(form=form)
        answer = render(self.request, self.template_name, context, status=TOO_MANY if is_throttled else WRONG)
        if is_throttled:
            answer["Retry-After"] = str(WINDOW.seconds)
        return answer

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "next": self.get_next_url(), "sso": settings.OIDC_NAME}


sign_in = login_not_required(SignIn.as_view())


# Also for those who stopped half-way, at their second factor.
@login_not_required
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    return redirect("sign-in")


class NewPassword(PasswordResetFromKeyView):
    reset_user: Any

    def form_valid(self, form: Any) -> HttpResponse:
        # The hash takes long: nobody waits for it.
        hashed = make_password(form.cleaned_data["password1"])
        self.reset_user = use_password_link(self.reset_user, self.key, hashed)
        if self.reset_user is None:
            used_up: HttpResponse = self.render_to_response(self.get_context_data(token_fail=True))
            return used_up
        finalize_password_reset(self.request, self.reset_user)
        return HttpResponseRedirect(self.get_success_url())


new_password = NewPassword.as_view()


@login_not_required
def confirm_address(request: HttpRequest, key: str) -> HttpResponse:
    """Whoever reads the mailbox has to be signed in to the account as well.

    Otherwise somebody lists another's address, that person follows the link which they are sent, and the address is
    verified in the account of whoever listed it.
    """
    confirmation = get_emailconfirmation_model().from_key(key)
    if confirmation and not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    if confirmation and confirmation.email_address.user_id != request.user.pk:
        return render(request, "account/email_confirm.html", {"is_anothers": True}, status=403)
    answer: HttpResponse = confirm_email(request, key=key)
    return answer
