"""The API: requests with a bearer token or a browser's session, answered in JSON, errors included (RFC 9457).

Tokens work here and nowhere else; pages and settings are for people who are signed in.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.middleware.csrf import CsrfViewMiddleware
from django.views.decorators.csrf import csrf_exempt

from jobs.api.problems import Problem, View, as_response, marked
from jobs.models import AccessToken
from jobs.permissions import missing, person
from jobs.storing import note
from jobs.viam.errors import CloudError, NotSent, Unavailable


def for_machines(*methods: str) -> Callable[[View], View]:
    """Makes a view part of the API: it authenticates the request, and every error is a problem in JSON."""

    def decorate(view: View) -> View:
        @wraps(view)
        def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            try:
                _authenticate(request)
                if request.method not in {*methods, *({"HEAD"} if "GET" in methods else set())}:
                    raise Problem(405, "Method not allowed.", f"Use {' or '.join(methods)}.")
                return view(request, *args, **kwargs)
            except (Problem, Http404, PermissionDenied, CloudError) as wrong:
                return _tell(wrong, methods)

        return marked(csrf_exempt(login_not_required(answer)))

    return decorate


def _authenticate(request: HttpRequest) -> None:
    """Raises Problem. A token needs no CSRF check: browsers send cookies on their own, but never a token."""
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() == "bearer":
        row = AccessToken.of(token.strip())
        if row is None:
            raise Problem(401, "Invalid API token.", "It may be expired or revoked.")
        if not row.is_just_used:
            note(row.note_use)
        request.user = row.owner
        request.user.token = row  # type: ignore[attr-defined]
    elif not isinstance(request.user, User) or not request.user.is_active:
        raise Problem(401, "Authentication required.", "Send an API token: Authorization: Bearer ty_…")
    elif reason := _Check(lambda _: HttpResponse()).process_view(request, HttpResponse, (), {}):
        raise Problem(403, "CSRF check failed.", str(reason))
    if wanting := missing(person(request)):
        raise Problem(403, "Set up a second factor first.", wanting)


class _Check(CsrfViewMiddleware):
    """Django's check, which returns its reason instead of rendering a page."""

    def _reject(self, request: HttpRequest, reason: str) -> Any:
        return reason


def _tell(wrong: Exception, methods: tuple[str, ...]) -> JsonResponse:
    problem = wrong if isinstance(wrong, Problem) else problem_of(wrong)
    response = as_response(problem)
    if problem.status == 401:
        response["WWW-Authenticate"] = 'Bearer realm="Trainyard"'
    if problem.status == 405:
        response["Allow"] = ", ".join(methods)
    return response


def problem_of(wrong: Exception) -> Problem:
    if isinstance(wrong, Http404):
        return Problem(404, "Not found.", "The address may be wrong, or you may not have access.")
    if isinstance(wrong, PermissionDenied):
        return Problem(403, "You don't have permission to do this.", str(wrong))
    if isinstance(wrong, NotSent):
        return Problem(503, "Viam's cloud can't be reached. Nothing was sent.", wrong.words)
    if isinstance(wrong, Unavailable):
        how = "It may have been carried out; Trainyard is checking. Check the job before you retry."
        return Problem(502, "Viam's cloud did not confirm this.", f"{wrong} {how}")
    return Problem(409, "Viam's cloud rejected the request.", str(wrong))
