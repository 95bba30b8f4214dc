"""Days, page numbers and searches as they stand in addresses."""

from __future__ import annotations

from datetime import date, datetime, time

from django.utils import timezone
from django.utils.dateparse import parse_date

MAX_QUERY = 200


def read_day(text: str) -> date | None:
    """A day as `2026-05-12`; None for what is none."""
    try:
        day = parse_date(text)
    except ValueError:
        return None
    # Neither end of the calendar can be moved by a day, or into another zone.
    return day if day and 1970 <= day.year < 9000 else None


def midnight(day: date) -> datetime:
    """When the day begins, in the zone of whoever asks."""
    return timezone.make_aware(datetime.combine(day, time.min))


def read_page(text: str) -> int:
    """A page's number, from 1; what makes no sense is the first page."""
    return max(1, int(text)) if text.isdecimal() and len(text) < 8 else 1


def read_query(text: str) -> str:
    """What is searched for: at most 200 letters, none of which a database refuses."""
    return text.replace("\0", "").strip()[:MAX_QUERY]
