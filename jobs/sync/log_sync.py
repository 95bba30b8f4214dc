"""When the log of a job is read: as it comes, while somebody reads it; and the rest before the cloud forgets it.

How it is read stands in log_pages.py. Of several processes one looks after a log: whoever holds its lease.
"""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce, Now
from django.dispatch import receiver
from django.utils import timezone

from jobs.domain import JobStatus, is_within, later
from jobs.lease import Lease
from jobs.models import LOG_LEASE, Job, JobLog, Organization, lease_is_over
from jobs.models.logs import KEPT_BY_VIAM, ended_at
from jobs.storing import note
from jobs.sync.apply import JobsChanged, jobs_changed
from jobs.sync.connection import client_for
from jobs.sync.log_pages import DiffersError, Followed, LeaseLostError, follow, reload, row_of
from jobs.sync.log_rereading import read_anew
from jobs.sync.reconcile import in_cloud_time
from jobs.viam import Cloud
from jobs.viam.errors import CloudError, NotFound, NotOffered, NotStored, Rejected, TooLarge

# By so much longer a log is asked for: the cloud's clock is not ours, and one may be wrong by minutes.
MARGIN = timedelta(hours=1)
# Lines may arrive some time after the job has ended. Counted from when we saw its end, by the database's clock.
LATE = timedelta(seconds=30)
# Of a job that ended so long ago by the cloud's clock, however wrong ours is, one look brings the whole log.
LONG_OVER = timedelta(hours=6)
WHILE_RUNNING = timedelta(seconds=5)
# Pauses grow until then: while a cloud is away, and while it refuses the log of a job that has ended.
AFTER_FAILURE = timedelta(seconds=60)
AFTER_REFUSAL = timedelta(hours=1)
WATCHED = timedelta(seconds=60)
BATCH = 500
# What answers about this log; anything else is a cloud that is away, or a key.
REFUSALS = (NotFound, NotOffered, Rejected, TooLarge)
FINAL = [status.value for status in JobStatus if status.is_final]
OPEN: dict[str, Any] = {"is_complete": False, "is_expired": False, "given_up_at": None, "failures": 0}


@receiver(jobs_changed)
def _plan_logs(change: JobsChanged, **_: object) -> None:
    if change.is_complete or change.difference.turns:
        plan(change.organization)


def plan(organization: Organization) -> int:
    """Gives every ended job whose log Viam may still have, and that has no plan yet, one; the number of new plans.

    Failed jobs come first, then those whose log disappears first.
    """
    _follow_jobs(organization)
    unplanned = _still_kept(organization.jobs.filter(missing_since=None, log=None))[:BATCH]
    plans = [JobLog(job=job, seen_ended_at=Now(), due_at=Now() + LATE) for job in unplanned]
    JobLog.objects.bulk_create(plans, ignore_conflicts=True)
    return len(plans)


def _follow_jobs(organization: Organization) -> None:
    """What changed about jobs whose logs have plans already."""
    logs = JobLog.objects.filter(job__organization=organization)
    # With a status that we don't know as well: it may run again.
    active = organization.jobs.exclude(status__in=FINAL).filter(missing_since=None)
    # It had vanished, and is back: it runs, or it has ended meanwhile and the log that we have may lack the rest.
    is_closed = Q(is_complete=True, bound="") | Q(seen_ended_at__isnull=False)
    logs.filter(is_closed, job__in=active).update(**OPEN, seen_ended_at=None, seen_gone=False, due_at=None)
    kept = _still_kept(organization.jobs.filter(missing_since=None))
    _take_up(logs.filter(seen_gone=True, job__status__in=FINAL, job__missing_since=None), kept)
    # It was given up by a clock that was ahead, or by a version that took one refusal for the end.
    too_early = logs.filter(given_up_at__isnull=False, job__in=kept)
    too_early.update(**OPEN, due_at=Now())
    goes_on = logs.filter(is_complete=False, seen_ended_at=None)
    goes_on.filter(job__status__in=FINAL).update(seen_ended_at=Now(), due_at=Now())
    goes_on.filter(job__missing_since__isnull=False).update(seen_ended_at=Now(), seen_gone=True, due_at=Now())
    logs.filter(is_complete=True, seen_gone=False, job__missing_since__isnull=False).update(seen_gone=True)


def _take_up(logs: QuerySet[JobLog], kept: QuerySet[Job]) -> None:
    """Of jobs that are back, and have ended. Whether they ran unseen, the log alone tells, while Viam has it."""
    ended = Coalesce("job__training_ended", "job__last_modified", Now())
    may_have_more = logs.filter(Q(job__in=kept) | Q(seen_ended_at=None) | Q(seen_ended_at__lt=ended))
    may_have_more.update(**OPEN, seen_ended_at=Now(), seen_gone=False, due_at=Now() + LATE)
    logs.update(seen_gone=False)


def _still_kept(jobs: QuerySet[Job]) -> QuerySet[Job]:
    """Those that ended, and whose log Viam may still have."""
    since = Now() - (KEPT_BY_VIAM + MARGIN)
    ended = Q(training_ended__gte=since) | Q(training_ended=None, last_modified__gte=since)
    return jobs.filter(ended, status__in=FINAL)


def watch(job: Job) -> JobLog:
    """Somebody reads this log: it is brought up to date at once, and kept so while they do."""
    log = JobLog.objects.filter(job=job).first() or JobLog(job=job)
    if not log.is_complete and not is_within(log.viewed_at, WATCHED / 3, timezone.now()):
        note(lambda: _mark_read(log))
    return log


def _mark_read(log: JobLog) -> None:
    if log.pk is None:
        log.pk = JobLog.objects.get_or_create(job=log.job)[0].pk
    # PostgreSQL locks rows: a page does not wait for a long log to be replaced, and notes it the next time.
    free = list(JobLog.objects.select_for_update(skip_locked=True).filter(pk=log.pk).values_list("pk", flat=True))
    # Whoever opens it doesn't wait for a pause to end that began when nobody looked.
    is_opened = Q(viewed_at=None) | Q(viewed_at__lt=Now() - WATCHED)
    JobLog.objects.filter(is_opened | Q(due_at=None) | Q(asked_at=None), pk__in=free).update(due_at=Now())
    JobLog.objects.filter(pk__in=free).update(viewed_at=Now())


def being_read() -> QuerySet[JobLog]:
    """Logs that somebody reads and that are due."""
    return _due().filter(viewed_at__range=(Now() - WATCHED, Now() + WATCHED))


def ended() -> QuerySet[JobLog]:
    """Due logs of jobs that have ended, read or not; failed jobs first, then those that disappear first."""
    failed_first = Case(When(job__status=JobStatus.FAILED, then=Value(0)), default=Value(1))
    over = _due().filter(Q(job__status__in=FINAL) | Q(job__missing_since__isnull=False))
    return over.order_by(failed_first, "job__training_ended", "pk")


def save_some(logs: QuerySet[JobLog], cloud: Cloud, most: int) -> int:
    """Looks after some of these; the number of lines added. An error of the cloud is kept with the log it befell."""
    added = 0
    for log in logs.select_related("job__organization")[:most]:
        # Somebody else may have been here since.
        lease = Lease.take(row_of(log), LOG_LEASE, when=_is_due(), asked_at=Now())
        added += _look(log, lease, cloud) if lease else 0
    return added


def save(log: JobLog, cloud: Cloud) -> int:
    """Follows the pages of the log from where we were; the number of lines added, none while somebody else does it."""
    lease = Lease.take(row_of(log), LOG_LEASE, asked_at=Now())
    return _look(log, lease, cloud) if lease else 0


def _due() -> QuerySet[JobLog]:
    return JobLog.objects.filter(_is_due(), lease_is_over(LOG_LEASE))


def _is_due() -> Q:
    """A time that is farther off than any pause was written before the clock was set back."""
    return Q(Q(due_at__lte=Now()) | Q(due_at__gt=Now() + 2 * AFTER_REFUSAL), is_complete=False)


def _look(log: JobLog, lease: Lease, cloud: Cloud) -> int:
    reload(log)
    try:
        followed = _read(log, lease, cloud)
        added, changes = followed.added, _as_it_stands(log, followed)
    except LeaseLostError:
        return 0
    except CloudError as error:
        added, changes = 0, _after(error, log)
    if lease.release(**changes) and changes["is_complete"]:
        log.pages.all().delete()
    reload(log)
    return added


def _read(log: JobLog, lease: Lease, cloud: Cloud) -> Followed:
    """The last reading is of the whole log: it is a new one unless this one began late enough."""
    seen = _seen_ended(log)
    now = log.asked_at or timezone.now()
    is_last = seen is not None and now >= seen + LATE
    began_late = seen is not None and log.begun_at is not None and seen + LATE <= log.begun_at <= now
    try:
        return follow(log, lease, cloud, from_start=is_last and not began_late)
    except DiffersError:
        return read_anew(log, lease, cloud)


def _seen_ended(log: JobLog) -> datetime | None:
    """When we saw the job's end, or when the cloud says that it was if that is long ago.

    Now if it lies in the future, where a clock that was wrong put it.
    """
    if not log.job.is_over:
        return None
    now = log.asked_at or timezone.now()
    seen, ended = min(log.seen_ended_at or now, now), _long_over(log.job, now)
    return min(seen, ended) if ended else seen


def _long_over(job: Job, now: datetime) -> datetime | None:
    """When it ended; None unless that is long ago."""
    ended = ended_at(job) if job.state.is_final else None
    until = later(ended, LONG_OVER) if ended else None
    return ended if until and until < in_cloud_time(job.organization, now) else None


def _as_it_stands(log: JobLog, followed: Followed) -> dict[str, Any]:
    """After a look that met no error. The log is complete when its last reading began late after we saw the job end."""
    now, seen = log.asked_at or timezone.now(), _seen_ended(log)
    is_last = seen is not None and now >= seen + LATE
    bound = log.bound or (JobLog.Bound.PAGES if is_last and followed.is_endless else "")
    is_complete = bool(bound) or (is_last and followed.is_whole)
    pause = AFTER_FAILURE if followed.is_costly else WHILE_RUNNING
    return {
        "seen_ended_at": seen,
        "seen_gone": log.seen_gone if log.seen_ended_at else bool(seen) and not log.job.state.is_final,
        "is_complete": is_complete,
        "is_expired": is_complete and not log.line_count and _is_past(log, KEPT_BY_VIAM),
        "bound": bound,
        "given_up_at": None,
        "due_at": None if is_complete else max(seen + LATE if seen else now, now + pause),
        "problem": "",
        "problem_words": "",
        "failures": 0,
    }


def _after(error: CloudError, log: JobLog) -> dict[str, Any]:
    """A log is given up, whatever the error, once it was asked for after Viam has to keep it no longer.

    Until then it may come back, and what this site could not store Viam may have still.
    """
    is_refused, is_past = isinstance(error, REFUSALS), _is_past(log, KEPT_BY_VIAM + MARGIN)
    longest = AFTER_REFUSAL if is_past or (is_refused and log.job.is_over) else AFTER_FAILURE
    is_over = is_past and not isinstance(error, NotStored)
    changes = {
        "is_complete": is_over,
        "given_up_at": Now() if is_over else None,
        "due_at": None if is_over else Now() + min(longest, WHILE_RUNNING * 2 ** min(log.failures, 20)),
        "problem": error.kind,
        "problem_words": error.words,
        "failures": log.failures + 1,
    }
    if log.page_token and isinstance(error, Rejected):
        # The token is no longer taken: the next look begins anew.
        changes |= {"page_token": "", "page_starts_at": 1}
    return changes


def _is_past(log: JobLog, span: timedelta) -> bool:
    """Whether the look began so long after the job's end: what the cloud says of it, or when we saw it if sooner."""
    ended, now = ended_at(log.job), log.asked_at or timezone.now()
    until = later(min(ended, log.seen_ended_at or ended), span) if ended else None
    return until is not None and now > until


# Looking after logs in the background: those that people read at once, those that would expire at a gentle pace.


MAX_READ_AT_ONCE = 20
# Ended jobs whose log nobody reads: so many, then a pause, so that a long history doesn't flood the cloud with calls.
SWEPT_AT_ONCE = 5
PAUSE_SECONDS = 5.0

_swept: dict[int, float] = {}


def organizations_with(logs: QuerySet[JobLog]) -> QuerySet[Organization]:
    """Organizations of which one of these logs is."""
    found = Organization.objects.filter(is_shown=True, credentials__isnull=False, problem="")
    return found.filter(Exists(logs.filter(job__organization=OuterRef("pk"))))


def save_read_logs(organization: Organization) -> int:
    """Those that people read, the ones that were never asked for first; the number of lines that were added."""
    return _save(organization, being_read().order_by(F("asked_at").asc(nulls_first=True), "pk"), MAX_READ_AT_ONCE)


def save_ended_logs(organization: Organization) -> int:
    """Some of those that would expire, unless some were saved a moment ago; the number of lines that were added."""
    if time.monotonic() - _swept.get(organization.pk, -PAUSE_SECONDS) < PAUSE_SECONDS:
        return 0
    added = _save(organization, ended(), SWEPT_AT_ONCE)
    _swept[organization.pk] = time.monotonic()
    return added


def _save(organization: Organization, logs: QuerySet[JobLog], most: int) -> int:
    if organization.credentials is None:
        return 0
    try:
        cloud = client_for(organization.credentials)
    except CloudError:
        return 0  # Refreshing the jobs tells of it.
    return save_some(logs.filter(job__organization=organization), cloud, most)
