"""An invitation's link: whoever has it, signs in and becomes a member."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.views.decorators.http import require_http_methods

from jobs.access import client_address
from jobs.models import Actor, AuditEntry, Invitation


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest, token: str) -> HttpResponse:
    """What the invitation is to; by POST of somebody who is signed in, it is accepted."""
    try:
        invitation = Invitation.of_token(token)
    except Invitation.DoesNotExist:
        raise Http404("There is no such invitation.") from None
    if request.method == "POST" and isinstance(request.user, User):
        return _accept(request, request.user, invitation)
    sign_in = f"{resolve_url('sign-in')}?{urlencode({'next': request.path})}"
    status = 200 if invitation.is_open else 410
    return render(request, "members/join.html", {"invitation": invitation, "sign_in": sign_in}, status=status)


def _accept(request: HttpRequest, user: User, invitation: Invitation) -> HttpResponse:
    organization = invitation.organization
    subject = f"{user}, as {invitation.offered.label.lower()}"
    actor = Actor(user, client_address(request))
    entry = AuditEntry.begin(actor, "member:join", organization, subject=subject)
    if invitation.accept(user) is None:
        entry.finish(AuditEntry.Outcome.REJECTED, words="The invitation was over.")
        return redirect(request.path)
    entry.finish(AuditEntry.Outcome.DONE)
    messages.success(request, f"Welcome to {organization.name}.")
    return redirect(organization)
