"""The pages of errors that Django would draw without knowing the request, and so without its id.

They depend on nothing that may be what is broken: no database, no session, and the last one not even on static files.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from dashboard.requests import in_templates


def not_understood(request: HttpRequest, exception: Exception) -> HttpResponse:
    """What the exception says is for the log: it may repeat what was sent."""
    return HttpResponse(render_to_string("400.html", in_templates(request)), status=400)


def broken(request: HttpRequest) -> HttpResponse:
    return HttpResponse(render_to_string("500.html", in_templates(request)), status=500)
