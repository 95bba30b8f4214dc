"""Passkeys: allauth's pages, of which the one for renaming says nothing when it is done, and the one for removing never
asks whether the site allows it.
"""

from __future__ import annotations

from typing import Any

from allauth.mfa.webauthn.views import EditWebAuthnView, RemoveWebAuthnView
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect

from dashboard.accounts.second_factor import NEEDED, remove


class Rename(EditWebAuthnView):
    def form_valid(self, form: Any) -> HttpResponse:
        answer: HttpResponse = super().form_valid(form)
        messages.success(self.request, f"Passkey renamed to “{self.object}”.")
        return answer


class Remove(RemoveWebAuthnView):
    def form_valid(self, form: Any) -> HttpResponse:
        if not remove(self.request, self.object, "webauthn_removed"):
            form.add_error(None, NEEDED)
            refused: HttpResponse = self.form_invalid(form)
            return refused
        return HttpResponseRedirect(self.get_success_url())


rename_passkey = Rename.as_view()
remove_passkey = Remove.as_view()
