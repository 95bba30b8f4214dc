"""Asking again who somebody is, before what a stolen session must not do: making tokens, keys, administrators.

Signing in and confirming it later count as answers, for REAUTHENTICATE_MINUTES. Forms that are sent may be ten minutes
older than that, so that who opened one in time can finish it. When a form comes too late nothing of it is done: what
was typed is kept in the session, but for what is secret, and stands in the form again after the detour; it is the
person who sends it once more.

Some steps give away so much that no earlier answer counts, not even a sign-in a moment ago: these ask each time, and
take an answer that was given for this very step, in this very browser, once, within ANSWER_SECONDS. The browser is told
by its CSRF cookie. That and the session's key are made anew with each answer: copies from before are signed out.
"""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import get_authentication_records
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import User
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.urls import Resolver404, resolve
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django_htmx.http import HttpResponseClientRedirect

from jobs.ui.polling import HtmxHttpRequest

TO_FILL_IN_SECONDS = 600
# An answer from further ahead was noted by a clock that was wrong, and counts as none: it would hold until that time.
CLOCKS_DIFFER_SECONDS = 600
ANSWER_SECONDS = 180
# In the session: what a form held that came too late, and the answer for one step.
_TYPED, _ANSWER = "typed", "answer"

View = TypeVar("View", bound=Callable[..., Any])


def ask_again(
    request: HtmxHttpRequest, user: User, *, back: str = "", keep: tuple[str, ...] = ()
) -> HttpResponse | None:
    """None for who answered lately; others are led to say who they are, and then to `back`, usually the same page.

    `keep`: the fields of the form that stand in it again; never one that is secret. Raises PermissionDenied for who
    has nothing to answer with: neither password nor second factor nor single sign-on.
    """
    grace = TO_FILL_IN_SECONDS if request.method == "POST" else 0
    if timezone.now().timestamp() - _last_answer(request, user) < settings.REAUTHENTICATE_SECONDS + grace:
        return None
    return _lead_to_answer(request, user, back or request.path, keep)


def ask_for_this_step(request: HtmxHttpRequest, user: User) -> HttpResponse | None:
    """None for who said who they are for this page alone, a moment ago; a POST uses that up. Others are led to do so.

    The view is decorated with `asks_each_time`. Raises PermissionDenied as `ask_again`.
    """
    return None if _is_answered(request) else _lead_to_answer(request, user, request.path, ())


def asks_each_time(view: View) -> View:
    """By this an answer that is given on the way to a view is known to be for it alone."""
    view.asks_each_time = True  # type: ignore[attr-defined]
    return view


def answered(request: HttpRequest, there: str) -> None:
    """Somebody has just said again who they are, on the way to `there`. If that is a step that wants an answer of its
    own, this is it. The browser's CSRF cookie has just been made anew.
    """
    try:
        view = resolve(there).func
    except Resolver404:
        return
    if not getattr(view, "asks_each_time", False):
        return
    answer = {"step": there, "at": time.time(), "browser": _browser(request), "once": secrets.token_hex(16)}
    request.session[_ANSWER] = answer


def typed_before(request: HttpRequest) -> dict[str, str]:
    """What this form held when it came too late; once."""
    kept = request.session.get(_TYPED) if request.method in ("GET", "HEAD") else None
    if not kept or kept["path"] != request.path:
        return {}
    del request.session[_TYPED]
    fields: dict[str, str] = kept["fields"]
    return fields


def _is_answered(request: HttpRequest) -> bool:
    answer = request.session.get(_ANSWER)
    if (
        not answer
        or answer["step"] != request.path
        or not 0 <= time.time() - answer["at"] < ANSWER_SECONDS
        or not constant_time_compare(answer["browser"], _browser(request))
    ):
        return False
    if request.method != "POST":
        return True
    del request.session[_ANSWER]
    # Two that come at once have both read the session: one of them is the first here.
    return bool(cache.add(f"answer:{answer['once']}", True, ANSWER_SECONDS))


def _browser(request: HttpRequest) -> str:
    return hashlib.sha256(request.META.get("CSRF_COOKIE", "").encode()).hexdigest()


def _lead_to_answer(request: HtmxHttpRequest, user: User, there: str, keep: tuple[str, ...]) -> HttpResponse:
    if not get_adapter(request).get_reauthentication_methods(user):
        raise PermissionDenied("Set a password or a second factor first, so that you can confirm it's you.")
    if request.method == "POST":
        request.session[_TYPED] = {"path": there, "fields": {name: request.POST.get(name, "") for name in keep}}
        messages.warning(request, "Nothing was changed yet. Check the form and submit it again.")
    address = f"{resolve_url('account_reauthenticate')}?{urlencode({'next': there})}"
    is_fragment = request.htmx
    return HttpResponseClientRedirect(address) if is_fragment else HttpResponseRedirect(address)


def _last_answer(request: HttpRequest, user: User) -> float:
    """Seconds since 1970."""
    answers = [float(record["at"]) for record in get_authentication_records(request, user)]
    latest = timezone.now().timestamp() + CLOCKS_DIFFER_SECONDS
    return max((at for at in [*answers, float(request.session.get("began", 0))] if at < latest), default=0.0)
