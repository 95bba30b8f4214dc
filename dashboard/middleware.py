"""What holds for every request: probes are let through, answers are measured, empty ones are small, caches keep
nothing private, whoever was signed out comes back to where they were, and an error of the cloud becomes a page in
words.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from time import perf_counter
from urllib.parse import urlencode

from csp.constants import HEADER
from csp.utils import build_policy
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import MiddlewareNotUsed, PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render, resolve_url
from django.urls import resolve
from django_htmx.http import HttpResponseClientRedirect

from dashboard.errors import BARE, FRAME
from dashboard.sessions import has_run_out
from jobs.metrics.catalogue import HTTP_REQUESTS
from jobs.permissions import access_for, missing
from jobs.storing import refuse_later_version
from jobs.ui.local_addresses import current_page, is_local, path_of
from jobs.ui.polling import HtmxHttpRequest
from jobs.viam.errors import CloudError

log = logging.getLogger(__name__)

GetResponse = Callable[[HttpRequest], HttpResponse]


class Probes:
    """Machines ask for health and metrics by number and without TLS, so neither the host's name nor HTTPS is asked of
    them: what they get depends on neither.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info not in _PROBES:
            return self.get_response(request)
        probe: Callable[[HttpRequest], HttpResponse] = resolve(request.path_info).func
        return probe(request)


_PROBES = {"/healthz", "/readyz", "/metrics"}


class OnePolicy:
    """What browsers may do on our pages (CONTENT_SECURITY_POLICY), put together once: no page has one of its own."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self._policy = build_policy()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        # Django's own pages for developers have styles of their own.
        if not (settings.DEBUG and response.status_code in (404, 500)):
            response.setdefault(HEADER, self._policy)
        return response


class OfThisVersion:
    """Nothing acts on a database that a later version has migrated meanwhile: 503, and pages are read on."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in ("GET", "HEAD", "OPTIONS"):
            refuse_later_version()
        return self.get_response(request)


class Measured:
    """Every answer is counted, with the time that it took to make."""

    def __init__(self, get_response: GetResponse) -> None:
        if not settings.METRICS_TOKEN:
            raise MiddlewareNotUsed
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        started = perf_counter()
        response = self.get_response(request)
        # Without a view: static files, unknown addresses, redirects to HTTPS.
        view = request.resolver_match.view_name if request.resolver_match else "none"
        method = request.method if request.method in _METHODS else "other"
        HTTP_REQUESTS.observe(perf_counter() - started, view, method, f"{response.status_code // 100}xx")
        return response


# Anybody may send any word as a method, and each one would be a series of its own.
_METHODS = {"GET", "HEAD", "OPTIONS", "POST"}


class EmptyAnswers:
    """An answer without a body says nothing about bodies: hundreds of tabs poll, and most answers are these."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code == 204:
            for name in set(response.headers) - _OF_EMPTY_ANSWERS:
                del response[name]
        return response


_OF_EMPTY_ANSWERS = {"Cache-Control", "HX-Trigger", "HX-PTag", "Strict-Transport-Security", "Vary"}


class PrivatePages:
    """Answers of ours are for one person: `Cache-Control: no-store`, empty polls included. They are for our own pages
    alone, and ask the browser for nothing that a page of jobs could want.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not response.has_header("Cache-Control"):
            response["Cache-Control"] = "no-store, private"
        response["Cross-Origin-Resource-Policy"] = "same-origin"
        response["Permissions-Policy"] = _NOTHING
        return response


_NOTHING = ", ".join(
    f"{feature}=()"
    for feature in ("camera", "display-capture", "geolocation", "microphone", "payment", "serial", "usb")
)


class SignInAndBack:
    """Whoever acts or polls after the session ended signs in and comes back to the page, where filled-forms.js fills in
    again what they had typed. A fragment never shows the sign-in form in itself: the whole page goes there. Only a page
    that polls after its session ran out stays as it is, and says so (static/js/polling.js).
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HtmxHttpRequest, view: Callable[..., HttpResponseBase], args: object, kwargs: object
    ) -> HttpResponse | None:
        acts_or_polls = request.htmx or request.method == "POST"
        if not acts_or_polls or not _asks_in_vain(request, view):
            return None
        stays = request.method == "GET" and has_run_out(request)
        return HttpResponse(status=401) if stays else _to_sign_in(request)


def form_expired(request: HtmxHttpRequest, reason: str = "") -> HttpResponse:
    """A form whose cookie is gone, or belongs to another sign-in. Django has written the reason to the log."""
    match, back = request.resolver_match, current_page(request)
    sign_in = _sign_in_address(back or "/") if match and _asks_in_vain(request, match.func) else ""
    response = render(request, "403_csrf.html", {"back": back, "sign_in": sign_in}, status=403)
    if request.htmx and sign_in:
        response["HX-Redirect"] = sign_in
    return response


def refused(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "403.html", {**frame_of(request), "exception": str(exception)}, status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "404.html", frame_of(request), status=404)


def frame_of(request: HttpRequest) -> dict[str, object]:
    """For a page that isn't what was asked for: the frame of all pages for who is signed in, with the organization in
    which the address lies, if they may see it.
    """
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated or missing(user):
        return {"frame": BARE}
    found = _OF_AN_ORGANIZATION.match(request.path_info)
    try:
        return {"frame": FRAME, **(access_for(user, found["slug"]).context if found else {})}
    except (Http404, PermissionDenied):
        return {"frame": FRAME}


_OF_AN_ORGANIZATION = re.compile(r"/orgs/(?P<slug>[-\w]+)/")


def _asks_in_vain(request: HttpRequest, view: Callable[..., object]) -> bool:
    return not request.user.is_authenticated and getattr(view, "login_required", True)


def _to_sign_in(request: HtmxHttpRequest) -> HttpResponse:
    if request.method == "POST":
        messages.warning(request, "You were signed out. Nothing was submitted.")
    if request.htmx:
        return HttpResponseClientRedirect(_sign_in_address(path_of(request.htmx.current_url or "") or "/"))
    return redirect(_sign_in_address(current_page(request) or request.get_full_path()))


def _sign_in_address(back: str) -> str:
    return f"{resolve_url('sign-in')}?{urlencode({'next': back})}"


class LocalRedirects:
    """The last look at where an answer leads: nowhere but to this site, whatever a view made of what was sent. The one
    exception is the way to the provider of single sign-on.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for name in _LEADING:
            if name in response and not is_local(request, response[name]) and not _is_on_the_way_out(request):
                log.error("A redirect to another site was stopped (%s of %s).", name, request.path)
                response[name] = "/"
        return response


_LEADING = ("Location", "HX-Redirect", "HX-Location", "HX-Push-Url", "HX-Replace-Url")


def _is_on_the_way_out(request: HttpRequest) -> bool:
    return bool(request.resolver_match and request.resolver_match.view_name == "sso")


class RefusedFragments:
    """A fragment of a page that its reader may no longer see takes the whole page along: it is loaded anew, and says
    that there is no such page. Somebody who was removed keeps nothing on the screen.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HtmxHttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code in (403, 404) and request.method == "GET" and request.htmx:
            # django_htmx has only an answer of its own for this, without the status and words of this one.
            response["HX-Refresh"] = "true"
        return response


class CloudErrorsInWords:
    """A failure of the cloud that no view turned into a state of its page: told in words, with status 502."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, CloudError):
            return None
        return render(request, "cloud_error.html", {**frame_of(request), "error": error}, status=502)
