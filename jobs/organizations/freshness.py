"""How old the truth on a page is, and why it is old."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2s

from django.conf import settings
from django.core.cache import cache
from django.utils import timezone

from jobs.domain import Role, is_within
from jobs.models import Actor, AuditEntry, Organization
from jobs.permissions import AllOrganizations, Listed
from jobs.sync import worker, write_failures
from jobs.viam.errors import CredentialsUnreadable, Forbidden, Refused, Unavailable, every_kind

# Whoever refreshes has answered by then, if they run at all.
SOON = timedelta(seconds=15)
# A key that stays refused is not to look like an attack.
SECONDS_BETWEEN_TRIES = 10
NO_REFRESHER = "no_refresher"


@dataclass(frozen=True, slots=True)
class Behind:
    """An organization whose jobs are older than they should be, and why, where that is known."""

    name: str
    as_of: datetime | None
    sentence: str


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
    # An administrator reads this, and only another key helps, or another role of this one.
    wants_key: bool = False
    # An administrator reads this, and nothing is asked before somebody starts a refresher.
    wants_refresher: bool = False
    # When the cloud is asked again.
    next_try: datetime | None = None
    # What is old when a page is opened is asked for then: only what stays old tells that nobody refreshes.
    doubtful_at: datetime | None = None
    # On a page of all organizations: those that are not as fresh as the others.
    behind: tuple[Behind, ...] = ()

    @property
    def is_in_trouble(self) -> bool:
        """Something is known to be wrong with one of them."""
        return any(each.sentence for each in self.behind)

    @property
    def is_first_load(self) -> bool:
        """Nothing was loaded yet and nothing went wrong yet."""
        return self.as_of is None and not self.problem


def freshness(organization: Organization, role: Role) -> Freshness:
    """As it is told to somebody of this role."""
    trouble = write_failures.trouble()
    if trouble:
        return _unstored(organization, role, trouble)
    if worker.is_forgotten(organization):
        return _forgotten(organization, role)
    kind, may_administer = every_kind().get(organization.problem), role.may_administer
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
        wants_key=may_administer and _wants_key(organization),
        next_try=organization.due_at if organization.problem else None,
    )


def freshness_of(organization: Listed, role: Role) -> Freshness:
    """Of all organizations the oldest counts, as far as anything was loaded."""
    if not isinstance(organization, AllOrganizations):
        return freshness(organization, role)
    found = [(each.organization.name, freshness(each.organization, each.role)) for each in organization.accesses]
    behind = [
        Behind(name, one.as_of, one.sentence) for name, one in found if one.is_stale or one.problem or not one.as_of
    ]
    return Freshness(
        as_of=organization.fetched_at,
        is_stale=any(one.is_stale for _, one in found),
        doubtful_at=timezone.now() + SOON if behind else None,
        behind=tuple(behind),
    )


def _wants_key(organization: Organization) -> bool:
    kind = every_kind().get(organization.problem)
    return kind is not None and issubclass(kind, Refused | Forbidden | CredentialsUnreadable)


def _unstored(organization: Organization, role: Role, trouble: write_failures.Trouble) -> Freshness:
    """What can't be written down either: the database takes nothing from this process."""
    return Freshness(
        as_of=organization.fetched_at,
        is_stale=_is_stale(organization),
        problem=trouble.error.kind,
        sentence=trouble.error.sentence,
        words=trouble.error.words if role.may_administer else "",
        since=trouble.since,
    )


def _forgotten(organization: Organization, role: Role) -> Freshness:
    """No refresher runs on any host: whatever went wrong before isn't tried again either."""
    told = (
        "Nothing is being refreshed: no refresher is running."
        if role.may_administer
        else "Jobs aren't being refreshed."
    )
    return Freshness(
        as_of=organization.fetched_at,
        is_stale=_is_stale(organization),
        problem=NO_REFRESHER,
        sentence=told,
        wants_refresher=role.may_administer,
    )


def _is_stale(organization: Organization) -> bool:
    """Three intervals without a refresh while somebody looks: whoever refreshes isn't running, or can't."""
    if organization.fetched_at is None:
        return bool(organization.problem)
    longest = max(settings.REFRESH_ACTIVE_SECONDS, settings.REFRESH_QUIET_SECONDS)
    return not is_within(organization.fetched_at, timedelta(seconds=3 * longest), timezone.now())


def try_now(organization: Organization, actor: Actor) -> bool:
    """Has the cloud asked at once by whoever refreshes, in any process. False when that was wanted a moment ago.

    For a key that was refused and works again: nobody waits for the end of the pause.
    """
    if not cache.add(f"try-now:{organization.pk}", True, SECONDS_BETWEEN_TRIES):
        return False
    with AuditEntry.around(actor, "organization:try", organization, subject=organization.name):
        worker.ask_soon(organization)
    return True


def page_tag(organization: Organization, role: Role) -> str:
    """What a poll compares: it differs exactly when the jobs, the problem or the buttons shown may differ."""
    return f"{organization.version}-{int(_is_stale(organization))}-{problem_tag(organization)}-{role.value}"


def tag_of(organization: Listed, role: Role) -> str:
    """The same for a list, whatever it is of."""
    if not isinstance(organization, AllOrganizations):
        return page_tag(organization, role)
    tags = [f"{each.organization.pk}:{page_tag(each.organization, each.role)}" for each in organization.accesses]
    return blake2s(".".join(tags).encode(), digest_size=12).hexdigest()


def problem_tag(organization: Organization) -> str:
    """Differs when what a page tells of the problem may differ and the version does not: what is not in the database,
    and when a key that was refused is tried next.
    """
    trouble = write_failures.trouble()
    if trouble:
        return trouble.error.kind
    if worker.is_forgotten(organization):
        return NO_REFRESHER
    return f"{organization.due_at:%H%M%S}" if organization.due_at and _wants_key(organization) else ""
