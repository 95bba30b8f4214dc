"""Undo for roles and removals."""

from __future__ import annotations

from django.contrib.auth.models import User

from jobs.audit.undo import CHANGED, NotUndone, Told, note, undoes
from jobs.domain import Role
from jobs.members import service
from jobs.models import Actor, Membership, words_of
from jobs.permissions import access_for


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
        service.change_role(actor, member, Role(told["before"]))
    except service.Meanwhile as refusal:
        raise NotUndone(f"{refusal}") from None
    return f"{member.user} is {as_role(member.held)} again."


def member_removed(user: User, member: Membership) -> str:
    """To be asked before they are. Empty for who leaves, and for an administrator."""
    what = {"slug": member.organization.slug, "words": words_of(member)}
    return note(user, "member:remove", **what) if member.user_id != user.pk and not member.held.may_administer else ""


@undoes("member:remove")
def _restore_member(user: User, actor: Actor, told: Told) -> str:
    access_for(user, told["slug"], to=Role.ADMINISTRATOR)
    try:
        member = service.restore_member(actor, told["words"])
    except service.Meanwhile as refusal:
        raise NotUndone(f"{refusal}") from None
    return f"{member.user} is {as_role(member.held)} of {member.organization.name} again."


def _member(user: User, told: Told) -> Membership:
    organization = access_for(user, told["slug"], to=Role.ADMINISTRATOR).organization
    found = organization.memberships.select_related("user", "organization")
    member = found.filter(pk=told["pk"], role=told["now"]).first()
    if member is None:
        raise NotUndone(CHANGED)
    return member
