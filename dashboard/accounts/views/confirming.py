"""Confirming an address by the link of a mail: allauth's page, for the account that asked for it alone."""

from __future__ import annotations

from allauth.account.models import get_emailconfirmation_model
from allauth.account.views import confirm_email
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


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
