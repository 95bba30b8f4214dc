"""Saving logs: page by page as they come, and the rest of them before the cloud forgets it.

The cloud's log has pages with opaque tokens; the last page has no successor and may still grow. So the last page is
asked for again, what is new on it is added, and newer pages are followed. Lines are only ever added.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Case, Q, QuerySet, Value, When
from django.db.models.functions import Now
from django.utils import timezone

from jobs.domain import ACTIVE_STATUSES, JobStatus, LogLine, LogPage, later
from jobs.errors import CloudError, NotFound, NotOffered, Rejected
from jobs.log_reading import TracebackReader, delivered
from jobs.models import Job, JobLog, Organization
from jobs.models import LogLine as Row
from jobs.storing import note
from jobs.viam import Cloud

# Viam keeps logs for seven days after the end of a job (viam.md, Logs).
KEPT_BY_VIAM = timedelta(days=7)
# Lines may arrive some time after the job has ended.
LATE = timedelta(seconds=30)
WHILE_RUNNING = timedelta(seconds=5)
AFTER_FAILURE = timedelta(seconds=60)
CLAIM = timedelta(seconds=120)
WATCHED = timedelta(seconds=60)
# One look follows at most so many pages; the next look goes on from there.
MOST_PAGES = 2_000
LONGEST_LEVEL = 40
BATCH = 500


def ended_at(job: Job) -> datetime | None:
    """When the job ended as far as anybody knows; None while it runs."""
    if not job.is_over:
        return None
    return job.training_ended or job.last_modified or job.gone_at or job.seen_at


def expires_at(job: Job) -> datetime | None:
    """When Viam's copy of the log disappears; None while the job runs."""
    ended = ended_at(job)
    return later(ended, KEPT_BY_VIAM) if ended else None


def plan(organization: Organization) -> int:
    """Gives every ended job whose log Viam still has, and that has no plan yet, one; the number of new plans.

    Failed jobs come first, then those whose log disappears first.
    """
    since = timezone.now() - KEPT_BY_VIAM
    ended = Q(training_ended__gte=since) | Q(training_ended=None, last_modified__gte=since)
    final = [status.value for status in JobStatus if status.is_final]
    unplanned = organization.jobs.filter(ended, status__in=final, gone_at=None, log=None)[:BATCH]
    plans = [JobLog(job=job, due_at=later(ended_at(job) or since, LATE)) for job in unplanned]
    JobLog.objects.bulk_create(plans, ignore_conflicts=True)
    return len(plans)


def watch(job: Job) -> JobLog:
    """Somebody reads this log: it is brought up to date soon, and kept so while they do."""
    log = JobLog.objects.filter(job=job).first() or JobLog(job=job)
    now = timezone.now()
    if not log.is_complete and (log.looked_at is None or log.looked_at < now - WATCHED / 3):
        note(lambda: _mark_read(log))
    return log


def _mark_read(log: JobLog) -> None:
    if log.pk is None:
        log.pk = JobLog.objects.get_or_create(job=log.job)[0].pk
    JobLog.objects.filter(pk=log.pk).update(looked_at=Now())
    JobLog.objects.filter(pk=log.pk, due_at=None).update(due_at=Now())


def being_read() -> QuerySet[JobLog]:
    """Logs that somebody reads and that are due."""
    return _due().filter(looked_at__gte=Now() - WATCHED)


def ended() -> QuerySet[JobLog]:
    """Due logs of jobs that have ended, read or not; failed jobs first, then those that disappear first."""
    failed_first = Case(When(job__status=JobStatus.FAILED, then=Value(0)), default=Value(1))
    return _due().exclude(job__status__in=ACTIVE_STATUSES).order_by(failed_first, "job__training_ended", "pk")


def save_some(logs: QuerySet[JobLog], cloud: Cloud, most: int) -> int:
    """Looks after some of these; the number of lines added. An error of the cloud is kept with the log it befell."""
    return sum(save(log, cloud) for log in logs.select_related("job__organization")[:most] if _claim(log))


def save(log: JobLog, cloud: Cloud) -> int:
    """Follows the pages of the log from where we were; the number of lines added."""
    job, asked_at = log.job, timezone.now()
    try:
        added = _follow(log, cloud)
    except (NotFound, NotOffered, Rejected) as error:
        if log.page_token and isinstance(error, Rejected):
            # The token is no longer taken: read from the beginning, adding only what is not here.
            log.page_token, log.page_starts_at = "", 1
        _failed(log, error, is_final=job.is_over and not isinstance(error, Rejected))
        return 0
    except CloudError as error:
        _failed(log, error, is_final=False)
        return 0
    ended = ended_at(job)
    log.asked_at, log.problem, log.problem_words, log.failures = asked_at, "", "", 0
    log.is_complete = ended is not None and asked_at >= ended + LATE
    log.is_expired = log.is_complete and not log.line_count and ended is not None and asked_at > ended + KEPT_BY_VIAM
    log.due_at = None if log.is_complete else max(ended + LATE if ended else asked_at, asked_at + WHILE_RUNNING)
    log.save()
    return added


def _due() -> QuerySet[JobLog]:
    return JobLog.objects.filter(is_complete=False, due_at__lte=Now())


def _claim(log: JobLog) -> bool:
    """By compare-and-swap: of several processes one looks after this log."""
    return bool(JobLog.objects.filter(pk=log.pk, due_at__lte=Now()).update(due_at=Now() + CLAIM))


def _follow(log: JobLog, cloud: Cloud) -> int:
    added = 0
    seen: set[str] = set()
    token = log.page_token
    for _ in range(MOST_PAGES):
        page = cloud.job_logs(log.job.viam_id, token)
        added += _append(log, page)
        seen.add(token)
        if not page.next_token or page.next_token in seen:
            break
        token = page.next_token
        # Usually the line after the last one; less when a log is read anew from its beginning.
        log.page_token, log.page_starts_at = token, min(log.line_count, log.page_starts_at + len(page.lines) - 1) + 1
    return added


@transaction.atomic
def _append(log: JobLog, page: LogPage) -> int:
    """Adds what is new on the page that begins at `page_starts_at`, and notes where we are."""
    new = _unknown(log, page.lines)
    reader = TracebackReader(log.traceback_first, log.traceback_last, log.is_traceback_open)
    rows = [_row(log, number, line, reader) for number, line in enumerate(new, log.line_count + 1)]
    Row.objects.bulk_create(rows, batch_size=BATCH)
    log.line_count += len(rows)
    log.traceback_first, log.traceback_last, log.is_traceback_open = reader.first, reader.last, reader.is_open
    log.save()
    return len(rows)


def _unknown(log: JobLog, lines: Sequence[LogLine]) -> list[LogLine]:
    """The lines of a page that are not saved yet; a line that occurs twice is two lines."""
    if log.page_starts_at > log.line_count:
        return list(lines)
    saved = log.job.log_lines.filter(number__gte=log.page_starts_at).values_list("time", "level", "message")
    known = Counter(saved)
    new = []
    for line in lines:
        key = (line.time, line.level[:LONGEST_LEVEL], line.message)
        if known[key]:
            known[key] -= 1
        else:
            new.append(line)
    return new


def _row(log: JobLog, number: int, line: LogLine, reader: TracebackReader) -> Row:
    reading = reader.read(number, line.level, line.message)
    return Row(
        job=log.job,
        number=number,
        time=line.time,
        level=line.level[:LONGEST_LEVEL],
        message=line.message,
        delivered=delivered(line.level),
        severity=reading.severity,
        rule=reading.rule,
    )


def _failed(log: JobLog, error: CloudError, *, is_final: bool) -> None:
    log.problem, log.problem_words = error.kind, error.words
    log.failures += 1
    log.is_complete = is_final
    log.due_at = None if is_final else timezone.now() + min(AFTER_FAILURE, WHILE_RUNNING * log.failures)
    log.save()
