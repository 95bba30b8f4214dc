"""Where the logs of two jobs begin to differ, apart from what differs in every log: times and ids."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import zip_longest

from django.db.models.functions import Substr

from jobs.error_fingerprint import without_ids
from jobs.log_parser import ESCAPES
from jobs.logs.states import shortfall_of
from jobs.models import Job, JobLog, LogLine

# So many lines of each log are compared, each as far as that many characters, and so many are shown from the first one
# that differs.
MAX_COMPARED, MAX_LENGTH_OF_COMPARED, MAX_SHOWN = 5_000, 2_000, 5

_TIMES = re.compile(
    r"\d{4}-\d\d-\d\d(?:[T ]\d\d[:-]\d\d[:-]\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?)?"
    r"|\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?"
    r"|\b\d+(?:\.\d+)?\s?(?:ns|us|µs|ms|s|min|h)(?:/(?:step|epoch|it|sample))?\b"
)


@dataclass(frozen=True, slots=True)
class LogParting:
    """After `alike` lines that are the same: the lines of each job from the first one that differs on, if one does.

    `shortfalls` say of each log why it may not be all there, if it may not.
    """

    alike: int
    was: list[LogLine]
    now: list[LogLine]
    shortfalls: tuple[str, str] = ("", "")

    @property
    def is_none(self) -> bool:
        return not (self.was or self.now)


def parting(was: Job, now: Job) -> LogParting | None:
    """None when the log of one of them is not saved here."""
    lines = [_beginnings(job) for job in (was, now)]
    if not all(lines):
        return None
    shortfalls = _shortfall(was), _shortfall(now)
    for position, (one, other) in enumerate(zip_longest(*lines)):
        if one is None or other is None or plain(one) != plain(other):
            return LogParting(position, _shown(was, position), _shown(now, position), shortfalls)
    return LogParting(len(lines[0]), [], [], shortfalls)


def _beginnings(job: Job) -> list[str]:
    """Of lines in order; a log may have lines of a megabyte."""
    rows = job.log_lines.order_by("number").annotate(beginning=Substr("message", 1, MAX_LENGTH_OF_COMPARED))
    return list(rows.values_list("beginning", flat=True)[:MAX_COMPARED])


def _shortfall(job: Job) -> str:
    log = JobLog.objects.filter(job=job).first()
    return shortfall_of(log) if log else ""


def _shown(job: Job, position: int) -> list[LogLine]:
    rows = job.log_lines.order_by("number")
    return list(rows[position : min(position + MAX_SHOWN, MAX_COMPARED)])


def plain(message: str) -> str:
    """The message without what differs in every log."""
    return without_ids(_TIMES.sub("#", ESCAPES.sub("", message))).strip()
