"""Figures -> text, and bars that need neither script nor style. Takes values, asks nobody."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django import template
from django.utils.safestring import SafeString

from jobs.templatetags.formatting import duration
from jobs.ui.text import percent

register = template.Library()


@register.simple_tag
def piled(parts: Iterable[tuple[str, int]], largest: int) -> SafeString:
    """A bar of parts, one beside the other; `largest` is how many a full bar has. Words of ours and numbers alone."""
    drawn, start = [], 0
    for word, count in parts:
        drawn.append(f'<rect data-role="{word}" x="{start}" width="{int(count)}" height="1"/>')
        start += int(count)
    box = f'viewBox="0 0 {max(1, int(largest))} 1" preserveAspectRatio="none"'
    return SafeString(f'<svg class="piled" {box} aria-hidden="true">{"".join(drawn)}</svg>')


@register.filter
def figure(value: float | None, unit: str) -> str:
    """A count, a share in percent, or seconds as a duration; a dash where there is none."""
    if value is None:
        return "–"
    if unit == "seconds":
        return duration(timedelta(seconds=value))
    return share(value) if unit == "share" else f"{value:,}"


@register.filter
def share(value: float | None) -> str:
    """A share in whole percent, but 100 and 0 only where it is all or nothing."""
    return "–" if value is None else percent(value)
