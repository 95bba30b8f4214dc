"""The places of an organization, which the bar, the switcher and the palette lead to; for templates where a reader is,
where they can go from there, and how often what they see is asked for anew.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import template
from django.template.context import Context
from django.urls import reverse

from jobs.ui.polling import PACES

register = template.Library()


@dataclass(frozen=True, slots=True)
class Place:
    """`route` is the name of its address, `within` those of pages that belong to it, `keys` lead there."""

    route: str
    label: str
    keys: str = ""
    within: tuple[str, ...] = ()

    def address(self, slug: str) -> str:
        return reverse(f"jobs:{self.route}", args=[slug])

    def holds(self, route: str) -> bool:
        return route == self.route or route in self.within


_OF_JOBS = (
    *(
        "detail",
        "log",
        "cancel",
        "delete",
        "resubmit",
        "resubmit-as-is",
        "compare",
        "submission",
        "notes",
        "note-edit",
        "note-delete",
        "create",
        "create-custom",
    ),
    *("filters", "display", "views", "view-edit", "view-delete", "bulk", "bulk-start", "bulk-run"),
)
JOBS = Place("list", "Jobs", "g j", _OF_JOBS)
PLACES = (
    JOBS,
    Place("models", "Models", "g m", ("model",)),
    Place("datasets", "Datasets", "g d", ("dataset", "dataset-counts")),
    Place("insights", "Insights", "g i"),
    Place("activity", "Activity", "g a"),
    Place("members", "Members"),
)


def place_of(route: str) -> Place:
    """The place to which the address of this name belongs; jobs are at home everywhere else."""
    return next((place for place in PLACES if place.holds(route)), JOBS)


@dataclass(frozen=True, slots=True)
class SettingsPlace:
    """A page of the settings, or a section of one; `within` are names of pages that belong to it."""

    route: str
    label: str
    section: str = ""
    within: tuple[str, ...] = ()

    @property
    def address(self) -> str:
        return reverse(self.route) + (f"#{self.section}" if self.section else "")

    def holds(self, route: str) -> bool:
        return route in self.within or (route == self.route and not self.section)


_KEYS = ("create", "edit", "organizations", "rotate", "remove")
SECURITY = SettingsPlace(
    "me",
    "Security",
    "sign-in",
    within=("account_email", "account_change_password", "account_set_password", "mfa_list_webauthn"),
)
OWN = (
    SettingsPlace("me", "Profile"),
    SECURITY,
    SettingsPlace("me", "Sessions", "sessions"),
    SettingsPlace("me", "Notifications", "notifications"),
    SettingsPlace("jobs:tokens", "API tokens"),
)
KEYS = SettingsPlace("jobs:keys", "API keys", within=tuple(f"jobs:key-{step}" for step in _KEYS))
OF_SITE = (
    KEYS,
    SettingsPlace("people", "People", within=("people-detail", "people-change")),
    SettingsPlace("jobs:site-activity", "Activity"),
)


def is_settings(route: str) -> bool:
    """Whether the address of this name, its namespace included, is one of the settings."""
    return any(place.holds(route) for place in (*OWN, *OF_SITE))


@register.simple_tag
def pace(usual: str, is_filling: bool = False) -> int:
    """Seconds between two polls; fewer while the piece is being filled in."""
    return PACES["filling" if is_filling else usual]


@register.simple_tag
def list_url(route: str, organization: Any, *args: str) -> str:
    """A page beside the list of an organization's jobs, or of those of all organizations."""
    return reverse(f"jobs:{route}", args=[*filter(None, [organization.slug]), *args])


@register.inclusion_tag("_places.html", takes_context=True)
def places(context: Context) -> dict[str, Any]:
    """The places of the page's organization; the one where the page belongs is marked."""
    match, slug = context["request"].resolver_match, context["organization"].slug
    here = match.url_name if match else ""
    return {"places": [(place, place.address(slug), place.holds(here)) for place in PLACES]}


@register.inclusion_tag("_settings_places.html", takes_context=True)
def settings_places(context: Context) -> dict[str, Any]:
    """The settings beside a page that is one of them: one's own, and the site's as far as its reader looks after it."""
    match, user = context["request"].resolver_match, context.get("user")
    route = match.view_name if match else ""
    if user is None or not user.is_authenticated or not is_settings(route):
        return {"groups": []}
    access = context.get("access") or context.get("kept")
    of_site = OF_SITE if user.is_superuser else (KEYS,) if access and access.role.may_administer else ()
    groups = [("You", OWN), *([("Site", of_site)] if of_site else [])]
    return {"groups": groups, "here": next(place for place in (*OWN, *OF_SITE) if place.holds(route))}
