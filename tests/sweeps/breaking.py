"""A middleware that raises what a test asks for: the site fails while it answers, where the test wants."""

from __future__ import annotations

from collections.abc import Callable

from django.core.exceptions import BadRequest, PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse

from jobs.viam.errors import Unavailable

HEADER = "X-Break"
KINDS: dict[str, Exception] = {
    "bug": RuntimeError("a secret of ours"),
    "recursion": RecursionError("too deep"),
    "database away": OperationalError("server closed the connection"),
    "no connection": InterfaceError("connection already closed"),
    "not found": Http404("a secret of ours"),
    "denied": PermissionDenied("a secret of ours"),
    "suspicious": SuspiciousOperation("a secret of ours"),
    "bad request": BadRequest("a secret of ours"),
    "too big": RequestDataTooBig("a secret of ours"),
    "cloud": Unavailable("a secret of ours"),
}


class Breaking:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if wanted := request.headers.get(HEADER):
            raise KINDS[wanted]
        return self.get_response(request)
