"""What saved lines are read as: gone on with where a log grows, and made anew where the rules have changed since.

An update changes the rules of log_parser.py; logs that were saved before are read again in the background, those that
somebody looked at lately first. Until then they show what they showed.
"""

from __future__ import annotations

import time
from datetime import timedelta

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from jobs.lease import Lease
from jobs.log_parser import RULES, visible
from jobs.models import LOG_LEASE, JobLog, LogLine, Organization, lease_is_over
from jobs.tracebacks import MAX_BETWEEN, TracebackReader

BATCH = 500
# A traceback that is longer is not gone on with.
MAX_REPLAYED = 2_000
# So many lines of an organization's logs, then others have their turn.
MAX_AT_ONCE = 20_000
# Nothing was outdated: a process of the version before may still write.
LOOK_AGAIN = timedelta(minutes=10)

_OUTDATED = Q(rules=None) | Q(rules__lt=RULES), Q(line_count__gt=0)
_nothing_until = 0.0


def seen_of(message: str) -> str | None:
    """What people see of a message, None where that is what was delivered."""
    seen = visible(message)
    return None if seen == message.rstrip() else seen


def reader_of(log: JobLog) -> TracebackReader:
    """As it was behind the last line that is saved: of a traceback that may go on its lines are read once more."""
    reader, since = TracebackReader(), log.line_count
    if log.traceback_last and log.line_count - log.traceback_last <= MAX_BETWEEN:
        since = max(log.traceback_first - MAX_BETWEEN, log.line_count - MAX_REPLAYED)
    _replay(reader, log.job.log_lines.filter(number__gte=since, number__lte=log.line_count))
    reader.first, reader.last = log.traceback_first, log.traceback_last
    return reader


def reader_after(log: JobLog, number: int) -> TracebackReader:
    """As it was when it had read so many lines."""
    reader = TracebackReader()
    _replay(reader, log.job.log_lines.filter(number__lte=number))
    return reader


def _replay(reader: TracebackReader, lines: QuerySet[LogLine]) -> None:
    for number, level, message in lines.values_list("number", "level", "message").iterator(chunk_size=BATCH):
        reader.read(number, level, message)


def organizations_with_outdated_readings() -> list[Organization]:
    """Those that have any; asked for rarely once there were none."""
    global _nothing_until
    if time.monotonic() < _nothing_until:
        return []
    outdated = JobLog.objects.filter(*_OUTDATED, job__organization=OuterRef("pk"))
    found = list(Organization.objects.filter(Exists(outdated)))
    if not found:
        _nothing_until = time.monotonic() + LOOK_AGAIN.total_seconds()
    return found


def read_outdated(organization: Organization) -> int:
    """Reads some logs of the organization by today's rules; the number of lines that were read."""
    logs = JobLog.objects.filter(*_OUTDATED, lease_is_over(LOG_LEASE), job__organization=organization)
    count = 0
    for log in logs.select_related("job").order_by(F("viewed_at").desc(nulls_last=True), "pk")[:BATCH]:
        lease = Lease.take(JobLog.objects.filter(pk=log.pk), LOG_LEASE)
        if lease:
            count += _read_again(log, lease)
        if count >= MAX_AT_ONCE:
            break
    return count


def _read_again(log: JobLog, lease: Lease) -> int:
    """All of the log, a batch at a time; somebody else goes on when the lease is lost. Nobody is kept from writing
    while lines are read.
    """
    reader, last = TracebackReader(), 0
    while lines := list(log.job.log_lines.filter(number__gt=last).order_by("number")[:BATCH]):
        others = [line for line in lines if _differs(line, reader)]
        with transaction.atomic():
            if not lease.renew():
                return last
            _write(others)
        last = lines[-1].number
    found = {"traceback_first": reader.first, "traceback_last": reader.last, "is_traceback_open": reader.is_open}
    lease.release(rules=RULES, **found)
    return last


def _differs(line: LogLine, reader: TracebackReader) -> bool:
    """Reads it; whether something else is stored."""
    stored = line.severity, line.rule, line.seen
    reading = reader.read(line.number, line.level, line.message)
    line.severity, line.rule, line.seen = reading.severity, reading.rule, seen_of(line.message)
    return stored != (line.severity, line.rule, line.seen)


def _write(lines: list[LogLine]) -> None:
    LogLine.objects.bulk_update(lines, ["severity", "rule", "seen"], batch_size=100)
