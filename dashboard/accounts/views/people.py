"""The people of the site, for its owners. It takes the place of Django's admin, whose addresses lead here."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe

from dashboard.accounts import people
from dashboard.accounts.activity import security_activity
from jobs.models import Actor
from jobs.permissions import actor, person, site_owner_required
from jobs.reauthentication import ask_again, ask_for_this_step, asks_each_time
from jobs.ui.polling import HtmxHttpRequest


@dataclass(frozen=True, slots=True)
class Change:
    """What an owner does with somebody's account, in the words of the page that asks first, and of what was done."""

    do: Callable[[Actor, User], None] | None
    title: str
    what_happens: str
    keep: str
    button: str
    done: str = ""
    is_danger: bool = True


# What asks who one is each time.
STEPS = ("password-link", "promote")
CHANGES = {
    "password-link": Change(
        None,
        "Create a password link?",
        "Anyone who opens the link can set a new password for this account. It works once, within 3 days.",
        "Cancel",
        "Create password link",
        is_danger=False,
    ),
    "promote": Change(
        people.promote,
        "Make this person a site owner?",
        "Site owners can do everything in every organization, with every API key and every account except their own.",
        "Cancel",
        "Make site owner",
        "{} is now a site owner.",
    ),
    "demote": Change(
        people.demote,
        "Remove as site owner?",
        "They keep their account and memberships. Open invitations that only an owner can create are withdrawn.",
        "Keep as site owner",
        "Remove as site owner",
        "{} is no longer a site owner.",
    ),
    "deactivate": Change(
        people.deactivate,
        "Deactivate this account?",
        "They are signed out everywhere and can’t sign in. Their API tokens stop working, and their "
        "invitations are withdrawn. Their activity is kept, and you can reactivate the account.",
        "Keep account",
        "Deactivate account",
        "{} is deactivated.",
    ),
    "reset-factors": Change(
        people.reset_factors,
        "Remove second factors?",
        "Authenticator apps, passkeys, and recovery codes stop working, and they are signed out everywhere. Until they "
        "add a new one, their password alone signs them in.",
        "Keep second factors",
        "Remove second factors",
        "Second factors of {} removed.",
    ),
    "end-sessions": Change(
        people.end_sessions,
        "Sign out everywhere?",
        "They are signed out on every device and can sign in again.",
        "Cancel",
        "Sign out everywhere",
        "{} was signed out everywhere.",
        is_danger=False,
    ),
    "activate": Change(
        people.activate,
        "Reactivate this account?",
        "They can sign in again, with their previous organizations and API tokens.",
        "Cancel",
        "Reactivate account",
        "{} is active again.",
        is_danger=False,
    ),
}


@site_owner_required
@require_safe
def people_list(request: HttpRequest) -> HttpResponse:
    everybody = User.objects.select_related("profile").order_by("username")
    with_factor = set(Authenticator.objects.values_list("user", flat=True))
    return render(request, "accounts/people.html", {"people": everybody, "with_factor": with_factor})


@site_owner_required
@require_safe
def people_detail(request: HtmxHttpRequest, pk: int) -> HttpResponse:
    """One person, for who said lately who they are."""
    someone = get_object_or_404(User, pk=pk)
    return ask_again(request, person(request)) or _page(request, someone)


@site_owner_required
@require_http_methods(["GET", "HEAD", "POST"])
def people_change(request: HtmxHttpRequest, pk: int, what: str) -> HttpResponse:
    """A change of somebody's account."""
    return ask_again(request, person(request)) or _asked_first(request, pk, what)


@asks_each_time
@site_owner_required
@require_http_methods(["GET", "HEAD", "POST"])
def people_step(request: HtmxHttpRequest, pk: int, what: str) -> HttpResponse:
    """One that gives so much away that each one wants an answer of its own."""
    return ask_for_this_step(request, person(request)) or _asked_first(request, pk, what)


@site_owner_required
@require_safe
def old_admin(request: HttpRequest, rest: str) -> HttpResponse:
    """What was bookmarked when Django's admin was here."""
    if account := re.match(r"auth/user/(\d{1,9})/", rest):
        return redirect("people-detail", int(account[1]))
    if rest.startswith("jobs/auditentry"):
        return redirect("jobs:site-activity")
    return redirect("jobs:organizations" if rest.startswith("jobs/") else "people")


@sensitive_variables("link")
def _asked_first(request: HtmxHttpRequest, pk: int, what: str) -> HttpResponse:
    """The page that asks whether it is meant; by POST it is done."""
    someone, change = get_object_or_404(User, pk=pk), CHANGES[what]
    if request.method == "POST":
        link = _make(request, someone, change)
        return _page(request, someone, link) if link else redirect("people-detail", pk)
    template = "accounts/_change.html" if request.htmx else "accounts/change.html"
    return render(request, template, {"someone": someone, "change": change, "what": what})


def _page(request: HttpRequest, someone: User, link: str = "") -> HttpResponse:
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


def _make(request: HttpRequest, someone: User, change: Change) -> str:
    """Does it; answers with the link, where that is what was asked for."""
    try:
        if change.do is None:
            return people.password_link(actor(request), someone, request)
        change.do(actor(request), someone)
    except people.NotDone as refusal:
        messages.error(request, f"Nothing was changed. {refusal}")
    else:
        messages.success(request, change.done.format(someone.get_username()))
    return ""
