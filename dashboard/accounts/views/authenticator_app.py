"""Adding and removing an authenticator app: allauth's pages, with everything about one person's factors in turn."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect

from dashboard.accounts.second_factor import COUNTER, NEEDED, one_at_a_time, remove
from jobs.permissions import person


class Activate(ActivateTOTPView):
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


class Deactivate(DeactivateTOTPView):
    def form_valid(self, form: Any) -> HttpResponse:
        """The form has asked already whether the site allows it; meanwhile another factor may have gone."""
        if not remove(self.request, self.authenticator, "totp_deactivated"):
            form.add_error(None, NEEDED)
            refused: HttpResponse = self.form_invalid(form)
            return refused
        return HttpResponseRedirect(self.get_success_url())


deactivate_app = Deactivate.as_view()
activate_app = Activate.as_view()
