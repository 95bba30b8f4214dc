"""An invitation's link: whoever has it becomes a member, signed in already or as somebody new."""

from __future__ import annotations

from allauth.account.internal.flows.login import perform_login
from allauth.account.models import Login
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from dashboard.accounts.forms import NewPersonForm
from jobs.access import client_address
from jobs.models import Actor, AuditEntry, Invitation


@login_not_required
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest, token: str) -> HttpResponse:
    """What the invitation is to; by POST it is accepted, by somebody who is signed in or who makes an account."""
    try:
        invitation = Invitation.of_token(token)
    except Invitation.DoesNotExist:
        raise Http404("There is no such invitation.") from None
    if request.method != "POST" or not invitation.is_open:
        return _page(request, invitation, NewPersonForm(initial={"email": invitation.email}))
    if isinstance(request.user, User):
        return _accept(request, request.user, invitation) or redirect(request.path)
    return _newcomer(request, invitation)


def _newcomer(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    """Somebody new: an account, signed in at once, and a member."""
    form = NewPersonForm(request.POST)
    user = form.save() if form.is_valid() else None
    if user is None:
        return _page(request, invitation, form, status=422)
    perform_login(request, Login(user=user))
    return _accept(request, user, invitation) or redirect("jobs:organizations")


def _accept(request: HttpRequest, user: User, invitation: Invitation) -> HttpResponse | None:
    """To the organization; None when somebody was faster and the invitation is over."""
    organization = invitation.organization
    subject = f"{user}, as {invitation.offered.label.lower()}"
    entry = AuditEntry.begin(Actor(user, client_address(request)), "member:join", organization, subject=subject)
    if invitation.accept(user) is None:
        entry.finish(AuditEntry.Outcome.REJECTED, words="The invitation was over.")
        return None
    entry.finish(AuditEntry.Outcome.DONE)
    messages.success(request, f"Welcome to {organization.name}.")
    return redirect(organization)


def _page(request: HttpRequest, invitation: Invitation, form: NewPersonForm, status: int = 200) -> HttpResponse:
    context = {"invitation": invitation, "form": form}
    return render(request, "members/join.html", context, status=status if invitation.is_open else 410)
