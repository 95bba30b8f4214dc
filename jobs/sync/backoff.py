"""How long to wait until the next refresh, in seconds: by what moves when all is well, by what went wrong otherwise."""

from __future__ import annotations

import random
from datetime import timedelta

from django.conf import settings

from jobs.viam.errors import (
    CloudError,
    CredentialsUnreadable,
    DatabaseFull,
    DatabaseReadOnly,
    Limited,
    NotStored,
    Refused,
    TimedOut,
    Unreachable,
)

LONGEST_PAUSE = 60.0
# A key that was refused stays refused until somebody acts; asking often would look like an attack.
PAUSE_WHEN_REFUSED = 300.0
PAUSE_WHEN_LIMITED = 30.0
# The first silence is often that of one dead connection, which was given up for it.
PAUSE_WHEN_SILENT = 1.0
GROWTH = 1.6


def after_success(*, is_active: bool) -> timedelta:
    seconds = settings.REFRESH_ACTIVE_SECONDS if is_active else settings.REFRESH_QUIET_SECONDS
    return _jittered(seconds)


def between_complete_lists(*, is_active: bool) -> timedelta:
    """How old a complete list may be; longer when nothing moves."""
    seconds = settings.REFRESH_COMPLETE_SECONDS if is_active else settings.REFRESH_QUIET_COMPLETE_SECONDS
    return timedelta(seconds=seconds)


def after_failure(error: CloudError, failures: int) -> timedelta:
    """`failures` counts the failed refreshes in a row, this one included."""
    if isinstance(error, Refused | CredentialsUnreadable):
        return _jittered(PAUSE_WHEN_REFUSED)
    if isinstance(error, TimedOut) and failures == 1:
        return _jittered(min(PAUSE_WHEN_SILENT, settings.REFRESH_ACTIVE_SECONDS))
    least = PAUSE_WHEN_LIMITED if isinstance(error, Limited) else settings.REFRESH_ACTIVE_SECONDS
    return _jittered(min(_most(error), least * GROWTH ** min(failures - 1, 20)))


def longest() -> timedelta:
    """No pause is longer."""
    return timedelta(
        seconds=1.2 * max(PAUSE_WHEN_REFUSED, settings.REFRESH_ACTIVE_SECONDS, settings.REFRESH_QUIET_SECONDS)
    )


def _most(error: CloudError) -> float:
    """Who isn't there hears no knock, and who is silent makes us wait: their return shall be seen soon."""
    interval: float = settings.REFRESH_ACTIVE_SECONDS
    if isinstance(error, Unreachable):
        return interval
    # Whoever locks a database lets go of it by themselves; a full disk waits for somebody.
    is_brief = isinstance(error, NotStored) and not isinstance(error, DatabaseFull | DatabaseReadOnly)
    return 2 * interval if is_brief or isinstance(error, TimedOut) else LONGEST_PAUSE


def _jittered(seconds: float) -> timedelta:
    """Up to a tenth more, so that many organizations don't ask in the same moment."""
    return timedelta(seconds=seconds * random.uniform(1.0, 1.1))
