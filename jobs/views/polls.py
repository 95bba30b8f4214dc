"""What a page and its refreshments share: a tag of what was shown, and an answer without a body while it holds."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django_htmx.http import trigger_client_event

TAG = "HX-PTag"


def is_poll_of(request: HttpRequest, tag: str) -> bool:
    """Whether this is a poll, and what it shows is still true."""
    return bool(request.headers.get("HX-Request")) and request.headers.get(TAG) == tag


def unchanged(as_of: datetime | None) -> HttpResponse:
    """204: the browser leaves the page as it is. The time of the last look at the cloud travels as an event."""
    response = HttpResponse(status=204)
    if as_of:
        trigger_client_event(response, "fresh", {"asOf": as_of.isoformat(timespec="seconds")})
    return response


def page_or_partial(
    request: HttpRequest, page: str, partial: str, context: dict[str, Any], *, tag: str, status: int = 200
) -> HttpResponse:
    """The partial for htmx, the whole page for everybody else, and the tag that the next poll brings back."""
    template = partial if request.headers.get("HX-Request") else page
    response = render(request, template, {**context, "tag": tag}, status=status)
    response[TAG] = tag
    response["Vary"] = "HX-Request"
    return response
