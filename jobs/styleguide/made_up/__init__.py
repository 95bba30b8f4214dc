"""What the style guide shows: people, jobs and figures that nobody ever met, made anew for each look, never stored."""

from __future__ import annotations

from typing import Any

from jobs.domain import Role
from jobs.permissions import Access
from jobs.styleguide.made_up import forms, jobs, lists, logs, organizations, people, states
from jobs.styleguide.made_up.people import ANA, organization
from jobs.ui.navigation import PLACES


def values() -> dict[str, Any]:
    """By the subject under which templates find them."""
    here = organization()
    return {
        "access": Access(here, Role.OWNER),
        "ana": ANA,
        "themes": ("light", "dark"),
        "places": PLACES,
        "states": states.values(),
        "forms": forms.values(here),
        "lists": lists.values(here),
        "jobs": jobs.values(here),
        "logs": logs.values(here),
        "several": jobs.several(here),
        "organizations": organizations.values(here),
        "people": people.values(here),
        "insights": logs.insights_values(here),
    }
