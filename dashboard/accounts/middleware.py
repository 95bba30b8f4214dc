"""What a person's profile and the site's rules mean for each of their requests."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.utils import timezone
from django_htmx.http import HttpResponseClientRedirect

from dashboard.accounts.models import Profile, known_zones, profile_of
from dashboard.accounts.second_factor import has_second_factor
from jobs.api.problems import is_for_programs
from jobs.permissions import Access, accesses_for
from jobs.ui.navigation import is_settings
from jobs.ui.polling import HtmxHttpRequest

GetResponse = Callable[[HttpRequest], HttpResponse]


ZONE_COOKIE = "trainyard-zone"


class ReadersZone:
    """Times are told, and days begin, in the zone that the person chose, else in the browser's, which a script told us
    (static/js/zone.js), else in the server's.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # A thread keeps its zone: the one of the request before must not stay, also where no view answers.
        timezone.deactivate()
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_: Any) -> None:
        told = request.COOKIES.get(ZONE_COOKIE, "")
        zone = profile_of(request.user).zone if request.user.is_authenticated else ""
        zone = zone or (told if told and told in known_zones() else "")
        if zone:
            timezone.activate(zone)


class SecondFactorFirst:
    """With REQUIRE_TWO_FACTOR: who has no second factor sets one up before anything else. Polls are told so too.

    Each request looks: nothing that a session remembers could outlive the factor.
    """

    def __init__(self, get_response: GetResponse) -> None:
        if not settings.REQUIRE_TWO_FACTOR:
            raise MiddlewareNotUsed
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HtmxHttpRequest, view: Any, *_: Any) -> HttpResponse | None:
        """Whether the view itself wants somebody to be signed in is no matter: it sees who is. Views for programs ask
        the same themselves, of tokens as well (jobs/api/auth.py).
        """
        if not isinstance(request.user, User) or is_for_programs(view) or _is_on_the_way(request):
            return None
        if has_second_factor(request.user):
            return None
        if request.htmx:
            return HttpResponseClientRedirect(resolve_url("mfa_index"))
        return redirect("mfa_index")


# To set one up, to leave, and what a link in a mail opens for whoever has it, signed in or not.
_ON_THE_WAY = {
    *("mfa_index", "sign-out", "account_logout", "account_reauthenticate", "totp-picture", "account_inactive"),
    *("sso-again", "sso-callback"),
    *("account_reset_password", "account_reset_password_done", "account_confirm_email"),
    *("account_reset_password_from_key", "account_reset_password_from_key_done"),
}


def _is_on_the_way(request: HttpRequest) -> bool:
    name = request.resolver_match.view_name if request.resolver_match else ""
    return name in _ON_THE_WAY or name.startswith("mfa_")


ORGANIZATION_COOKIE = "trainyard-organization"


class OrganizationBefore:
    """The settings keep the organization in the header from which somebody comes: a page of one notes which it is. Only
    its name in addresses is noted, and rights are asked for anew.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HtmxHttpRequest) -> HttpResponse:
        response = self.get_response(request)
        access = getattr(request.user, "granted", None) if hasattr(request, "user") else None
        if not access or request.htmx or response.status_code != HTTPStatus.OK:
            return response
        if request.COOKIES.get(ORGANIZATION_COOKIE) != access.organization.slug:
            attributes = {"secure": settings.SESSION_COOKIE_SECURE, "httponly": True, "samesite": "Lax"}
            response.set_cookie(ORGANIZATION_COOKIE, access.organization.slug, **attributes)
        return response


def reader(request: HttpRequest) -> dict[str, Any]:
    user = getattr(request, "user", None)
    profile = profile_of(user) if isinstance(user, User) else Profile()
    kept = _kept(request)
    return {
        "profile": profile,
        "sends_mail": settings.SENDS_MAIL,
        "kept": kept,
        "kept_organization": kept and kept.organization,
    }


def _kept(request: HttpRequest) -> Access | None:
    """On a page of the settings: the organization that its reader comes from, if they may still see it."""
    user, match = getattr(request, "user", None), request.resolver_match
    slug = request.COOKIES.get(ORGANIZATION_COOKIE, "")
    if not slug or not isinstance(user, User) or match is None or not is_settings(match.view_name):
        return None
    return next((access for access in accesses_for(user) if access.organization.slug == slug), None)
