"""Undo for saved views."""

from __future__ import annotations

from django.contrib.auth.models import User

from jobs.audit.undo import CHANGED, NotUndone, Told, note, undoes
from jobs.domain import Role
from jobs.models import Actor, Organization, SavedView, words_of
from jobs.permissions import access_for
from jobs.saved_views import service


def standing_of(view: SavedView) -> dict[str, object]:
    return {"name": view.name, "is_shared": view.is_shared, "query": view.query}


def view_saved(user: User, view: SavedView) -> str:
    return note(user, "view:save", slug=view.organization.slug, pk=view.pk, now=standing_of(view))


@undoes("view:save")
def _unsave_view(user: User, actor: Actor, told: Told) -> str:
    view = _own_view(access_for(user, told["slug"]).organization, user, told)
    service.delete_view(actor, view)
    return f"View “{view.name}” deleted again."


def view_changed(user: User, role: Role, view: SavedView, before: dict[str, object]) -> str:
    """Empty when nothing was, or when the person may not share it a second time."""
    may = role.may_operate or not before["is_shared"]
    changed = {"slug": view.organization.slug, "pk": view.pk, "before": before, "now": standing_of(view)}
    return note(user, "view:change", **changed) if may and before != changed["now"] else ""


@undoes("view:change")
def _change_view_back(user: User, actor: Actor, told: Told) -> str:
    needed = Role.OPERATOR if told["before"]["is_shared"] else Role.VIEWER
    view = _own_view(access_for(user, told["slug"], to=needed).organization, user, told)
    try:
        service.change_view(view, **told["before"])
    except service.NotKept as refusal:
        raise NotUndone(f"{refusal}") from None
    return f"View “{view.name}” restored."


def view_deleted(user: User, role: Role, view: SavedView) -> str:
    """To be asked before it is deleted. Empty for who may delete the view, but not make one like it."""
    is_own = view.owner_id == user.pk
    needed = (Role.OPERATOR if view.is_shared else Role.VIEWER) if is_own else Role.ADMINISTRATOR
    what = {"slug": view.organization.slug, "needed": needed.value, "words": words_of(view)}
    return note(user, "view:delete", **what) if role >= needed else ""


@undoes("view:delete")
def _restore_view(user: User, actor: Actor, told: Told) -> str:
    access_for(user, told["slug"], to=Role(told["needed"]))
    try:
        view = service.restore_view(actor, told["words"])
    except service.NotKept as refusal:
        raise NotUndone(f"{refusal}") from None
    return f"View “{view.name}” restored."


def _own_view(organization: Organization, user: User, told: Told) -> SavedView:
    """As it was left, or else it was somebody's wish meanwhile."""
    view = organization.views.filter(pk=told["pk"], owner=user, **told["now"]).first()
    if view is None:
        raise NotUndone(CHANGED)
    return view
