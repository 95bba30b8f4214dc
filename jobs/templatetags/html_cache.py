"""Pieces of pages that are drawn once for everybody who sees the same: most of a list is as it was a moment ago."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from time import time
from typing import Protocol

from django import template
from django.conf import settings
from django.template.context import Context
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

# Characters of HTML that a process keeps, some 20 lists with all their rows.
MAX_KEPT = 4_000_000
# Seconds for which what is still going on stands as it was drawn: the browser counts its times on, from times that
# don't change.
LASTS = 5.0


class Value(Protocol):
    """Everything that a piece shows of a job or a list: equal values look alike."""

    @property
    def is_over(self) -> bool: ...
    def __hash__(self) -> int: ...


class _Kept(dict[Hashable, SafeString]):
    """Pieces by what they show; when they are too many, all are forgotten."""

    size = 0

    def keep(self, key: Hashable, html: SafeString) -> SafeString:
        if self.size > MAX_KEPT:
            self.forget()
        self.size += len(html)
        self[key] = html
        return html

    def forget(self) -> None:
        self.size = 0
        self.clear()


kept = _Kept()


@register.simple_tag(takes_context=True)
def drawn(context: Context, name: str, value: Value, query: str = "") -> SafeString:
    """The template `name`, which may show `it`, its organization and the role there, and what was searched for; nothing
    else of the request.
    """
    access = context["access"].to(value)
    pulse = None if value.is_over else int(time() / LASTS)
    zone = timezone.get_current_timezone_name()
    key = (name, access.seen_as, zone, pulse, value, query)
    html = kept.get(key)
    if html is None:
        html = _draw(access.context, name, value, query)
        # While templates are worked on, each is drawn as it is now.
        return html if settings.DEBUG else kept.keep(key, html)
    return html


@register.simple_tag(takes_context=True)
def all_drawn(context: Context, name: str, values: Iterable[Value], query: str = "") -> SafeString:
    """Each of the values, drawn by the template `name`."""
    # Made of what templates drew, which escape what comes from outside.
    return mark_safe("".join([drawn(context, name, value, query) for value in values]))  # noqa: S308


def _draw(page: dict[str, object], name: str, value: Value, query: str) -> SafeString:
    alone = Context({**page, "it": value, "query": query}, autoescape=True)
    return template.Engine.get_default().get_template(name).render(alone)
