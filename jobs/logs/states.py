"""How a log stands: what there is to say where its lines end, and whether what is saved is all of it."""

from __future__ import annotations

from enum import StrEnum

from jobs.models import JobLog
from jobs.sync.log_pages import MAX_BYTES, MAX_LINES

GIVEN_UP = "This log may be incomplete: Viam did not return the rest of it within 7 days."
SHORTFALLS = {
    JobLog.Bound.LINES: f"This is only the beginning of the log: at most {MAX_LINES:,} lines are saved.",
    JobLog.Bound.BYTES: f"This is only the beginning of the log: at most {MAX_BYTES >> 20} MiB are saved.",
    JobLog.Bound.PAGES: "This log may be incomplete: Viam's copy has more pages than we can load.",
}


class LogState(StrEnum):
    """What there is to say where the lines end, or instead of them: each has its template in `templates/logs/states/`.

    `LogFilters` may let through none of the lines there are: that is NO_MATCH, however the log stands.
    """

    LOADING = "loading"
    NONE_YET = "none_yet"
    LIVE = "live"
    FINISHING = "finishing"
    COMPLETE = "complete"
    UNAVAILABLE = "unavailable"
    EXPIRED = "expired"
    NO_MATCH = "no_match"

    @property
    def template(self) -> str:
        return f"logs/states/{self}.html"


def state_of(log: JobLog, *, none_match: bool = False) -> LogState:
    """Before Viam has answered for the first time nothing is said of what it has."""
    job = log.job
    if none_match and log.line_count:
        return LogState.NO_MATCH
    if log.is_complete:
        return _last_state_of(log)
    if log.problem:
        return LogState.UNAVAILABLE
    if not job.is_over and not job.training_started:
        return LogState.NONE_YET
    if not log.line_count and (log.asked_at is None or log.lease_owner):
        return LogState.LOADING
    if job.is_over:
        return LogState.FINISHING
    return LogState.LIVE if log.line_count else LogState.NONE_YET


def goes_on(log: JobLog) -> bool:
    """Whether more lines may come, or another state: the page asks for it. Of a job that is gone Viam has no log."""
    return not log.is_complete and not (log.job.missing_since and log.problem)


def _last_state_of(log: JobLog) -> LogState:
    if log.line_count or not (log.is_expired or log.given_up_at):
        return LogState.COMPLETE
    return LogState.EXPIRED if log.is_expired else LogState.UNAVAILABLE


def shortfall_of(log: JobLog) -> str:
    """Why what is saved may not be all of the log, in a sentence; empty when nothing is known to be missing."""
    if log.bound:
        return SHORTFALLS[JobLog.Bound(log.bound)]
    return GIVEN_UP if log.is_complete and log.given_up_at else ""
