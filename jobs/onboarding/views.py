"""The steps from no key to first job and team."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from jobs.onboarding import service
from jobs.permissions import accesses_for, person
from jobs.ui.polling import HtmxHttpRequest, page_or_partial, short_answer


@require_safe
def first_steps(request: HtmxHttpRequest) -> HttpResponse:
    """A page for everybody, each with what they may do; the steps on the first page poll it, too."""
    accesses = accesses_for(person(request))
    guide = service.first_steps(person(request), accesses)
    watched = [access.organization for access in accesses if not access.role.may_operate]
    context = {"guide": guide, "watched": watched}
    return short_answer(request, guide.tag) or page_or_partial(
        request, "onboarding/page.html", "onboarding/_steps.html", context, tag=guide.tag
    )


@require_POST
def first_steps_away(request: HttpRequest) -> HttpResponse:
    service.dismiss(person(request))
    messages.success(request, "Dismissed. You can find “Get started” in the menu under your name.")
    return redirect("jobs:organizations")
