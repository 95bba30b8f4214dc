"""What a page and its refreshments share: a tag of what was shown, and an answer without a body while it holds."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django_htmx.http import HttpResponseClientRefresh, trigger_client_event
from django_htmx.middleware import HtmxDetails

TAG = "HX-PTag"
# Seconds between two polls of a piece: being filled in while somebody looks, one job, a list, and what seldom changes.
PACES = {"filling": 1, "job": 3, "list": 5, "seldom": 10}


class HtmxHttpRequest(HttpRequest):
    """What views get: a request of ours, to which django_htmx's middleware has added what htmx tells."""

    htmx: HtmxDetails


def short_answer(request: HtmxHttpRequest, tag: str, as_of: datetime | None = None) -> HttpResponse | None:
    """What a poll gets that needs no page: nothing new, or a page of another release; None for everything else.

    Nothing new is 204: the browser leaves the page as it is. When the cloud was asked last travels as an event.
    """
    shown = request.htmx.ptag
    if not shown or not wants_fragment(request):
        return None
    if not shown.startswith(tagged("")):
        return HttpResponseClientRefresh()
    if shown != tagged(tag):
        return None
    response = HttpResponse(status=204)
    if as_of:
        trigger_client_event(response, "fresh", {"asOf": as_of.isoformat(timespec="seconds")})
    return response


def page_or_partial(
    request: HtmxHttpRequest, page: str, partial: str, context: dict[str, Any], *, tag: str, status: int = 200
) -> HttpResponse:
    """The partial for htmx, the whole page for everybody else, and the tag that the next poll brings back."""
    response = page_or_fragment(request, page, partial, {**context, "tag": tagged(tag)}, status=status)
    response[TAG] = tagged(tag)
    return response


def page_or_fragment(
    request: HtmxHttpRequest, page: str, fragment: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """The same for what is not polled, such as a menu."""
    response = render(request, fragment if wants_fragment(request) else page, context, status=status)
    response["Vary"] = "HX-Request, HX-Request-Type"
    return response


def wants_fragment(request: HtmxHttpRequest) -> bool:
    """htmx asks for whole pages, too: a search draws its page anew."""
    return bool(request.htmx) and request.htmx.request_type != "full"


def tagged(tag: str) -> str:
    """A tag as pages carry it: that of another release is never the same."""
    return f"{settings.RELEASE}.{tag}"
