"""Signing out elsewhere."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from dashboard.accounts import sessions
from jobs.permissions import person


@require_POST
def end_sessions(request: HttpRequest) -> HttpResponse:
    sessions.end_others(person(request), request.session.session_key)
    messages.success(request, "You were signed out everywhere else.")
    return redirect("me")


@require_POST
def end_session(request: HttpRequest, pk: int) -> HttpResponse:
    for device in sessions.end_others(person(request), request.session.session_key, only=pk):
        messages.success(request, f"You were signed out on {device}.")
    return redirect("me")
