"""Coming in and going."""

from __future__ import annotations

from typing import Any

from allauth.account.internal.flows.logout import logout
from allauth.account.views import LoginView
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from dashboard.accounts import setup_code
from dashboard.accounts.forms import SignInForm
from dashboard.accounts.throttle import WINDOW

TOO_MANY, WRONG = 429, 422


class SignIn(LoginView):
    """allauth's, with the house's status codes. While nobody is here, it leads on to the set-up."""

    form_class = SignInForm
    template_name = "account/login.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method == "GET" and not request.user.is_authenticated and setup_code.nobody_is_here():
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
