"""The people of the site, for its owners. It takes the place of Django's admin, whose addresses lead here."""

from __future__ import annotations

import re

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe

from dashboard.accounts import people
from dashboard.accounts.activity import security_activity
from jobs.access import actor, person, site_owner_required
from jobs.reauthentication import ask_again

CHANGES = {
    "deactivate": (people.deactivate, "{} is deactivated."),
    "activate": (people.activate, "{} is active again."),
    "promote": (people.promote, "{} is a site owner now."),
    "demote": (people.demote, "{} is no site owner any more."),
    "end-sessions": (people.end_sessions, "{} is signed out everywhere."),
    "reset-factors": (people.reset_factors, "The second factors of {} are removed."),
}


@site_owner_required
@require_safe
def people_list(request: HttpRequest) -> HttpResponse:
    everybody = User.objects.select_related("profile").order_by("username")
    with_factor = set(Authenticator.objects.values_list("user", flat=True))
    return render(request, "accounts/people.html", {"people": everybody, "with_factor": with_factor})


@site_owner_required
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_variables("link")
def people_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One person; by POST a change of their account. Both ask again who one is when that was long ago."""
    someone, link = get_object_or_404(User, pk=pk), ""
    if asked := ask_again(request, person(request)):
        return asked
    if request.method == "POST":
        link = _change(request, someone)
        if not link:
            return redirect("people-detail", pk)
    context = {
        "someone": someone,
        "link": link,
        "is_me": someone == request.user,
        "addresses": EmailAddress.objects.filter(user=someone).order_by("-primary", "email"),
        "memberships": someone.memberships.select_related("organization").order_by("organization__name"),
        "has_factor": Authenticator.objects.filter(user=someone).exists(),
        "security": security_activity(someone),
        "may_export": True,
    }
    return render(request, "accounts/person.html", context)


@site_owner_required
@require_safe
def old_admin(request: HttpRequest, rest: str) -> HttpResponse:
    """What was bookmarked when Django's admin was here."""
    if account := re.match(r"auth/user/(\d{1,9})/", rest):
        return redirect("people-detail", int(account[1]))
    if rest.startswith("jobs/auditentry"):
        return redirect("jobs:site-activity")
    return redirect("jobs:organizations" if rest.startswith("jobs/") else "people")


def _change(request: HttpRequest, someone: User) -> str:
    """The link, where one was asked for."""
    what = request.POST.get("what", "")
    if what not in CHANGES and what != "password-link":
        raise BadRequest("There is no such change.")
    try:
        if what == "password-link":
            return people.password_link(actor(request), someone, request)
        change, words = CHANGES[what]
        change(actor(request), someone)
    except people.NotDone as refusal:
        messages.error(request, f"Nothing was changed. {refusal}")
    else:
        messages.success(request, words.format(someone.get_username()))
    return ""
