"""Which time Insights tell of, and the days or weeks that it is cut into: those of the reader's time zone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Self

from django.utils import timezone

from jobs.domain import in_readers_zone

PERIODS = {"7": "7 days", "30": "30 days", "90": "90 days", "all": "All"}
STEPS = {"day": "Days", "week": "Weeks"}
DAY = timedelta(days=1)
# What a chart can show: more days than that are told by the week, and of more weeks the latest.
MAX_DAYS, MAX_WEEKS = 184, 400


@dataclass(frozen=True, slots=True)
class Bucket:
    """A day, or a week from Monday on, cut to the period; both dates belong to it."""

    since: date
    until: date

    @property
    def label(self) -> str:
        first = f"{self.since.day} {self.since:%b}"
        return first if self.since == self.until else f"{first} – {self.until.day} {self.until:%b}"

    @property
    def full_label(self) -> str:
        return f"{self.label} {self.until.year}"

    def moments(self, zone: tzinfo) -> tuple[datetime, datetime]:
        """From the first moment to the one after the last."""
        return midnight(self.since, zone), midnight(self.until + DAY, zone)


@dataclass(frozen=True, slots=True)
class Params:
    """What an address asks for; what makes no sense there is as if it had not been asked for."""

    word: str = "30"
    step: str = ""

    @classmethod
    def from_address(cls, values: Mapping[str, str]) -> Self:
        word, step = values.get("period", ""), values.get("step", "")
        return cls(word if word in PERIODS else "30", step if step in STEPS else "")


@dataclass(frozen=True, slots=True)
class Period:
    """From the first day to the last one, by days or by weeks."""

    word: str
    step: str
    first: date
    last: date

    @property
    def label(self) -> str:
        return "" if self.word == "all" else f"the last {self.word} days"

    def buckets(self) -> list[Bucket]:
        cuts = [self.first]
        while (following := self._after(cuts[-1])) <= self.last:
            cuts.append(following)
        ends = [*(cut - DAY for cut in cuts[1:]), self.last]
        return [Bucket(since, until) for since, until in zip(cuts, ends, strict=True)]

    def _after(self, day: date) -> date:
        return day + DAY if self.step == "day" else day + timedelta(days=7 - day.weekday())


def period_of(params: Params, oldest: datetime | None) -> Period:
    """`oldest` is when the first job of all was created: where "all" begins."""
    today = timezone.localdate()
    if params.word != "all":
        return Period(params.word, params.step or "day", today - timedelta(days=int(params.word) - 1), today)
    first = min(in_readers_zone(oldest).date(), today) if oldest else today
    days = (today - first).days + 1
    step = "week" if days > MAX_DAYS else params.step or ("week" if days > 90 else "day")
    return Period("all", step, max(first, today - timedelta(weeks=MAX_WEEKS)), today)


def midnight(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time.min, zone)
