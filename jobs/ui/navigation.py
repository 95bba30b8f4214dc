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
    *("detail", "log", "cancel", "delete", "resubmit", "compare", "submission", "create", "create-custom"),
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
