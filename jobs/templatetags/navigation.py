"""Where a reader is, where they can go from there, and how often what they see is asked for anew."""

from __future__ import annotations

from typing import Any

from django import template
from django.template.context import Context
from django.urls import reverse

from jobs.ui.navigation import KEYS, OF_SITE, OWN, PLACES, is_settings
from jobs.ui.polling import PACES

register = template.Library()


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
