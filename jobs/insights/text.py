"""Shares and times as people say them."""

from __future__ import annotations

from jobs.compare.differences import rounded


def percent(share: float) -> str:
    """In whole percent, but 100 and 0 only where it is all or nothing."""
    whole = round(100 * share)
    if share < 1:
        whole = min(99, whole)
    return f"{max(1, whole) if share else 0}%"


def about(seconds: float) -> str:
    """How long, roughly, for people: hours from two hours on."""
    hours = seconds / 3600
    if hours >= 100:
        return f"{hours:,.0f} h"
    return f"{hours:.1f} h" if hours >= 2 else rounded(seconds)
