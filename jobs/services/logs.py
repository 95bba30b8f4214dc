"""Reading a job's log out of our database: a window of lines at a time, filtered, searched, downloaded."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from django.db.models import Count, QuerySet

from jobs import log_keeper, refresher
from jobs.log_reading import Severity
from jobs.models import Job, JobLog, LogLine, Organization

WINDOW = 200
# A poll brings at most so many new lines; the next one brings more.
MOST_NEW = 500
LONGEST_QUERY = 200
CHUNK = 2_000


@dataclass(frozen=True, slots=True)
class LogFilters:
    """What to show, read from an address. `as_delivered`: go by the cloud's levels instead of our reading."""

    least: Severity = Severity.DEBUG
    query: str = ""
    as_delivered: bool = False
    before: int = 0
    after: int = 0
    around: int = 0

    @classmethod
    def from_address(cls, values: Mapping[str, str]) -> Self:
        return cls(
            least=Severity.from_word(values.get("level", "")) or Severity.DEBUG,
            query=values.get("q", "").replace("\0", "").strip()[:LONGEST_QUERY],
            as_delivered=values.get("levels") == "delivered",
            before=_number(values.get("before", "")),
            after=_number(values.get("after", "")),
            around=_number(values.get("line", "")),
        )

    @property
    def is_filtering(self) -> bool:
        return self.least > Severity.DEBUG or bool(self.query)


@dataclass(frozen=True, slots=True)
class LogWindow:
    """Some lines in order. `total` counts all that match; `has_earlier` and `has_later` tell of lines around these."""

    job: Job
    log: JobLog
    filters: LogFilters
    lines: list[LogLine]
    total: int
    has_earlier: bool
    has_later: bool
    counts: dict[str, int]
    expires_at: datetime | None

    @property
    def first(self) -> int:
        return self.lines[0].number if self.lines else 0

    @property
    def last(self) -> int:
        """The number to go on from: of the last line shown, or of the last one there is when none matches."""
        return self.lines[-1].number if self.lines else max(self.filters.after, self.log.line_count)

    @property
    def is_growing(self) -> bool:
        return not self.log.is_complete


def read_log(organization: Organization, viam_id: str, filters: LogFilters) -> LogWindow:
    """The window that `filters` ask for, the newest lines without a wish. Raises Job.DoesNotExist."""
    job = organization.jobs.get(viam_id=viam_id)
    log = log_keeper.watch(job)
    if not log.is_complete:
        refresher.look(organization)
    matching = _matching(job, filters)
    lines, has_earlier, has_later = _window(matching, filters)
    return LogWindow(
        job=job,
        log=log,
        filters=filters,
        lines=lines,
        total=matching.count() if filters.is_filtering else log.line_count,
        has_earlier=has_earlier,
        has_later=has_later,
        counts=_counts(job, filters),
        expires_at=log_keeper.expires_at(job),
    )


def new_lines(organization: Organization, viam_id: str, filters: LogFilters) -> tuple[list[LogLine], JobLog]:
    """What came after line `filters.after`, and the state of the log. Raises Job.DoesNotExist."""
    job = organization.jobs.get(viam_id=viam_id)
    log = log_keeper.watch(job)
    if not log.is_complete:
        refresher.look(organization)
    return list(_matching(job, filters).filter(number__gt=filters.after)[:MOST_NEW]), log


def last_traceback(job: Job) -> list[LogLine]:
    """The lines of the last traceback of the log; empty when there is none."""
    log = JobLog.objects.filter(job=job).first()
    if log is None or not log.traceback_first:
        return []
    return list(job.log_lines.filter(number__gte=log.traceback_first, number__lte=log.traceback_last)[:WINDOW])


def download(organization: Organization, viam_id: str, filters: LogFilters, *, as_json: bool) -> Iterator[str]:
    """All lines that match, one after the other, without holding them all. Raises Job.DoesNotExist."""
    job = organization.jobs.get(viam_id=viam_id)
    shape = _json_line if as_json else _text_line
    return (shape(line) for line in _matching(job, filters).iterator(chunk_size=CHUNK))


def _matching(job: Job, filters: LogFilters) -> QuerySet[LogLine]:
    lines = job.log_lines.all()
    if filters.least > Severity.DEBUG:
        level = "delivered__gte" if filters.as_delivered else "severity__gte"
        lines = lines.filter(**{level: filters.least})
    if filters.query:
        lines = lines.filter(message__icontains=filters.query)
    return lines


def _window(matching: QuerySet[LogLine], filters: LogFilters) -> tuple[list[LogLine], bool, bool]:
    """The lines, whether there are earlier ones, whether there are later ones."""
    if filters.around:
        earlier = list(matching.filter(number__lt=filters.around).order_by("-number")[: WINDOW // 2 + 1])
        later = list(matching.filter(number__gte=filters.around)[: WINDOW // 2 + 1])
        shown = [*reversed(earlier[: WINDOW // 2]), *later[: WINDOW // 2]]
        return shown, len(earlier) > WINDOW // 2, len(later) > WINDOW // 2
    upward = matching.filter(number__lt=filters.before) if filters.before else matching
    found = list(upward.order_by("-number")[: WINDOW + 1])
    return found[WINDOW - 1 :: -1] if len(found) >= WINDOW else found[::-1], len(found) > WINDOW, bool(filters.before)


def _counts(job: Job, filters: LogFilters) -> dict[str, int]:
    """Lines by severity, read either way, whatever is filtered."""
    column = "delivered" if filters.as_delivered else "severity"
    rows = job.log_lines.order_by().values_list(column).annotate(Count("id"))
    return {Severity(severity).word: count for severity, count in rows}


def _text_line(line: LogLine) -> str:
    time = line.time.isoformat() if line.time else "-"
    return f"{time}\t{line.level}\t{line.message}\n"


def _json_line(line: LogLine) -> str:
    values = {
        "number": line.number,
        "time": line.time.isoformat() if line.time else None,
        "level": line.level,
        "reads_as": line.get_severity_display().lower(),
        "message": line.message,
    }
    return json.dumps(values, ensure_ascii=False) + "\n"


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0
