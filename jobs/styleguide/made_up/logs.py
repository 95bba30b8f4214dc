"""Logs: lines of every level, and what stands in the place of lines; and figures for Insights."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from jobs.domain import JobStatus
from jobs.insights.breakdown import Breakdown, FailedModel, FailureGroup, Share
from jobs.insights.charts import charts
from jobs.insights.period import PERIODS, STEPS
from jobs.insights.stats import BucketFigures, Figures, together
from jobs.log_parser import Severity
from jobs.logs.passages import LogFilters
from jobs.logs.service import LogWindow
from jobs.logs.states import LogState
from jobs.models import Job, JobLog, LogLine, Organization
from jobs.styleguide.made_up.jobs import job
from jobs.styleguide.made_up.lists import ENDLESS, HOUR, MINUTE
from jobs.styleguide.made_up.people import HOSTILE
from jobs.styleguide.made_up.states import ago

COUNTS = {"error": 2, "critical": 1, "warning": 1}


def values(here: Organization) -> dict[str, Any]:
    running, over = job(here, 21, JobStatus.IN_PROGRESS, MINUTE), job(here, 22, JobStatus.COMPLETED, MINUTE)
    log = JobLog(job=running, line_count=9, problem="timed_out", problem_words="deadline exceeded after 20 s")
    done = JobLog(job=over, line_count=9, is_complete=True)
    cut = JobLog(job=over, line_count=9, is_complete=True, given_up_at=ago(minutes=9))
    return {
        "job": running,
        "over": over,
        "window": _window(running, log, _lines(), has_earlier=True),
        "ended": _window(over, done, _lines()[:2], until=timezone.now() + timedelta(days=6)),
        "log": log,
        "done": done,
        "cut": _window(over, cut, _lines()[:2], until=timezone.now() - timedelta(days=6)),
        "marked": [*_lines()[:3], _endless()],
        "states": list(LogState),
        "live": LogState.LIVE,
        "complete": LogState.COMPLETE,
    }


def _window(of: Job, log: JobLog, lines: list[LogLine], until: Any = None, *, has_earlier: bool = False) -> LogWindow:
    return LogWindow(of, log, LogFilters(), lines, len(lines), has_earlier, False, COUNTS, until)


def _endless() -> LogLine:
    """Longer than a page shows."""
    text = "w" * 4_100
    return LogLine(number=9, time=ago(minutes=9), delivered=Severity.INFO, severity=Severity.INFO, message=text)


def _lines() -> list[LogLine]:
    told = [
        (Severity.DEBUG, "loaded 412 images in 3.2 s"),
        (Severity.INFO, "epoch 1/50 loss 0.831"),
        (Severity.WARNING, "learning rate is below 0.0001"),
        (Severity.ERROR, "no image has the label 'washer'"),
        (Severity.CRITICAL, "out of memory: 15.8 of 16 GiB in use"),
        (Severity.INFO, "two\nlines, and \x1b[31mred\x1b[0m " + HOSTILE),
        (Severity.INFO, ENDLESS),
    ]
    lines = [
        LogLine(number=at, time=ago(minutes=9), level=severity.label.upper(), delivered=severity, severity=severity)
        for at, (severity, _) in enumerate(told, 1)
    ]
    for line, (_, text) in zip(lines, told, strict=True):
        line.message = text
    # TensorFlow's chatter arrives as an error.
    lines[1].delivered, lines[1].level, lines[1].rule = Severity.ERROR, "ERROR", "progress"
    lines[6].time = None
    return lines


FIRST, DAYS = date(2026, 5, 1), 30


def insights_values(here: Organization) -> dict[str, Any]:
    buckets = [_day(number) for number in range(DAYS)]
    longest = [job(here, ran, JobStatus.COMPLETED, HOUR, ran_seconds=ran) for ran in (9000, 80)]
    chosen = {"word": "30", "step": "day"}
    return {
        "charts": charts(buckets, together([one.figures for one in buckets]), "day")[:3],
        "periods": PERIODS,
        "steps": STEPS,
        "page": {"insights": {"period": chosen}, "params": chosen},
        "breakdown": Breakdown("By script", _shares()),
        "failures": [
            FailureGroup("ValueError: label # is in no image of the dataset", 14, 3, longest[0]),
            FailureGroup(HOSTILE, 2, 1, None),
        ],
        "failed_models": [FailedModel("bolt-detector", 14), FailedModel(ENDLESS, 2)],
        "longest": longest,
    }


def _day(number: int) -> BucketFigures:
    """Weekends are quiet."""
    day = FIRST + timedelta(days=number)
    busy = 0 if day.weekday() > 4 else 4 + number % 5
    outcomes = Counter(completed=busy, failed=busy // 4, canceled=number % 2, active=int(number == DAYS - 1))
    figures = Figures(outcomes=outcomes, queued=[[30 + number, 50 + 4 * number]], ran=[[600 + 40 * number]])
    return BucketFigures(f"{day.day} {day:%b}", day, day, f"since={day}&until={day}", figures)


def _shares() -> list[Share]:
    told = [("viam:classification-tflite", (40, 9, 3, 2)), (ENDLESS, (12, 0, 0, 0)), (HOSTILE, (0, 4, 0, 0))]
    words = ("completed", "failed", "canceled", "active")
    return [
        Share(label, {"script": label}, 900 * sum(counts), outcomes=Counter(dict(zip(words, counts, strict=True))))
        for label, counts in told
    ]
