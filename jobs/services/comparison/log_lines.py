"""Where the logs of two jobs begin to differ, apart from what differs in every log: times and ids."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import zip_longest

from jobs.log_reading import ESCAPES
from jobs.models import Job, LogLine

# So many lines of each log are compared, and so many are shown from the first one that differs.
MOST_COMPARED, MOST_SHOWN = 5_000, 5

_TIMES = re.compile(
    r"\d{4}-\d\d-\d\d(?:[T ]\d\d[:-]\d\d[:-]\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?)?"
    r"|\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?"
    r"|\b\d+(?:\.\d+)?\s?(?:ns|us|µs|ms|s|min|h)(?:/(?:step|epoch|it|sample))?\b"
)
_IDS = re.compile(r"\b(?:0x)?(?=[0-9a-f-]*\d)[0-9a-f]{8,}(?:-[0-9a-f]{4,})*\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class LogParting:
    """After `alike` lines that are the same: the lines of each job from the first one that differs on, if one does."""

    alike: int
    was: list[LogLine]
    now: list[LogLine]

    @property
    def is_none(self) -> bool:
        return not (self.was or self.now)


def parting(was: Job, now: Job) -> LogParting | None:
    """None when the log of one of them is not saved here."""
    lines = [list(job.log_lines.order_by("number")[:MOST_COMPARED]) for job in (was, now)]
    if not all(lines):
        return None
    for position, (one, other) in enumerate(zip_longest(*lines)):
        if one is None or other is None or plain(one.message) != plain(other.message):
            first, second = (side[position : position + MOST_SHOWN] for side in lines)
            return LogParting(position, first, second)
    return LogParting(len(lines[0]), [], [])


def plain(message: str) -> str:
    """The message without what differs in every log."""
    return _IDS.sub("#", _TIMES.sub("#", ESCAPES.sub("", message))).strip()
