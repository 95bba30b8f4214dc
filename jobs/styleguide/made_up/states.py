"""States of the mirror: fresh, stale, and everything that can be wrong with it; and times of jobs, told from now."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.utils import timezone

from jobs.domain import JobStatus
from jobs.organizations.freshness import NO_REFRESHER, Freshness
from jobs.viam.errors import every_kind


class Message(NamedTuple):
    """As Django's own; with an extra tag, what was done can be undone."""

    text: str
    level_tag: str = "success"
    extra_tags: str = ""

    def __str__(self) -> str:
        return self.text


MESSAGES = [
    Message("The key works."),
    Message("View “Night shift” deleted.", extra_tags="1"),
    Message("Nothing was changed: the invitation was already used or withdrawn.", "error"),
]
# A number that the cloud may use one day.
NEW_STATUS = 9
STATUSES = [*JobStatus, JobStatus(NEW_STATUS)]


def ago(**told: float) -> datetime:
    """`ago(minutes=4)`."""
    return timezone.now() - timedelta(**told)


def lived(status: int, queued: timedelta | None, ran: timedelta | None = None, *, since: timedelta) -> dict[str, Any]:
    """The times of a job that waited and ran so long; when it is over, since then. `queued` None: it tells nothing."""
    is_over = JobStatus(status).is_final
    end = timezone.now() - since if is_over else timezone.now()
    started = end - ran if ran is not None else None
    created = None if queued is None else (started or end) - queued
    return {
        "status": status,
        "created_on": created,
        "sorted_on": created or end,
        "training_started": started,
        "training_ended": end if is_over and ran is not None else None,
    }


def fresh() -> Freshness:
    return Freshness(timezone.now(), is_stale=False)


def stale() -> Freshness:
    return Freshness(ago(minutes=12), is_stale=True)


def problem(kind: str, words: str = "", *, wants_key: bool = False) -> Freshness:
    sentence = every_kind()[kind].sentence
    return Freshness(ago(minutes=4), True, kind, sentence, words, ago(minutes=3), wants_key)


def unrefreshed() -> Freshness:
    told = "Nothing is being refreshed: no refresher is running."
    return Freshness(ago(minutes=4), True, NO_REFRESHER, told, wants_refresher=True)


def values() -> dict[str, Any]:
    return {
        "messages": MESSAGES,
        "statuses": STATUSES,
        "fresh": fresh(),
        "stale": stale(),
        "problems": [
            problem("unavailable", "connection refused by app.viam.com:443"),
            problem("refused", "API key not authorized", wants_key=True),
            problem("limited"),
            unrefreshed(),
        ],
        "first_load": Freshness(None, is_stale=False),
        "never_loaded": Freshness(
            None, True, "refused", every_kind()["refused"].sentence, "not authorized", ago(hours=1)
        ),
    }
