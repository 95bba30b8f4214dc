"""Times as people say them."""

from __future__ import annotations

from jobs.compare.differences import rounded


def about(seconds: float) -> str:
    """How long, roughly, for people: hours from two hours on."""
    hours = seconds / 3600
    if hours >= 100:
        return f"{hours:,.0f} h"
    return f"{hours:.1f} h" if hours >= 2 else rounded(seconds)
