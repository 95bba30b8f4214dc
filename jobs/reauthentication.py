"""Asking again who somebody is, before what a stolen session must not do: making tokens, keys, administrators.

Signing in and confirming it later count as answers, for REAUTHENTICATE_MINUTES. Forms that are sent may be ten minutes
older than that, so that who opened one in time can finish it. When a form comes too late nothing of it is done: what
was typed is kept in the session, but for what is secret, and stands in the form again after the detour; it is the
person who sends it once more.
"""

from __future__ import annotations

from urllib.parse import urlencode

from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.internal.flows.reauthentication import get_reauthentication_flows
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.utils import timezone

TO_FILL_IN_SECONDS = 600
_TYPED = "typed"


def ask_again(request: HttpRequest, user: User, *, back: str = "", keep: tuple[str, ...] = ()) -> HttpResponse | None:
    """None for who answered lately; others are led to say who they are, and then to `back`, usually the same page.

    `keep`: the fields of the form that stand in it again; never one that is secret. Raises PermissionDenied for who
    has nothing to answer with, because they come by single sign-on alone.
    """
    grace = TO_FILL_IN_SECONDS if request.method == "POST" else 0
    if timezone.now().timestamp() - _last_answer(request, user) < settings.REAUTHENTICATE_SECONDS + grace:
        return None
    if not get_reauthentication_flows(user):
        raise PermissionDenied("You signed in too long ago for this. Sign out, sign in again, and come back.")
    there = back or request.path
    if request.method == "POST":
        request.session[_TYPED] = {"path": there, "fields": {name: request.POST.get(name, "") for name in keep}}
        messages.warning(request, "Nothing was changed yet. Check the form and send it again.")
    return HttpResponseRedirect(f"{resolve_url('account_reauthenticate')}?{urlencode({'next': there})}")


def typed_before(request: HttpRequest) -> dict[str, str]:
    """What this form held when it came too late; once."""
    kept = request.session.get(_TYPED) if request.method in ("GET", "HEAD") else None
    if not kept or kept["path"] != request.path:
        return {}
    del request.session[_TYPED]
    fields: dict[str, str] = kept["fields"]
    return fields


def _last_answer(request: HttpRequest, user: User) -> float:
    """Seconds since 1970."""
    answers = [float(record["at"]) for record in get_authentication_records(request, user)]
    return max([*answers, float(request.session.get("began", 0))])
