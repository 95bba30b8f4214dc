"""How old the truth on a page is, and why it is old."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from jobs.errors import CredentialsUnreadable, Refused, Unavailable, every_kind
from jobs.models import Organization

# Whoever refreshes has answered by then, if they run at all.
SOON = timedelta(seconds=15)


@dataclass(frozen=True, slots=True)
class Freshness:
    """As of when a page's jobs are true; `problem` is the kind of what is wrong, empty while all is well.

    Details are for administrators: for others `words` is empty, and a cloud that is away is away, however it is.
    """

    as_of: datetime | None
    is_stale: bool
    problem: str = ""
    sentence: str = ""
    words: str = ""
    since: datetime | None = None
    # An administrator reads this, and only another key helps.
    wants_key: bool = False
    # What is old when a page is opened is asked for then: only what stays old tells that nobody refreshes.
    doubtful_at: datetime | None = None

    @property
    def is_first_load(self) -> bool:
        """Nothing was loaded yet and nothing went wrong yet."""
        return self.as_of is None and not self.problem


def freshness(organization: Organization) -> Freshness:
    kind, may_administer = every_kind().get(organization.problem), organization.role.may_administer
    if kind and issubclass(kind, Unavailable) and not may_administer:
        kind = Unavailable
    is_stale = _is_stale(organization)
    return Freshness(
        as_of=organization.fetched_at,
        is_stale=is_stale,
        doubtful_at=timezone.now() + SOON if is_stale else None,
        problem=organization.problem,
        sentence=kind.sentence if kind else "",
        words=organization.problem_words if may_administer else "",
        since=organization.problem_since,
        wants_key=may_administer and kind is not None and issubclass(kind, Refused | CredentialsUnreadable),
    )


def _is_stale(organization: Organization) -> bool:
    """Three intervals without a refresh while somebody looks: whoever refreshes isn't running, or can't."""
    if organization.fetched_at is None:
        return bool(organization.problem)
    longest = max(settings.REFRESH_ACTIVE_SECONDS, settings.REFRESH_QUIET_SECONDS)
    return organization.fetched_at < timezone.now() - timedelta(seconds=3 * longest)


def page_tag(organization: Organization) -> str:
    """What a poll compares: it differs exactly when the jobs, the problem or the buttons shown may differ."""
    return f"{organization.version}-{int(_is_stale(organization))}-{organization.role.value}"
