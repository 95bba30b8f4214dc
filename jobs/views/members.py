"""Who belongs to an organization. Members see each other; administrators invite, promote and remove."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from jobs import services
from jobs.access import actor, organization_for, person
from jobs.domain import Role
from jobs.forms import InviteForm, RoleForm
from jobs.models import Invitation, Membership, Organization
from jobs.views.undoable import as_role, member_added, member_removed, role_changed

forms_only = require_http_methods(["GET", "HEAD", "POST"])


@forms_only
def member_list(request: HttpRequest, slug: str) -> HttpResponse:
    """The team; by POST an invitation, or a membership at once for somebody who has an account."""
    is_asking = request.method == "POST"
    organization = organization_for(person(request), slug, to=Role.ADMINISTRATOR if is_asking else Role.VIEWER)
    form = InviteForm(request.POST if is_asking else None)
    if is_asking and form.is_valid() and _invite(request, organization, form):
        return redirect("jobs:members", slug)
    team = services.team_of(organization)
    context = {"organization": organization, "team": team, "form": form, "roles": RoleForm().fields["role"].choices}  # type: ignore[attr-defined]
    return render(request, "members/list.html", context, status=422 if form.errors else 200)


@require_POST
def member_role(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    organization = organization_for(person(request), slug, to=Role.ADMINISTRATOR)
    membership = get_object_or_404(organization.memberships.select_related("user", "organization"), pk=pk)
    form, before = RoleForm(request.POST), membership.held
    if form.is_valid():
        services.change_role(actor(request), membership, form.cleaned_data["role"])
        undo = role_changed(person(request), membership, before)
        messages.success(request, f"{membership.user} is {as_role(membership.held)} now.", extra_tags=undo)
    else:
        messages.error(request, "Nothing was changed: there is no such role.")
    return redirect("jobs:members", slug)


@forms_only
def member_remove(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Asked first. Everybody may leave; to remove somebody else takes an administrator."""
    organization = organization_for(person(request), slug)
    membership = get_object_or_404(organization.memberships.select_related("user", "organization"), pk=pk)
    is_me = membership.user_id == person(request).pk
    if not is_me:
        organization_for(person(request), slug, to=Role.ADMINISTRATOR)
    if request.method != "POST":
        context = {"organization": organization, "membership": membership, "is_me": is_me}
        return render(request, "members/remove.html", context)
    _remove(request, membership, is_me)
    return redirect("jobs:organizations") if is_me else redirect("jobs:members", slug)


@require_POST
def invitation_withdraw(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    organization = organization_for(person(request), slug, to=Role.ADMINISTRATOR)
    invitation = get_object_or_404(organization.invitations, pk=pk)
    if services.withdraw(actor(request), invitation):
        whose = f" of {invitation.email}" if invitation.email else ""
        messages.success(request, f"The invitation{whose} is withdrawn: its link leads nowhere now.")
    else:
        messages.error(request, "Nothing was changed: the invitation was used or withdrawn already.")
    return redirect("jobs:members", slug)


def _invite(request: HttpRequest, organization: Organization, form: InviteForm) -> bool:
    """Whether there was something to do; otherwise the reason stands at the form."""
    name, role = form.cleaned_data["name"], form.cleaned_data["role"]
    known = services.known_person(name)
    if known and (known.is_superuser or organization.memberships.filter(user=known).exists()):
        form.add_error("name", f"{known} is here already.")
    elif known:
        member = services.add_member(actor(request), organization, known, role)
        undo = member_added(person(request), member)
        messages.success(request, f"{known} is {as_role(role)} of {organization.name} now.", extra_tags=undo)
    elif name and "@" not in name:
        form.add_error("name", "Nobody here has that name. Give an e-mail address, or leave it empty for a link.")
    else:
        invitation = services.invite(actor(request), organization, role, email=name)
        is_sent = services.send_invitation(invitation, _link(request, invitation))
        how = f"is on its way to {name}" if is_sent else "is made: pass its link on, below"
        messages.success(request, f"The invitation {how}; it works once, for seven days.")
    return not form.errors


def _remove(request: HttpRequest, membership: Membership, is_me: bool) -> None:
    undo = member_removed(person(request), membership)
    services.remove_member(actor(request), membership)
    told = f"{'You have' if is_me else f'{membership.user} has'} left {membership.organization.name}."
    messages.success(request, told, extra_tags=undo)


def _link(request: HttpRequest, invitation: Invitation) -> str:
    path = reverse("join", args=[invitation.token])
    return settings.SITE_URL + path if settings.SITE_URL else request.build_absolute_uri(path)
