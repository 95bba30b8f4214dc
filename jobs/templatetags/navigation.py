"""Where a reader is, where they can go from there, and how often what they see is asked for anew."""

from __future__ import annotations

from typing import Any

from django import template
from django.template.context import Context

from jobs.ui.navigation import PLACES
from jobs.ui.polling import PACES

register = template.Library()


@register.simple_tag
def pace(usual: str, is_filling: bool = False) -> int:
    """Seconds between two polls; fewer while the piece is being filled in."""
    return PACES["filling" if is_filling else usual]


@register.inclusion_tag("_places.html", takes_context=True)
def places(context: Context) -> dict[str, Any]:
    """The places of the page's organization; the one where the page belongs is marked."""
    match, slug = context["request"].resolver_match, context["organization"].slug
    here = match.url_name if match else ""
    return {"places": [(place, place.address(slug), place.holds(here)) for place in PLACES]}
