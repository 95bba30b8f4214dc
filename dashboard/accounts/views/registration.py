"""Accounts come to be: the first owner by the set-up, others by an invitation."""

from __future__ import annotations

from allauth.account.internal.flows.email_verification import send_verification_email_to_address
from allauth.account.internal.flows.login import perform_login
from allauth.account.models import EmailAddress, Login
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import User
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from dashboard.accounts import registration, throttle
from dashboard.accounts.forms import NewPersonForm, SetUpForm
from jobs.models import Invitation, address_key
from jobs.permissions import client_address, invitations_for, person


@login_not_required
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest, token: str) -> HttpResponse:
    """What the invitation is to; by POST it is accepted, by somebody who is signed in or who makes an account."""
    try:
        invitation = Invitation.of_token(token)
    except Invitation.DoesNotExist:
        raise Http404("Invitation not found.") from None
    if request.method != "POST" or not invitation.is_open:
        return _page(request, invitation, NewPersonForm(initial={"email": invitation.email}))
    if isinstance(request.user, User):
        return _accept(request, invitation) or _page(request, invitation)
    return _newcomer(request, invitation)


@require_POST
def invitation_accept(request: HttpRequest, pk: int) -> HttpResponse:
    """Of those that wait for this person: others don't exist."""
    invitation = get_object_or_404(invitations_for(person(request)), pk=pk)
    answer = _accept(request, invitation)
    if answer is None:
        messages.error(request, "Nothing was changed: the invitation was withdrawn or has expired.")
    return answer or redirect("jobs:organizations")


@require_POST
def invitation_decline(request: HttpRequest, pk: int) -> HttpResponse:
    invitation = get_object_or_404(invitations_for(person(request)), pk=pk)
    registration.decline(person(request), client_address(request), invitation)
    messages.success(request, f"Invitation to {invitation.organization.name} declined.")
    return redirect("jobs:organizations")


def _newcomer(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    """Somebody new: an account, signed in at once, and a member."""
    form = NewPersonForm(request.POST)
    if not form.is_valid():
        return _page(request, invitation, form, status=422)
    # Names are unique, so a refusal tells that one is taken: not as often as somebody likes.
    attempt = throttle.begin(request, f"invitation {invitation.pk}")
    if attempt is None:
        return render(request, "429.html", status=429)
    is_proven = invitation.came_by_mail and address_key(form.cleaned_data["email"]) == invitation.email
    try:
        user = registration.accept_as_newcomer(
            client_address(request),
            invitation,
            form.cleaned_data["username"],
            form.saver(email_verified=is_proven),
        )
    except registration.NotCreated:
        return _page(request, invitation, form, status=422)
    except registration.Over:
        return _page(request, invitation)
    throttle.succeeded(attempt)
    perform_login(request, Login(user=user))
    ask_to_verify(request, user)
    return _welcome(request, invitation)


def ask_to_verify(request: HttpRequest, user: User) -> None:
    """Mails a link that verifies the address which somebody gave for their new account, where there is one."""
    listed = EmailAddress.objects.filter(user=user, verified=False).first()
    if listed and settings.SENDS_MAIL:
        send_verification_email_to_address(request, listed)


def _accept(request: HttpRequest, invitation: Invitation) -> HttpResponse | None:
    """To the organization; None when somebody was faster and the invitation is over."""
    try:
        registration.accept(person(request), client_address(request), invitation)
    except registration.Over:
        return None
    return _welcome(request, invitation)


def _welcome(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    messages.success(request, f"Welcome to {invitation.organization.name}.")
    return redirect(invitation.organization)


def _page(
    request: HttpRequest, invitation: Invitation, form: NewPersonForm | None = None, status: int = 200
) -> HttpResponse:
    is_open = invitation.is_open
    context = {"invitation": invitation, "is_open": is_open, "form": form}
    return render(request, "members/join.html", context, status=status if is_open else 410)


@login_not_required
@sensitive_post_parameters("password", "code")
@require_http_methods(["GET", "POST"])
def set_up(request: HttpRequest) -> HttpResponse:
    if not registration.nobody_is_here():
        return redirect("sign-in")
    form = SetUpForm(request.POST or None)
    if request.method == "POST":
        attempt = throttle.begin(request, "set-up")
        if attempt is None:
            return render(request, "429.html", status=429)
        if form.is_valid() and (owner := _first_owner(form)):
            throttle.succeeded(attempt)
            messages.success(request, f"{owner} is now the site owner.")
            signed_in: HttpResponse = perform_login(request, Login(user=owner))
            ask_to_verify(request, owner)
            return signed_in
    return render(request, "accounts/set_up.html", {"form": form}, status=422 if form.is_bound else 200)


def _first_owner(form: SetUpForm) -> User | None:
    """Of two who set the site up at once, one does: None for the other."""
    save = form.saver(owner=True)
    with transaction.atomic():
        registration.queue_up()
        if registration.nobody_is_here():
            return save()
    form.add_error(None, "Someone else has just set up this site. Sign in.")
    return None
