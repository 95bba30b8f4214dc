"""Where a reader is, and where they can go from there. Takes values, asks nobody."""

from __future__ import annotations

from typing import Any

from django import template
from django.template.context import Context

from jobs.ui.navigation import PLACES

register = template.Library()


@register.inclusion_tag("_places.html", takes_context=True)
def places(context: Context) -> dict[str, Any]:
    """The places of the page's organization; the one where the page belongs is marked."""
    here, slug = context["request"].resolver_match.url_name, context["organization"].slug
    return {"places": [(place, place.address(slug), place.holds(here)) for place in PLACES]}
