"""Renaming a passkey: allauth's page, which says of all that it does this alone nothing."""

from __future__ import annotations

from typing import Any

from allauth.mfa.webauthn.views import EditWebAuthnView
from django.contrib import messages
from django.http import HttpResponse


class Rename(EditWebAuthnView):
    def form_valid(self, form: Any) -> HttpResponse:
        answer: HttpResponse = super().form_valid(form)
        messages.success(self.request, f"The passkey is called “{self.object}” now.")
        return answer


rename_passkey = Rename.as_view()
