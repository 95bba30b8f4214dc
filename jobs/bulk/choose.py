"""Which jobs are meant, and for which of them the thing can be done."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db.models import QuerySet

from jobs.job_list.filters import Filters
from jobs.models import BulkRun, Job, Organization, can_be_made_again

MAX_AT_ONCE = 500
# So many can be ticked one by one where there is no script.
MAX_SHOWN = 200

Verb = BulkRun.Verb

POSSIBLE: dict[str, Callable[[Job], bool]] = {
    Verb.CANCEL: lambda job: job.can_cancel,
    Verb.DELETE: lambda job: job.is_over and job.missing_since is None,
    Verb.RESUBMIT: can_be_made_again,
}


class TooMany(Exception):
    """More jobs than one run takes; its text says what to do."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What is to be done, to which jobs; `left_out` are those for which it can't be done now."""

    verb: Verb
    jobs: list[Job]
    left_out: list[Job]

    @property
    def total(self) -> int:
        return len(self.jobs) + len(self.left_out)


def matching(organization: Organization, query: str, user: User) -> QuerySet[Job]:
    """The jobs that a list's address asks for, on all of its pages, in its order."""
    filters = Filters.from_query(query)
    return organization.jobs.matching(filters, user.get_username()).order_by(*filters.order())


def chosen(organization: Organization, user: User, verb: Verb, ids: Sequence[str], query: str | None) -> Choice:
    """The jobs of these ids, or all that match `query` unless it is None; others' ids are left out. Raises TooMany."""
    found: QuerySet[Job]
    if query is None:
        found = organization.jobs.filter(viam_id__in=ids[: MAX_AT_ONCE + 1]).order_by("-sorted_on", "-id")
    else:
        found = matching(organization, query, user)
    jobs = list(found[: MAX_AT_ONCE + 1])
    if len(jobs) > MAX_AT_ONCE:
        raise TooMany(_too_many(is_ticked=query is None))
    return sorted_out(organization, verb, jobs)


def _too_many(*, is_ticked: bool) -> str:
    if is_ticked:
        return f"More than {MAX_AT_ONCE} jobs are selected. Select fewer, or filter the list and select all that match."
    return f"More than {MAX_AT_ONCE} jobs match. Narrow the filters: {MAX_AT_ONCE} can be selected at once."


def sorted_out(organization: Organization, verb: Verb, jobs: Sequence[Job]) -> Choice:
    for job in jobs:
        job.organization = organization
    is_possible = POSSIBLE[verb]
    return Choice(verb, [job for job in jobs if is_possible(job)], [job for job in jobs if not is_possible(job)])
