"""The button in a message: what was done is undone, and the page on which it stood tells so."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from jobs.actions.views import came_from
from jobs.audit import undo as undo_
from jobs.permissions import actor, person
from jobs.ui.polling import HtmxHttpRequest


@require_POST
def undo(request: HtmxHttpRequest) -> HttpResponse:
    """Whose the note is and what they may do now is asked anew, whatever was true when it was written."""
    try:
        told = undo_.undo(person(request), actor(request), request.POST.get("note", ""))
    except undo_.NotUndone as refusal:
        messages.error(request, f"Nothing was undone. {refusal}")
    except (Http404, PermissionDenied):
        messages.error(request, "Nothing was undone. You may no longer change this.")
    else:
        messages.success(request, told)
    return redirect(came_from(request) or "jobs:organizations")
