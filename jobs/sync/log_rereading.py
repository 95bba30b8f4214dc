"""Reading a log anew where it differs from what is saved: whole, and replaced in one transaction.

From the first line that differs on, the reading stands in a temporary file, and in memory only as numbers: a log of any
length takes little of it. A line that only we have is never given up: then nothing is replaced, and what the reading
has beyond what is saved is added at the end. Twins are no such lines: lines that were stored twice because others came
late before them and moved them on to the next page while we read.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice, takewhile
from tempfile import SpooledTemporaryFile

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from jobs.domain import LogLine
from jobs.lease import Lease
from jobs.log_parser import RULES, Reading, Severity
from jobs.models import JobLog, ReadPage
from jobs.models import LogLine as Row
from jobs.sync import log_pages
from jobs.sync.log_pages import BATCH, Followed, bound_met, digest_of, hold, key_of, line_row, size_of
from jobs.sync.log_readings import reader_after
from jobs.tracebacks import TracebackReader
from jobs.viam import Cloud
from jobs.viam.errors import NotStored

IN_MEMORY = 8 * 2**20  # bytes; what is longer is on disk


@dataclass(slots=True)
class _Staged:
    """The first `alike` of `count` lines are as they are saved; the others are in `file`, `size` bytes of messages.

    `starts_at` and `token` are of the last page that had lines, `pages` digests of all tokens.
    """

    file: SpooledTemporaryFile[str]
    reader: TracebackReader = field(default_factory=TracebackReader)
    alike: int = 0
    count: int = 0
    size: int = 0
    starts_at: int = 1
    token: str = ""
    pages: set[int] = field(default_factory=set)
    is_whole: bool = False

    @property
    def lines(self) -> Iterator[tuple[LogLine, Reading]]:
        self.file.seek(0)
        for written in self.file:
            time, level, message, severity, rule = json.loads(written)
            line = LogLine(level, datetime.fromisoformat(time) if time else None, message)
            yield line, Reading(Severity(severity), rule)


@dataclass(frozen=True, slots=True)
class _Difference:
    """After the lines that are alike: how often each line is in the reading and not saved; what is saved, in bytes."""

    beyond: Counter[int]
    has_only_ours: bool
    saved_size: int


def read_anew(log: JobLog, lease: Lease, cloud: Cloud) -> Followed:
    """Raises CloudError, NotStored among them, and LeaseLostError; then nothing has changed."""
    try:
        return _read_anew(log, lease, cloud)
    except OSError as error:
        words = error.strerror or type(error).__name__
        raise NotStored(f"A temporary file in DATA_DIR could not be written: {words}") from error


def _read_anew(log: JobLog, lease: Lease, cloud: Cloud) -> Followed:
    # `/tmp` is memory in many places.
    folder = str(settings.DATA_DIR) if settings.DATA_DIR.is_dir() else None
    with SpooledTemporaryFile(IN_MEMORY, "w+", encoding="utf-8", dir=folder) as file:
        staged = _Staged(file)
        _read(staged, log, lease, cloud)
        difference = _compare(staged, log)
        if staged.is_whole and not difference.has_only_ours:
            added = _replace(staged, log, lease, difference)
        else:
            added = _add(staged, log, lease, difference)
    return Followed(added, is_whole=staged.is_whole, is_endless=not staged.is_whole, is_costly=True)


def _read(staged: _Staged, log: JobLog, lease: Lease, cloud: Cloud) -> None:
    """All pages, as far as there is an end to them."""
    passed: set[str] = set()
    token, empty = "", 0
    for _ in range(log_pages.MAX_PAGES):
        page = cloud.job_logs(log.job.viam_id, token)
        hold(log, lease)
        starts_at = staged.count + 1
        _stage(staged, log, page.lines)
        passed.add(token)
        if page.lines:
            staged.token, staged.starts_at = token, starts_at
            staged.pages |= {digest_of(token)} if token else set()
        empty = 0 if page.lines else empty + 1
        staged.is_whole = not page.next_token or page.next_token in passed
        if staged.is_whole or empty == log_pages.MAX_EMPTY_PAGES or bound_met(staged.count, staged.size):
            return
        token = page.next_token


def _stage(staged: _Staged, log: JobLog, lines: Sequence[LogLine]) -> None:
    if staged.count == staged.alike:
        here = log.job.log_lines.filter(number__gt=staged.alike)[: len(lines)]
        pairs = zip(lines, here.values_list("time", "level", "message"), strict=False)
        alike = sum(1 for _ in takewhile(lambda pair: key_of(pair[0]) == pair[1], pairs))
        staged.alike += alike
        staged.count = staged.alike
        lines = lines[alike:]
        if lines:
            staged.reader = reader_after(log, staged.alike)
    for line in lines:
        staged.count += 1
        staged.size += size_of(line.message)
        reading = staged.reader.read(staged.count, line.level, line.message)
        time = line.time.isoformat() if line.time else None
        staged.file.write(json.dumps([time, line.level, line.message, reading.severity, reading.rule]) + "\n")


def _compare(staged: _Staged, log: JobLog) -> _Difference:
    there = Counter(_read_digests(staged))
    beyond = there.copy()
    surplus: set[int] = set()
    size = 0
    for digest, length in _saved_digests(log, Q(number__gt=staged.alike)):
        size += length
        if beyond[digest]:
            beyond[digest] -= 1
        else:
            surplus.add(digest)
    return _Difference(beyond, bool(surplus) and not _are_twins(surplus, there, staged, log), size)


def _are_twins(surplus: set[int], there: Counter[int], staged: _Staged, log: JobLog) -> bool:
    """Whether the reading has each of these lines, fewer times, and whatever else we have in the same order.

    A cloud that has forgotten lines has fewer than we do or, where it cut off the beginning, another order: then one
    of several lines that are the same may be ours alone.
    """
    if staged.count < log.line_count:
        return False
    missing = {digest for digest in surplus if not there[digest]}
    if missing:
        missing.difference_update(digest for digest, _ in _saved_digests(log, Q(number__lte=staged.alike)))
    reading = _read_digests(staged)
    return not missing and all(digest in reading for digest in _first_copies(there, staged, log))


def _first_copies(there: Counter[int], staged: _Staged, log: JobLog) -> Iterator[int]:
    """What is saved, each line as often as the reading has it."""
    left = there.copy()
    for digest, _ in _saved_digests(log, Q(number__gt=staged.alike)):
        if left[digest]:
            left[digest] -= 1
            yield digest


def _read_digests(staged: _Staged) -> Iterator[int]:
    return (_digest_of(*key_of(line)) for line, _ in staged.lines)


def _saved_digests(log: JobLog, which: Q) -> Iterator[tuple[int, int]]:
    """With the size of each line's message."""
    saved = log.job.log_lines.filter(which).values_list("time", "level", "message")
    for time, level, message in saved.iterator(chunk_size=BATCH):
        yield _digest_of(time, level, message), size_of(message)


@transaction.atomic
def _replace(staged: _Staged, log: JobLog, lease: Lease, difference: _Difference) -> int:
    hold(log, lease)
    before = log.line_count
    log.job.log_lines.filter(number__gt=staged.alike).delete()
    numbered = enumerate(staged.lines, staged.alike + 1)
    rows = (line_row(log, number, line, reading) for number, (line, reading) in numbered)
    while batch := list(islice(rows, BATCH)):
        Row.objects.bulk_create(batch)
    log.line_count = staged.count
    log.rules = log.rules if staged.alike else RULES
    log.byte_count = max(0, log.byte_count - difference.saved_size) + staged.size
    if staged.count > staged.alike:
        reader = staged.reader
        log.traceback_first, log.traceback_last, log.is_traceback_open = reader.first, reader.last, reader.is_open
    _go_on_from(staged, log)
    return staged.count - before


@transaction.atomic
def _add(staged: _Staged, log: JobLog, lease: Lease, difference: _Difference) -> int:
    hold(log, lease)
    before = log.line_count
    log_pages.add(log, _beyond(staged, difference))
    if staged.is_whole:
        _go_on_from(staged, log)
    return log.line_count - before


def _beyond(staged: _Staged, difference: _Difference) -> Iterator[LogLine]:
    left = difference.beyond.copy()
    for line, _ in staged.lines:
        digest = _digest_of(*key_of(line))
        if left[digest]:
            left[digest] -= 1
            yield line


def _go_on_from(staged: _Staged, log: JobLog) -> None:
    """The last page, in the transaction of who holds the log."""
    log.pages.all().delete()
    ReadPage.objects.bulk_create([ReadPage(log=log, digest=digest) for digest in staged.pages], batch_size=BATCH)
    log.page_token, log.page_starts_at, log.begun_at = staged.token, staged.starts_at, log.asked_at
    log.save(update_fields=[*log_pages.COUNTED, *log_pages.TRACEBACK, "page_token", "page_starts_at", "begun_at"])


def _digest_of(time: datetime | None, level: str, message: str) -> int:
    return digest_of(f"{time.isoformat() if time else ''}\0{level}\0{message}")
