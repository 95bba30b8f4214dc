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
from jobs.models import Invitation, Organization

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
    form = RoleForm(request.POST)
    if form.is_valid():
        services.change_role(actor(request), membership, form.cleaned_data["role"])
        messages.success(request, f"{membership.user} is {_article(membership.held)} now.")
    else:
        messages.error(request, "There is no such role. Nothing was changed.")
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
    services.remove_member(actor(request), membership)
    messages.success(request, f"{'You have' if is_me else f'{membership.user} has'} left {organization.name}.")
    return redirect("jobs:organizations") if is_me else redirect("jobs:members", slug)


@require_POST
def invitation_withdraw(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    organization = organization_for(person(request), slug, to=Role.ADMINISTRATOR)
    services.withdraw(actor(request), get_object_or_404(organization.invitations, pk=pk))
    messages.success(request, "The invitation is withdrawn: its link leads nowhere now.")
    return redirect("jobs:members", slug)


def _invite(request: HttpRequest, organization: Organization, form: InviteForm) -> bool:
    """Whether there was something to do; otherwise the reason stands at the form."""
    name, role = form.cleaned_data["name"], form.cleaned_data["role"]
    known = services.known_person(name)
    if known and (known.is_superuser or organization.memberships.filter(user=known).exists()):
        form.add_error("name", f"{known} is here already.")
    elif known:
        services.add_member(actor(request), organization, known, role)
        messages.success(request, f"{known} is {_article(role)} of {organization.name} now.")
    elif name and "@" not in name:
        form.add_error("name", "Nobody here has that name. Give an e-mail address, or leave it empty for a link.")
    else:
        invitation = services.invite(actor(request), organization, role, email=name)
        is_sent = services.send_invitation(invitation, _link(request, invitation))
        how = f"It is on its way to {name}" if is_sent else "Pass its link on, below"
        messages.success(request, f"{how}; it works once, for seven days.")
    return not form.errors


def _link(request: HttpRequest, invitation: Invitation) -> str:
    path = reverse("join", args=[invitation.token])
    return settings.SITE_URL + path if settings.SITE_URL else request.build_absolute_uri(path)


def _article(role: Role) -> str:
    return f"{'a' if role == Role.VIEWER else 'an'} {role.label.lower()}"
