"""A new password by a link: allauth's page, but for a link that is used several times at once, which sets one."""

from __future__ import annotations

from typing import Any

from allauth.account.internal.flows.password_reset import finalize_password_reset
from allauth.account.views import PasswordResetFromKeyView
from django.contrib.auth.hashers import make_password
from django.http import HttpResponse, HttpResponseRedirect

from dashboard.accounts.password_links import use


class NewPassword(PasswordResetFromKeyView):
    reset_user: Any

    def form_valid(self, form: Any) -> HttpResponse:
        # The hash takes long: nobody waits for it.
        hashed = make_password(form.cleaned_data["password1"])
        self.reset_user = use(self.reset_user, self.key, hashed)
        if self.reset_user is None:
            used_up: HttpResponse = self.render_to_response(self.get_context_data(token_fail=True))
            return used_up
        finalize_password_reset(self.request, self.reset_user)
        return HttpResponseRedirect(self.get_success_url())


new_password = NewPassword.as_view()
