"""Reading a job's log out of our database: a window of lines at a time, filtered, searched, downloaded."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, QuerySet
from django.utils import timezone

from jobs.log_parser import Severity
from jobs.logs.passages import (
    LogFilters,
    Passage,
    json_line,
    lines_before,
    lines_from,
    lines_matching,
    passages,
    text_line,
    with_context,
    without_pattern,
)
from jobs.logs.states import LogState, goes_on, shortfall_of, state_of
from jobs.models import Job, JobLog, LogLine, Organization
from jobs.models.logs import expires_at
from jobs.sync import log_sync, worker
from jobs.sync.reconcile import in_cloud_time
from jobs.viam.errors import every_kind

WINDOW = 200
# So many lines stand on the job's page.
LATEST = 20
# Lines around those that were searched for make a window of fewer such lines.
WINDOW_WITH_CONTEXT = 50
# A poll brings at most so many new lines; the next one brings more.
MAX_NEW = 500
CHUNK = 2_000


@dataclass(frozen=True, slots=True)
class LogWindow:
    """Some lines in order. `total` counts all that match; `has_earlier` and `has_later` tell of lines around these.

    `counts` are lines by severity. `viams_copy_until` is None while the job runs, and when Viam forgot the job.
    """

    job: Job
    log: JobLog
    filters: LogFilters
    lines: list[LogLine]
    total: int
    has_earlier: bool
    has_later: bool
    counts: dict[str, int]
    viams_copy_until: datetime | None
    # The first line that a regular expression was tried on when time was up; 0 when it was tried on all.
    searched_since: int = 0

    @property
    def first(self) -> int:
        return next((line.number for line in self.lines if not line.is_context), 0)

    @property
    def last(self) -> int:
        """The number to go on from: of the last line shown, or of the last one there is when none matches."""
        own = (line.number for line in reversed(self.lines) if not line.is_context)
        return next(own, max(self.filters.after, self.log.line_count))

    @property
    def passages(self) -> list[Passage]:
        """The lines, with what was installed folded; a search shows what it found."""
        if self.filters.is_filtering:
            return [Passage(self.lines)]
        return list(passages(self.lines, around=self.filters.around, goes_on=self.goes_on and not self.has_later))

    @property
    def is_newest(self) -> bool:
        """Whether nobody asked for another part of the log."""
        return not (self.filters.before or self.filters.after or self.filters.around)

    @property
    def state(self) -> LogState:
        return state_of(self.log, none_match=not self.total)

    @property
    def goes_on(self) -> bool:
        return goes_on(self.log)

    @property
    def expects_lines(self) -> bool:
        """Whether lines are likely to come while somebody looks: a page keeps room for them."""
        if self.state == LogState.NONE_YET:
            return self.job.training_started is not None
        return self.state == LogState.LIVE or (self.state == LogState.LOADING and not self.is_the_last_copy)

    @property
    def problem(self) -> str:
        """Why the last look failed, in a sentence."""
        kind = every_kind().get(self.log.problem)
        return kind.sentence if kind else ""

    @property
    def shortfall(self) -> str:
        return shortfall_of(self.log) if self.log.line_count or self.log.bound else ""

    @property
    def errors(self) -> int:
        return self.counts.get("error", 0) + self.counts.get("critical", 0)

    @property
    def warnings(self) -> int:
        return self.counts.get("warning", 0)

    @property
    def expires_in(self) -> timedelta | None:
        """Until Viam's copy disappears; less than nothing when it has."""
        now = in_cloud_time(self.job.organization, timezone.now())
        return self.viams_copy_until - now if self.viams_copy_until else None

    @property
    def is_the_last_copy(self) -> bool:
        """Whether what is saved here is all that is left."""
        return self.job.missing_since is not None or (self.expires_in or timedelta()) < timedelta()


def read_log(organization: Organization, viam_id: str, filters: LogFilters) -> LogWindow:
    """The window that `filters` ask for, the newest lines without a wish. Raises Job.DoesNotExist."""
    job, log = _watched(organization, viam_id)
    context = filters.context if filters.is_filtering else 0
    most = WINDOW_WITH_CONTEXT if context else WINDOW
    matching, since = lines_matching(job, filters)
    lines, has_earlier, has_later = _window(matching, filters, most)
    lines = with_context(job, lines, context, before=filters.before, after=filters.after)
    return tell(log, filters, lines, has_earlier=has_earlier, has_later=has_later, found=(matching, since))


def error_beside(organization: Organization, viam_id: str, number: int, *, is_next: bool) -> int:
    """The number of the next error after this line, or of the last one before it; behind the end it begins anew, and
    without errors it is 0. Raises Job.DoesNotExist.
    """
    errors = organization.jobs.get(viam_id=viam_id).log_lines.filter(severity__gte=Severity.ERROR)
    if is_next:
        ordered, beside = errors.order_by("number"), {"number__gt": number}
    else:
        ordered, beside = errors.order_by("-number"), {"number__lt": number}
    found = ordered.filter(**beside).first() or ordered.first()
    return found.number if found else 0


def latest_lines(organization: Organization, viam_id: str) -> LogWindow:
    """The end of a log, for the job's page. Raises Job.DoesNotExist."""
    job, log = _watched(organization, viam_id)
    lines, has_earlier, _ = _window(job.log_lines.all(), LogFilters(), LATEST)
    return tell(log, LogFilters(), lines, has_earlier=has_earlier)


def new_lines(
    organization: Organization, viam_id: str, filters: LogFilters, seen: str = ""
) -> tuple[list[LogLine], JobLog, LogState]:
    """What came after line `filters.after`, and how the log stands; `seen` is what the page says of that.

    Raises Job.DoesNotExist.
    """
    job, log = _watched(organization, viam_id)
    lines = list(lines_matching(job, filters, after=filters.after)[0][:MAX_NEW])
    if lines or not filters.is_filtering:
        none_match = False
    else:
        none_match = seen == LogState.NO_MATCH or (
            seen != LogState.LIVE and not lines_matching(job, filters)[0].exists()
        )
    state = state_of(log, none_match=none_match)
    if state == LogState.LOADING and seen in (LogState.NONE_YET, LogState.FINISHING):
        return lines, log, LogState(seen)  # Viam is asked again: what it answered last holds meanwhile.
    return lines, log, state


def tell(
    log: JobLog,
    filters: LogFilters,
    lines: list[LogLine],
    *,
    has_earlier: bool = False,
    has_later: bool = False,
    found: tuple[QuerySet[LogLine], int] | None = None,
) -> LogWindow:
    """The lines, with what is to be told of the whole log; `found` is what matches, where that is known already."""
    job = log.job
    matching, since = found or lines_matching(job, filters)
    return LogWindow(
        job=job,
        log=log,
        filters=filters,
        lines=lines,
        total=matching.count() if filters.is_filtering else log.line_count,
        searched_since=since,
        has_earlier=has_earlier,
        has_later=has_later,
        counts=_counts(job, filters),
        viams_copy_until=None if job.missing_since else expires_at(job),
    )


def _watched(organization: Organization, viam_id: str) -> tuple[Job, JobLog]:
    job = organization.jobs.get(viam_id=viam_id)
    log = log_sync.watch(job)
    log.job = job
    if not log.is_complete:
        worker.mark_viewed(organization)
    return job, log


def download(organization: Organization, viam_id: str, filters: LogFilters, *, as_json: bool) -> Iterator[str]:
    """All lines that match, or the one that is named, without holding them all. Raises Job.DoesNotExist."""
    job = organization.jobs.get(viam_id=viam_id)
    lines = without_pattern(job, filters)
    if filters.around:
        lines = lines.filter(number=filters.around)
    found = lines.iterator(chunk_size=CHUNK)
    if pattern := filters.pattern:
        found = (line for line in found if pattern.finds(line.shown))
    return _written(found, JobLog.objects.filter(job=job).first(), as_json=as_json)


def _written(lines: Iterator[LogLine], log: JobLog | None, *, as_json: bool) -> Iterator[str]:
    """A last line tells of what may be missing: where it is no line of the log, it has no number in JSON."""
    shape = json_line if as_json else text_line
    yield from map(shape, lines)
    shortfall = shortfall_of(log) if log else ""
    if shortfall:
        yield json.dumps({"incomplete": shortfall}) + "\n" if as_json else f"# {shortfall}\n"


def _window(matching: QuerySet[LogLine], filters: LogFilters, most: int) -> tuple[list[LogLine], bool, bool]:
    """The lines, whether there are earlier ones, whether there are later ones."""
    if filters.around:
        earlier, has_earlier = lines_before(matching, filters.around, most // 2)
        later, has_later = lines_from(matching, filters.around, most // 2)
        return earlier + later, has_earlier, has_later
    if filters.after:
        later, has_later = lines_from(matching, filters.after + 1, most)
        return later, True, has_later
    lines, has_earlier = lines_before(matching, filters.before, most)
    return lines, has_earlier, bool(filters.before)


def _counts(job: Job, filters: LogFilters) -> dict[str, int]:
    """Lines by severity, read either way, whatever is filtered."""
    column = "delivered" if filters.as_delivered else "severity"
    rows = job.log_lines.order_by().values_list(column).annotate(Count("id"))
    return {Severity(severity).word: count for severity, count in rows}
