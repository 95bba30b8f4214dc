"""The pages of a log: followed by their tokens, and what they have beyond what is saved is added.

A page begins with what is saved of it. One that doesn't tells that lines came late or were lost: then the log is read
anew (log_rereading.py). Whoever holds the log's lease writes, a page at a time: its lines, what counts them and the
place to go on from together. That place is the last page that had lines: on an empty one there is nothing to compare
with what comes there later. Nothing that a cloud answers makes a log grow for ever.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from itertools import islice

from django.db import transaction
from django.db.models import QuerySet

from jobs.domain import LogLine, LogPage
from jobs.lease import Lease
from jobs.log_parser import RULES, Reading, delivered
from jobs.models import JobLog, ReadPage
from jobs.models import LogLine as Row
from jobs.sync.log_readings import reader_of, seen_of
from jobs.viam import Cloud
from jobs.viam.errors import CloudError

# One look follows at most so many pages; the next look goes on from there.
MAX_PAGES = 2_000
# A page may be empty although lines follow; so many in a row have nothing to say.
MAX_EMPTY_PAGES = 200
# Twice the longest log that pages are tested with, and as much of a disk as ten thousand logs of the usual size.
MAX_LINES = 200_000
MAX_BYTES = 128 * 2**20
MAX_LEVEL = 40
BATCH = 100

Key = tuple[datetime | None, str, str]

COUNTED = ("line_count", "byte_count", "bound", "rules")
_PLACE = ("page_token", "page_starts_at")
TRACEBACK = ("traceback_first", "traceback_last", "is_traceback_open")


class LeaseLostError(Exception):
    """Somebody else took us for dead, and looks after this log."""


class DiffersError(Exception):
    """A page does not begin with what is saved of it."""


@dataclass(frozen=True, slots=True)
class Followed:
    """What a look did. `is_whole`: the last page was reached. `is_endless`: there seems to be none."""

    added: int
    is_whole: bool
    is_endless: bool = False
    is_costly: bool = False


def row_of(log: JobLog) -> QuerySet[JobLog]:
    return JobLog.objects.filter(pk=log.pk)


def reload(log: JobLog) -> None:
    """What is stored; its job stays as it was loaded."""
    log.refresh_from_db(fields=[field.attname for field in log._meta.concrete_fields if field.name != "job"])


def hold(log: JobLog, lease: Lease) -> None:
    """Renews the lease; in a transaction it locks the row to the end. Raises LeaseLostError."""
    if not lease.renew():
        raise LeaseLostError
    reload(log)


def follow(log: JobLog, lease: Lease, cloud: Cloud, *, from_start: bool) -> Followed:
    """From where we were, or `from_start`. Raises CloudError, LeaseLostError and DiffersError."""
    reload(log)
    # Of a place that an earlier version kept nothing may be saved.
    if from_start or not log.page_token or log.page_starts_at > log.line_count:
        _begin(log, lease)
    page = _first_page(log, lease, cloud)
    token, starts_at = log.page_token, log.page_starts_at
    passed = {token}
    added = empty = 0
    while True:
        empty = 0 if page.lines else empty + 1
        leads_on = bool(page.next_token) and page.next_token not in passed and not _was_read(log, page.next_token)
        added += _take(log, lease, page, token, starts_at)
        if log.bound or not leads_on or empty == MAX_EMPTY_PAGES:
            return Followed(added, is_whole=not leads_on, is_endless=leads_on, is_costly=leads_on)
        if page.lines and len(passed) >= MAX_PAGES:
            return Followed(added, is_whole=False)
        token, starts_at = page.next_token, starts_at + len(page.lines)
        page = cloud.job_logs(log.job.viam_id, token)
        passed.add(token)


def _first_page(log: JobLog, lease: Lease, cloud: Cloud) -> LogPage:
    """Of this look: where we were.

    A token that fails again may be one that is taken no longer, whatever the cloud says of it: then the log begins anew
    if its first page is answered.
    """
    try:
        return cloud.job_logs(log.job.viam_id, log.page_token)
    except CloudError:
        if not log.page_token or not log.failures:
            raise
    page = cloud.job_logs(log.job.viam_id)
    _begin(log, lease)
    return page


@transaction.atomic
def _begin(log: JobLog, lease: Lease) -> None:
    """A reading of the whole log begins; it may take several looks."""
    hold(log, lease)
    log.pages.all().delete()
    row_of(log).update(page_token="", page_starts_at=1, begun_at=log.asked_at)
    reload(log)


def _was_read(log: JobLog, token: str) -> bool:
    """In this reading, in this look or one before."""
    return log.pages.filter(digest=digest_of(token)).exists()


def _take(log: JobLog, lease: Lease, page: LogPage, token: str, starts_at: int) -> int:
    """Adds what is new on the page whose first line has the number `starts_at`; that is the place to go on from.

    All of it or nothing, and nothing once the lease is lost. Raises LeaseLostError and DiffersError.
    """
    ahead = ReadAhead(log, page.lines[max(0, log.line_count + 1 - starts_at) :])
    return _store(log, lease, page, token, starts_at, ahead)


@transaction.atomic
def _store(log: JobLog, lease: Lease, page: LogPage, token: str, starts_at: int, ahead: ReadAhead) -> int:
    hold(log, lease)
    here = log.job.log_lines.filter(number__gte=starts_at)[: len(page.lines)]
    saved = list(here.values_list("time", "level", "message"))
    if any(key_of(line) != was for line, was in zip(page.lines, saved, strict=False)):
        raise DiffersError
    added = add(log, page.lines[len(saved) :], ahead)
    if page.lines and token:
        log.pages.bulk_create([ReadPage(log=log, digest=digest_of(token))], ignore_conflicts=True)
    if saved or added:
        log.page_token, log.page_starts_at = token, starts_at
        log.save(update_fields=_PLACE)
    return added


class ReadAhead:
    """What lines are read as that follow those that are saved, made before anybody is kept from writing: how long that
    takes is for whoever wrote the log to say. Stands for a TracebackReader afterwards.
    """

    def __init__(self, log: JobLog, lines: Sequence[LogLine]) -> None:
        self.since = log.line_count
        self.first, self.last, self.is_open = log.traceback_first, log.traceback_last, log.is_traceback_open
        self._told = deque(self._read(log, lines)) if lines else deque()

    @staticmethod
    def _read(log: JobLog, lines: Sequence[LogLine]) -> Iterator[tuple[Reading, int, int, bool]]:
        reader = reader_of(log)
        for number, line in enumerate(lines, log.line_count + 1):
            reading = reader.read(number, line.level, line.message)
            yield reading, reader.first, reader.last, reader.is_open

    def read(self, *_: object) -> Reading:
        """Of the next one."""
        reading, self.first, self.last, self.is_open = self._told.popleft()
        return reading


def add(log: JobLog, lines: Iterable[LogLine], ahead: ReadAhead | None = None) -> int:
    """Adds lines at the end, as far as the bounds allow, and counts them: in the transaction of who holds the log."""
    before = log.line_count
    reader = ahead if ahead and ahead.since == before else reader_of(log)
    rows = (
        line_row(log, number, line, reader.read(number, line.level, line.message))
        for number, line in enumerate(_within_bounds(log, lines), before + 1)
    )
    while batch := list(islice(rows, BATCH)):
        Row.objects.bulk_create(batch)
        log.line_count += len(batch)
    log.traceback_first, log.traceback_last, log.is_traceback_open = reader.first, reader.last, reader.is_open
    log.rules = log.rules if before else RULES
    log.save(update_fields=(*COUNTED, *TRACEBACK))
    return log.line_count - before


def _within_bounds(log: JobLog, lines: Iterable[LogLine]) -> Iterator[LogLine]:
    """Notes the bound that it meets."""
    for number, line in enumerate(lines, log.line_count + 1):
        size = size_of(line.message)
        log.bound = bound_met(number, log.byte_count + size)
        if log.bound:
            return
        log.byte_count += size
        yield line


def bound_met(lines: int, size: int) -> str:
    if lines > MAX_LINES:
        return JobLog.Bound.LINES
    return JobLog.Bound.BYTES if size > MAX_BYTES else ""


def line_row(log: JobLog, number: int, line: LogLine, reading: Reading) -> Row:
    return Row(
        job=log.job,
        number=number,
        time=line.time,
        level=line.level[:MAX_LEVEL],
        message=line.message,
        delivered=delivered(line.level),
        severity=reading.severity,
        rule=reading.rule,
        seen=seen_of(line.message),
    )


def key_of(line: LogLine) -> Key:
    """As it is stored."""
    return line.time, line.level[:MAX_LEVEL], line.message


def size_of(message: str) -> int:
    return len(message.encode())


def digest_of(text: str) -> int:
    """64 bits, as databases store integers."""
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big", signed=True)
