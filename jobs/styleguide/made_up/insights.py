"""Figures of months that never were, run through the same arithmetic as real ones."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import Any

from jobs.domain import JobStatus
from jobs.insights.breakdown import Breakdown, Share
from jobs.insights.charts import charts
from jobs.insights.failures import FailedModel, FailureGroup
from jobs.insights.period import PERIODS, STEPS
from jobs.insights.stats import Figures, StretchFigures, together
from jobs.models import Organization
from jobs.styleguide.made_up.jobs import job
from jobs.styleguide.made_up.lists import ENDLESS, HOUR
from jobs.styleguide.made_up.people import HOSTILE

FIRST, DAYS = date(2026, 5, 1), 30


def values(here: Organization) -> dict[str, Any]:
    stretches = [_day(number) for number in range(DAYS)]
    longest = [job(here, ran, JobStatus.COMPLETED, HOUR, ran_seconds=ran) for ran in (9000, 80)]
    chosen = {"word": "30", "step": "day"}
    return {
        "charts": charts(stretches, together([one.figures for one in stretches]), "day")[:3],
        "periods": PERIODS,
        "steps": STEPS,
        "page": {"insights": {"period": chosen}, "wish": chosen},
        "breakdown": Breakdown("By script", _shares()),
        "failures": [
            FailureGroup("ValueError: label # is in no image of the dataset", 14, 3, longest[0]),
            FailureGroup(HOSTILE, 2, 1, None),
        ],
        "failed_models": [FailedModel("bolt-detector", 14), FailedModel(ENDLESS, 2)],
        "longest": longest,
    }


def _day(number: int) -> StretchFigures:
    """Weekends are quiet."""
    day = FIRST + timedelta(days=number)
    busy = 0 if day.weekday() > 4 else 4 + number % 5
    outcomes = Counter(completed=busy, failed=busy // 4, canceled=number % 2, active=int(number == DAYS - 1))
    figures = Figures(outcomes=outcomes, queued=[[30 + number, 50 + 4 * number]], ran=[[600 + 40 * number]])
    return StretchFigures(f"{day.day} {day:%b}", day, day, f"since={day}&until={day}", figures)


def _shares() -> list[Share]:
    told = [("viam:classification-tflite", (40, 9, 3, 2)), (ENDLESS, (12, 0, 0, 0)), (HOSTILE, (0, 4, 0, 0))]
    words = ("completed", "failed", "canceled", "active")
    return [
        Share(label, {"script": label}, 900 * sum(counts), outcomes=Counter(dict(zip(words, counts, strict=True))))
        for label, counts in told
    ]
