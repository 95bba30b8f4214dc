"""Who belongs to an organization. Members see each other; administrators invite, promote and remove."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from jobs.domain import Role
from jobs.members import service
from jobs.members.forms import InviteForm, RoleForm
from jobs.members.undo import as_role, member_removed, role_changed
from jobs.models import Invitation, Membership, Organization
from jobs.permissions import access_for, actor, person
from jobs.reauthentication import ask_again, typed_before
from jobs.ui.local_addresses import beginning
from jobs.ui.polling import HtmxHttpRequest

TOO_MANY = "Too many invitations in one minute. Wait a minute, then try again."

forms_only = require_http_methods(["GET", "HEAD", "POST"])


@forms_only
def member_list(request: HtmxHttpRequest, slug: str) -> HttpResponse:
    """The team; by POST an invitation, which tells nothing of who has an account."""
    is_asking = request.method == "POST"
    access = access_for(person(request), slug, to=Role.ADMINISTRATOR if is_asking else Role.VIEWER)
    form = InviteForm(request.POST if is_asking else None, initial=typed_before(request))
    makes_administrator = is_asking and form.is_valid() and form.cleaned_data["role"].may_administer
    if makes_administrator and (again := ask_again(request, person(request), keep=("name", "role"))):
        return again
    if is_asking and form.is_valid() and _invite(request, access.organization, form):
        return redirect("jobs:members", slug)
    team = service.team_of(access.organization)
    context = {**access.context, "team": team, "form": form, "roles": RoleForm().fields["role"].choices}  # type: ignore[attr-defined]
    too_many = form.has_error("__all__", "too-many")
    answer = render(request, "members/list.html", context, status=429 if too_many else 422 if form.errors else 200)
    if too_many:
        answer["Retry-After"] = str(service.TooManyInvitations.retry_after)
    return answer


@require_POST
def member_role(request: HtmxHttpRequest, slug: str, pk: int) -> HttpResponse:
    organization = access_for(person(request), slug, to=Role.ADMINISTRATOR).organization
    membership = get_object_or_404(organization.memberships.select_related("user", "organization"), pk=pk)
    form = RoleForm(request.POST)
    if form.is_valid():
        there = reverse("jobs:members", args=[slug])
        if form.cleaned_data["role"].may_administer and (again := ask_again(request, person(request), back=there)):
            return again
        _change_role(request, membership, form.cleaned_data["role"])
    else:
        messages.error(request, "Nothing was changed: choose a role from the list.")
    return redirect("jobs:members", slug)


@forms_only
def member_remove(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Asked first. Everybody may leave; to remove somebody else takes an administrator."""
    access = access_for(person(request), slug)
    membership = get_object_or_404(access.organization.memberships.select_related("user", "organization"), pk=pk)
    is_me = membership.user_id == person(request).pk
    if not is_me:
        access_for(person(request), slug, to=Role.ADMINISTRATOR)
    if request.method != "POST":
        context = {**access.context, "membership": membership, "is_me": is_me}
        return render(request, "members/remove.html", context)
    _remove(request, membership, is_me)
    return redirect("jobs:organizations") if is_me else redirect("jobs:members", slug)


@require_POST
def invitation_withdraw(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    organization = access_for(person(request), slug, to=Role.ADMINISTRATOR).organization
    invitation = get_object_or_404(organization.invitations, pk=pk)
    with _told_when_refused(request):
        if service.withdraw(actor(request), invitation):
            whose = f" of {invitation.whom}" if invitation.whom else ""
            messages.success(request, f"The invitation{whose} was withdrawn and can no longer be accepted.")
        else:
            messages.error(request, "Nothing was changed: the invitation was already used or withdrawn.")
    return redirect("jobs:members", slug)


def _invite(request: HttpRequest, organization: Organization, form: InviteForm) -> bool:
    """Whether there was something to do; otherwise the reason stands at the form."""
    name, role = form.cleaned_data["name"], form.cleaned_data["role"]
    # Of those alone whom this page lists anyway.
    if any(service.same_name(name, shown) for shown in service.names_of(service.team_of(organization))):
        form.add_error("name", f"{name} is already a member.")
        return False
    try:
        invitation = service.invite(actor(request), organization, role, **form.whom)
    except service.TooManyInvitations:
        form.add_error(None, forms.ValidationError(TOO_MANY, code="too-many"))
        return False
    except service.Meanwhile as refusal:
        form.add_error(None, f"{refusal}")
        return False
    is_sent = service.send_invitation(invitation, _mailed_link(request, invitation))
    messages.success(request, _told(invitation, is_sent))
    return True


def _told(invitation: Invitation, is_sent: bool) -> str:
    """The same whether or not somebody here has that address or name."""
    if invitation.username:
        return f"Invitation created. If the user {invitation.username} exists, they see it when they sign in."
    if is_sent:
        return f"Invitation sent to {invitation.email}. Its link works once, for 7 days."
    return "Invitation created. Copy its link below and pass it on; it works once, for 7 days."


def _change_role(request: HttpRequest, membership: Membership, role: Role) -> None:
    before = membership.held
    with _told_when_refused(request):
        service.change_role(actor(request), membership, role)
        undo = role_changed(person(request), membership, before)
        messages.success(request, f"{membership.user} is now {as_role(role)}.", extra_tags=undo)


def _remove(request: HttpRequest, membership: Membership, is_me: bool) -> None:
    undo = member_removed(person(request), membership)
    with _told_when_refused(request):
        service.remove_member(actor(request), membership)
        told = f"{'You have' if is_me else f'{membership.user} has'} left {membership.organization.name}."
        messages.success(request, told, extra_tags=undo)


@contextmanager
def _told_when_refused(request: HttpRequest) -> Iterator[None]:
    """Somebody else was faster."""
    try:
        yield
    except service.Meanwhile as refusal:
        messages.error(request, f"Nothing was changed. {refusal}")


def _mailed_link(request: HttpRequest, invitation: Invitation) -> str:
    return beginning(request) + reverse("join", args=[invitation.mail_token])
