"""Views of the list that people keep: their own, and those that the team shares."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from jobs.job_list.filters import Filters
from jobs.models import Actor, AuditEntry, Organization, SavedView, put_back, row_of

MAX_VIEWS = 100


class NotKept(Exception):
    """The view was not saved; its text says why."""


@dataclass(frozen=True, slots=True)
class View:
    """A line of the menu. `is_current` tells that the list stands like this now."""

    name: str
    query: str
    is_current: bool
    saved: SavedView | None = None


@dataclass(frozen=True, slots=True)
class Views:
    """What the menu offers: what everybody has, one's own, what others share; and the query that could be saved."""

    given: list[View]
    mine: list[View]
    shared: list[View]
    query: str


def views_of(organization: Organization, user: User, query: str) -> Views:
    """`query` is that of the list on which the person asks."""
    now = canonical(query)
    saved = visible(organization, user)
    mine = [view for view in saved if view.owner_id == user.pk]
    shared = [view for view in saved if view.owner_id != user.pk]
    today = f"since={timezone.localdate().isoformat()}"
    given = {
        "All": "",
        "Running": "status=in_progress",
        "Failed": "status=failed",
        "Mine": "by=me",
        "Starred": "starred=me",
    }
    given["Today"] = today
    return Views(
        given=[View(name, asked, asked == now) for name, asked in given.items()],
        mine=_lines(mine, now),
        shared=_lines(shared, now),
        query=now,
    )


def visible(organization: Organization, user: User) -> QuerySet[SavedView]:
    """One's own, and what is shared."""
    found = organization.views.filter(Q(owner=user) | Q(is_shared=True))
    return found.select_related("owner", "organization")


def canonical(query: str) -> str:
    """What of a query filters understand, as they write it; the page is left out, and which view it came from."""
    return Filters.from_query(query).to_address(view=0)


def opened(organization: Organization, user: User, filters: Filters) -> View | None:
    """The saved view that the list was opened by; it is current while its filters are what it has."""
    saved = visible(organization, user).filter(pk=filters.view).first() if filters.view else None
    now = filters.to_address(view=0)
    return View(saved.name, now, saved.query == now, saved) if saved else None


def save_view(organization: Organization, user: User, *, name: str, query: str, is_shared: bool) -> SavedView:
    """Raises NotKept."""
    if _has_most(organization, user.pk):
        raise NotKept(f"You have {MAX_VIEWS} views here, which is the maximum. Delete one first.")
    view = SavedView(organization=organization, owner=user, query=canonical(query))
    return change_view(view, name=name, is_shared=is_shared)


def change_view(view: SavedView, *, name: str, is_shared: bool, query: str | None = None) -> SavedView:
    """With the filters that it has when no others are given. Raises NotKept."""
    view.name, view.is_shared = name, is_shared
    view.query = view.query if query is None else canonical(query)
    try:
        with transaction.atomic():
            view.save()
    except IntegrityError:
        raise NotKept("You already have a view with this name. Choose another name.") from None
    return view


def delete_view(actor: Actor, view: SavedView) -> None:
    with _written_down(actor, "view:delete", view):
        view.delete()


def restore_view(actor: Actor, words: str) -> SavedView:
    """Puts a deleted view back as it was, so that links to it hold again. Raises NotKept."""
    view = row_of(SavedView, words)
    if not User.objects.filter(pk=view.owner_id).exists():
        raise NotKept("Its owner no longer has an account here.")
    if _has_most(view.organization, view.owner_id):
        raise NotKept(f"There are now {MAX_VIEWS} others, which is the maximum.")
    try:
        with _written_down(actor, "view:restore", view):
            put_back(view)
    except IntegrityError:
        raise NotKept("A view with this name exists again.") from None
    return view


def _written_down(actor: Actor, action: str, view: SavedView) -> AbstractContextManager[object]:
    """The team's views are the team's to know about; what somebody keeps to themselves is in nobody's log."""
    if not view.is_shared:
        return nullcontext()
    return AuditEntry.around(actor, action, view.organization, subject=view.name)


def _has_most(organization: Organization, owner: int) -> bool:
    return organization.views.filter(owner=owner).count() >= MAX_VIEWS


def _lines(views: Iterable[SavedView], now: str) -> list[View]:
    return [View(view.name, view.query, view.query == now, view) for view in views]
