"""The first page of a new site: its owner comes to be."""

from __future__ import annotations

from allauth.account.internal.flows.login import perform_login
from allauth.account.models import Login
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import User
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from dashboard.accounts import setup_code, throttle
from dashboard.accounts.forms import SetUpForm
from dashboard.accounts.views.invitation import ask_to_verify


@login_not_required
@sensitive_post_parameters("password", "code")
@require_http_methods(["GET", "POST"])
def set_up(request: HttpRequest) -> HttpResponse:
    if not setup_code.nobody_is_here():
        return redirect("sign-in")
    form = SetUpForm(request.POST or None)
    if request.method == "POST":
        attempt = throttle.begin(request, "set-up")
        if attempt is None:
            return render(request, "429.html", status=429)
        if form.is_valid() and (owner := _first_owner(form)):
            throttle.succeeded(attempt)
            messages.success(request, f"{owner} is now the site owner.")
            signed_in: HttpResponse = perform_login(request, Login(user=owner))
            ask_to_verify(request, owner)
            return signed_in
    return render(request, "accounts/set_up.html", {"form": form}, status=422 if form.is_bound else 200)


def _first_owner(form: SetUpForm) -> User | None:
    """Of two who set the site up at once, one does: None for the other."""
    save = form.saver(owner=True)
    with transaction.atomic():
        setup_code.queue_up()
        if setup_code.nobody_is_here():
            return save()
    form.add_error(None, "Someone else has just set up this site. Sign in.")
    return None
