"""The places of an organization, which the bar, the switcher and the palette lead to."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse


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
