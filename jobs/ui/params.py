"""Days, pages and searches as they stand in addresses."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Self

from django.db.models import Q
from django.utils import timezone
from django.utils.dateparse import parse_date

MAX_QUERY = 200


def read_number(text: str) -> int:
    """Of a line or a row of a table; 0 for what is none."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


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


@dataclass(frozen=True, slots=True)
class Cursor:
    """The place of a job or an entry in a list: its time, its number, and what the list is sorted by where that may
    change (a number or nothing).

    `as_of` is the moment until which what goes on is counted, the same for all pages of a list that is sorted by time.
    """

    time: datetime
    pk: int
    key: int | None = None
    as_of: datetime | None = None

    @classmethod
    def read(cls, text: str) -> Self | None:
        """None for what is no cursor."""
        try:
            time, pk, key, as_of = json.loads(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
            moment = _moment(time)
            until = _moment(as_of) if as_of else None
        except (ValueError, TypeError, OverflowError, RecursionError):
            return None
        numbers = [pk] if key is None else [pk, key]
        is_sound = all(type(number) is int and abs(number) < 2**63 for number in numbers)
        return cls(moment, pk, key, until) if is_sound else None

    def beyond(self, column: str, comparison: str) -> Q:
        """What stands before (`gt`) or behind (`lt`) it in a list by this time, the newest first."""
        is_other_time = Q(**{f"{column}__{comparison}": self.time})
        return is_other_time | Q(**{column: self.time, f"pk__{comparison}": self.pk})

    def __str__(self) -> str:
        told = [self.time.isoformat(), self.pk, self.key, self.as_of.isoformat() if self.as_of else None]
        return urlsafe_b64encode(json.dumps(told, separators=(",", ":")).encode()).decode().rstrip("=")


def _moment(text: str) -> datetime:
    """Raises ValueError for one that no cursor of ours has."""
    moment = datetime.fromisoformat(text).astimezone(UTC)
    if not 1 < moment.year < 9999:
        raise ValueError(text)
    return moment
