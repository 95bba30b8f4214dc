"""Deeds that can be undone: for each the note that its message carries, and how it is undone later.

Not among them: what the cloud was told, keys, tokens, sessions and passwords, and a withdrawn invitation, whose link
must stay dead. Nor leaving an organization: whoever has left may not let themselves in again.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied

from jobs import services
from jobs.access import organization_for
from jobs.domain import Role
from jobs.models import Actor, ApiSettings, Job, Membership, Organization, SavedView, words_of
from jobs.undoing import NotUndone, Told, note, undoes

CHANGED = "It was already undone, or changed in the meantime."


# -- Views of the list -------------------------------------------------------------------------------------------------
def standing_of(view: SavedView) -> dict[str, object]:
    return {"name": view.name, "is_shared": view.is_shared}


def view_saved(user: User, view: SavedView) -> str:
    return note(user, "view:save", slug=view.organization.slug, pk=view.pk, now=standing_of(view))


@undoes("view:save")
def _unsave_view(user: User, actor: Actor, told: Told) -> str:
    view = _own_view(organization_for(user, told["slug"]), user, told)
    services.delete_view(actor, view)
    return f"View “{view.name}” deleted again."


def view_changed(user: User, view: SavedView, before: dict[str, object]) -> str:
    """Empty when nothing was, or when the person may not share it a second time."""
    may = view.organization.role.may_operate or not before["is_shared"]
    changed = {"slug": view.organization.slug, "pk": view.pk, "before": before, "now": standing_of(view)}
    return note(user, "view:change", **changed) if may and before != changed["now"] else ""


@undoes("view:change")
def _change_view_back(user: User, actor: Actor, told: Told) -> str:
    needed = Role.OPERATOR if told["before"]["is_shared"] else Role.VIEWER
    view = _own_view(organization_for(user, told["slug"], to=needed), user, told)
    try:
        services.change_view(view, **told["before"])
    except services.NotKept as refusal:
        raise NotUndone(f"{refusal}") from None
    return f"View “{view.name}” restored."


def view_deleted(user: User, view: SavedView) -> str:
    """To be asked before it is deleted. Empty for who may delete the view, but not make one like it."""
    is_own = view.owner_id == user.pk
    needed = (Role.OPERATOR if view.is_shared else Role.VIEWER) if is_own else Role.ADMINISTRATOR
    what = {"slug": view.organization.slug, "needed": needed.value, "words": words_of(view)}
    return note(user, "view:delete", **what) if view.organization.role >= needed else ""


@undoes("view:delete")
def _restore_view(user: User, actor: Actor, told: Told) -> str:
    organization_for(user, told["slug"], to=Role(told["needed"]))
    try:
        view = services.restore_view(actor, told["words"])
    except services.NotKept as refusal:
        raise NotUndone(f"{refusal}") from None
    return f"View “{view.name}” restored."


def _own_view(organization: Organization, user: User, told: Told) -> SavedView:
    """As it was left, or else it was somebody's wish meanwhile."""
    view = organization.views.filter(pk=told["pk"], owner=user, **told["now"]).first()
    if view is None:
        raise NotUndone(CHANGED)
    return view


# -- Members -----------------------------------------------------------------------------------------------------------
def as_role(role: Role) -> str:
    return f"{'a' if role == Role.VIEWER else 'an'} {role.label.lower()}"


def role_changed(user: User, member: Membership, before: Role) -> str:
    """Empty when it was not, and for one's own: who gave away a right can't take it back. Nor for an administrator, who
    would be made one again: that asks who one is.
    """
    if member.role == before or member.user_id == user.pk or before.may_administer:
        return ""
    changed = {"slug": member.organization.slug, "pk": member.pk, "before": before.value, "now": member.role}
    return note(user, "member:change", **changed)


@undoes("member:change")
def _change_role_back(user: User, actor: Actor, told: Told) -> str:
    member = _member(user, told)
    try:
        services.change_role(actor, member, Role(told["before"]))
    except services.Meanwhile as refusal:
        raise NotUndone(f"{refusal}") from None
    return f"{member.user} is {as_role(member.held)} again."


def member_removed(user: User, member: Membership) -> str:
    """To be asked before they are. Empty for who leaves, and for an administrator."""
    what = {"slug": member.organization.slug, "words": words_of(member)}
    return note(user, "member:remove", **what) if member.user_id != user.pk and not member.held.may_administer else ""


@undoes("member:remove")
def _restore_member(user: User, actor: Actor, told: Told) -> str:
    organization_for(user, told["slug"], to=Role.ADMINISTRATOR)
    try:
        member = services.restore_member(actor, told["words"])
    except services.Meanwhile as refusal:
        raise NotUndone(f"{refusal}") from None
    return f"{member.user} is {as_role(member.held)} of {member.organization.name} again."


def _member(user: User, told: Told) -> Membership:
    organization = organization_for(user, told["slug"], to=Role.ADMINISTRATOR)
    found = organization.memberships.select_related("user", "organization")
    member = found.filter(pk=told["pk"], role=told["now"]).first()
    if member is None:
        raise NotUndone(CHANGED)
    return member


# -- Whose job it is ---------------------------------------------------------------------------------------------------
def job_claimed(user: User, organization: Organization, viam_id: str, is_mine: bool) -> str:
    return note(user, "job:claim", slug=organization.slug, viam_id=viam_id, is_mine=is_mine)


@undoes("job:claim")
def _change_claim_back(user: User, actor: Actor, told: Told) -> str:
    organization = organization_for(user, told["slug"], to=Role.OPERATOR)
    job: Job | None = organization.jobs.filter(viam_id=told["viam_id"]).first()
    change = services.disown_job if told["is_mine"] else services.claim_job
    if job is None or not change(actor, organization, job.viam_id):
        raise NotUndone(CHANGED)
    return f"{job} is {'no longer claimed' if told['is_mine'] else 'claimed by you again'}."


# -- Which organizations are shown -------------------------------------------------------------------------------------
def shown_of(row: ApiSettings) -> list[str]:
    return sorted(row.organizations.filter(is_shown=True).values_list("viam_id", flat=True))


def shown_changed(user: User, row: ApiSettings, before: Sequence[str]) -> str:
    now = shown_of(row)
    return note(user, "organizations:show", pk=str(row.pk), before=before, now=now) if now != before else ""


@undoes("organizations:show")
def _show_as_before(user: User, actor: Actor, told: Told) -> str:
    if not user.is_superuser:
        raise PermissionDenied
    row = ApiSettings.objects.filter(pk=told["pk"]).first()
    if row is None or shown_of(row) != told["now"]:
        raise NotUndone(CHANGED)
    services.choose(row, told["before"], actor)
    return f"The organizations shown of {row.label} are restored."
