"""Saving logs: page by page as they come, and the rest of them before the cloud forgets it.

The cloud's log has pages with opaque tokens; the last page has no successor and may still grow. So the last page is
asked for again, what is new on it is added, and newer pages are followed. Lines are only ever added.

Of several processes one looks after a log: whoever holds its lease, which is renewed with every page. The lines of a
page, their count and the place to go on from are written together, by the holder alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Case, Q, QuerySet, Value, When
from django.db.models.functions import Now
from django.utils import timezone

from jobs import leasing
from jobs.domain import ACTIVE_STATUSES, JobStatus, LogLine, LogPage, is_within, later
from jobs.errors import CloudError, NotFound, NotOffered, Rejected, TooLarge
from jobs.log_reading import TracebackReader, delivered
from jobs.models import Job, JobLog, Organization, lease_is_over
from jobs.models import LogLine as Row
from jobs.storing import note
from jobs.viam import Cloud

# Viam keeps logs for seven days after the end of a job (viam.md, Logs).
KEPT_BY_VIAM = timedelta(days=7)
# By so much longer a log is asked for: the cloud's clock is not ours, and one may be wrong by minutes.
MARGIN = timedelta(hours=1)
# Lines may arrive some time after the job has ended. Counted from when we saw its end, by the database's clock.
LATE = timedelta(seconds=30)
WHILE_RUNNING = timedelta(seconds=5)
# Pauses grow until then: while a cloud is away, and while it refuses the log of a job that has ended.
AFTER_FAILURE = timedelta(seconds=60)
AFTER_REFUSAL = timedelta(hours=1)
# Longer than a page takes to be asked for and written, so that it only runs out when its holder died.
LEASE = timedelta(seconds=60)
WATCHED = timedelta(seconds=60)
# One look follows at most so many pages; the next look goes on from there.
MOST_PAGES = 2_000
LONGEST_LEVEL = 40
BATCH = 500
# What is written with the lines of a page.
PROGRESS = ("line_count", "page_token", "page_starts_at", "traceback_first", "traceback_last", "is_traceback_open")
# What answers about this log; anything else is a cloud that is away, or a key.
REFUSALS = (NotFound, NotOffered, Rejected, TooLarge)
OPEN: dict[str, Any] = {"is_complete": False, "is_expired": False, "given_up_at": None, "failures": 0}


def ended_at(job: Job) -> datetime | None:
    """When the job ended as far as anybody knows; None while it runs."""
    if not job.is_over:
        return None
    if not job.state.is_final:
        return job.gone_at
    return job.training_ended or job.last_modified or job.gone_at or job.seen_at


def expires_at(job: Job) -> datetime | None:
    """When Viam's copy of the log disappears, by the cloud's clock; None while the job runs."""
    ended = ended_at(job)
    return later(ended, KEPT_BY_VIAM) if ended else None


def plan(organization: Organization) -> int:
    """Gives every ended job whose log Viam may still have, and that has no plan yet, one; the number of new plans.

    Failed jobs come first, then those whose log disappears first.
    """
    _follow_jobs(organization)
    unplanned = _still_kept(organization.jobs.filter(gone_at=None, log=None))[:BATCH]
    plans = [JobLog(job=job, seen_ended_at=Now(), due_at=Now() + LATE) for job in unplanned]
    JobLog.objects.bulk_create(plans, ignore_conflicts=True)
    return len(plans)


def _follow_jobs(organization: Organization) -> None:
    """What changed about jobs whose logs have plans already."""
    logs = JobLog.objects.filter(job__organization=organization)
    active = organization.jobs.filter(status__in=ACTIVE_STATUSES, gone_at=None)
    # It had vanished, and is back.
    is_closed = Q(is_complete=True) | Q(seen_ended_at__isnull=False)
    logs.filter(is_closed, job__in=active).update(**OPEN, seen_ended_at=None, due_at=None)
    # It was given up by a clock that was ahead, or by a version that took one refusal for the end.
    too_early = logs.filter(given_up_at__isnull=False, job__in=_still_kept(organization.jobs.filter(gone_at=None)))
    too_early.update(**OPEN, due_at=Now())
    has_ended = logs.filter(is_complete=False, seen_ended_at=None).exclude(job__in=active)
    has_ended.update(seen_ended_at=Now(), due_at=Now())


def _still_kept(jobs: QuerySet[Job]) -> QuerySet[Job]:
    """Those that ended, and whose log Viam may still have."""
    since = Now() - (KEPT_BY_VIAM + MARGIN)
    ended = Q(training_ended__gte=since) | Q(training_ended=None, last_modified__gte=since)
    return jobs.filter(ended, status__in=[status.value for status in JobStatus if status.is_final])


def watch(job: Job) -> JobLog:
    """Somebody reads this log: it is brought up to date soon, and kept so while they do."""
    log = JobLog.objects.filter(job=job).first() or JobLog(job=job)
    if not log.is_complete and not is_within(log.looked_at, WATCHED / 3, timezone.now()):
        note(lambda: _mark_read(log))
    return log


def _mark_read(log: JobLog) -> None:
    if log.pk is None:
        log.pk = JobLog.objects.get_or_create(job=log.job)[0].pk
    JobLog.objects.filter(pk=log.pk).update(looked_at=Now())
    JobLog.objects.filter(Q(due_at=None) | Q(asked_at=None), pk=log.pk).update(due_at=Now())


def being_read() -> QuerySet[JobLog]:
    """Logs that somebody reads and that are due."""
    return _due().filter(looked_at__range=(Now() - WATCHED, Now() + WATCHED))


def ended() -> QuerySet[JobLog]:
    """Due logs of jobs that have ended, read or not; failed jobs first, then those that disappear first."""
    failed_first = Case(When(job__status=JobStatus.FAILED, then=Value(0)), default=Value(1))
    over = _due().exclude(job__status__in=ACTIVE_STATUSES, job__gone_at=None)
    return over.order_by(failed_first, "job__training_ended", "pk")


def save_some(logs: QuerySet[JobLog], cloud: Cloud, most: int) -> int:
    """Looks after some of these; the number of lines added. An error of the cloud is kept with the log it befell."""
    added = 0
    for log in logs.select_related("job__organization")[:most]:
        # Somebody else may have been here since.
        owner = leasing.take(_due().filter(pk=log.pk), LEASE, asked_at=Now())
        added += _look(log, owner, cloud) if owner else 0
    return added


def save(log: JobLog, cloud: Cloud) -> int:
    """Follows the pages of the log from where we were; the number of lines added, none while somebody else does it."""
    owner = leasing.take(_row(log), LEASE, asked_at=Now())
    return _look(log, owner, cloud) if owner else 0


def _due() -> QuerySet[JobLog]:
    """A time that is farther off than any pause was written before the clock was set back."""
    is_due = Q(due_at__lte=Now()) | Q(due_at__gt=Now() + 2 * AFTER_REFUSAL)
    return JobLog.objects.filter(is_due, lease_is_over(LEASE), is_complete=False)


def _row(log: JobLog) -> QuerySet[JobLog]:
    return JobLog.objects.filter(pk=log.pk)


def _look(log: JobLog, owner: str, cloud: Cloud) -> int:
    try:
        added = _follow(log, owner, cloud)
        changes = _as_it_stands(log)
    except _LeaseLostError:
        return 0
    except CloudError as error:
        added, changes = 0, _after(error, log)
    leasing.release(_row(log), owner, **changes)
    _reload(log)
    return added


def _as_it_stands(log: JobLog) -> dict[str, Any]:
    """What a look found that met no error. The log is complete when the look began late after we saw the job end."""
    now = log.asked_at or timezone.now()
    # What lies in the future was written by a clock that was wrong.
    seen = min(log.seen_ended_at or now, now) if log.job.is_over else None
    is_complete = seen is not None and now >= seen + LATE
    return {
        "seen_ended_at": seen,
        "is_complete": is_complete,
        "is_expired": is_complete and not log.line_count and _is_past(log, KEPT_BY_VIAM),
        "given_up_at": None,
        "due_at": None if is_complete else max(seen + LATE if seen else now, now + WHILE_RUNNING),
        "problem": "",
        "problem_words": "",
        "failures": 0,
    }


def _after(error: CloudError, log: JobLog) -> dict[str, Any]:
    """A log is given up only when Viam refuses it after it has to keep it no longer. Until then it may come back."""
    is_refused, is_past = isinstance(error, REFUSALS), _is_past(log, KEPT_BY_VIAM + MARGIN)
    longest = AFTER_REFUSAL if is_past or (is_refused and log.job.is_over) else AFTER_FAILURE
    is_over = is_refused and is_past
    changes = {
        "is_complete": is_over,
        "given_up_at": Now() if is_over else None,
        "due_at": None if is_over else Now() + min(longest, WHILE_RUNNING * 2 ** min(log.failures, 20)),
        "problem": error.kind,
        "problem_words": error.words,
        "failures": log.failures + 1,
    }
    if log.page_token and isinstance(error, Rejected):
        # The token is no longer taken: read from the beginning, adding only what is not here.
        changes |= {"page_token": "", "page_starts_at": 1}
    return changes


def _is_past(log: JobLog, span: timedelta) -> bool:
    """Whether the look began so long after the job's end: what the cloud says of it, or when we saw it if sooner."""
    ended, now = ended_at(log.job), log.asked_at or timezone.now()
    until = later(min(ended, log.seen_ended_at or ended), span) if ended else None
    return until is not None and now > until


def _follow(log: JobLog, owner: str, cloud: Cloud) -> int:
    """Raises CloudError, and _LeaseLostError."""
    added = 0
    seen: set[str] = set()
    _reload(log)
    for _ in range(MOST_PAGES):
        token = log.page_token
        page = cloud.job_logs(log.job.viam_id, token)
        seen.add(token)
        leads_on = bool(page.next_token) and page.next_token not in seen
        added += _append(log, owner, page, leads_on=leads_on)
        if not leads_on:
            break
    return added


@transaction.atomic
def _append(log: JobLog, owner: str, page: LogPage, *, leads_on: bool) -> int:
    """Adds what is new on the page where we are, counts it, and moves on to the next page if there is one.

    All of it or nothing, and nothing once the lease is lost: the row is locked to the end. Raises _LeaseLostError.
    """
    if not leasing.renew(_row(log), owner, LEASE):
        raise _LeaseLostError
    _reload(log)
    new = _unknown(log, page.lines)
    reader = TracebackReader(log.traceback_first, log.traceback_last, log.is_traceback_open)
    rows = [_line(log, number, line, reader) for number, line in enumerate(new, log.line_count + 1)]
    Row.objects.bulk_create(rows, batch_size=BATCH)
    log.line_count += len(rows)
    if leads_on:
        # Usually the line after the last one; less when a log is read anew from its beginning.
        log.page_starts_at = min(log.line_count, log.page_starts_at + len(page.lines) - 1) + 1
        log.page_token = page.next_token
    log.traceback_first, log.traceback_last, log.is_traceback_open = reader.first, reader.last, reader.is_open
    log.save(update_fields=PROGRESS)
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


def _line(log: JobLog, number: int, line: LogLine, reader: TracebackReader) -> Row:
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


def _reload(log: JobLog) -> None:
    """What is stored; its job stays as it was loaded."""
    log.refresh_from_db(fields=[field.attname for field in log._meta.concrete_fields if field.name != "job"])


class _LeaseLostError(Exception):
    """Somebody else took us for dead, and looks after this log."""
