"""Who did what: the audit log of an organization or of the whole site, filtered, one page at a time, or exported."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import reduce
from operator import or_
from typing import Self

from django.db.models import Q, QuerySet

from jobs.domain import AUDIT_ACTIONS
from jobs.models import AuditEntry, Organization
from jobs.ui.csv_export import time_cell
from jobs.ui.params import Cursor, midnight, read_day, read_page
from jobs.ui.text import words_of

PER_PAGE = 50
COLUMNS = ["when", "who", "from", "via", "organization", "action", "subject", "job", "reason", "outcome", "words"]


@dataclass(frozen=True, slots=True)
class LogQuestion:
    """What a person asked to see of the log, read from an address; what makes no sense is left out, never an error."""

    action: str = ""
    who: str = ""
    outcome: str = ""
    text: str = ""
    since: date | None = None
    until: date | None = None
    page: int = 1
    # The page begins behind this entry.
    after: Cursor | None = None

    @classmethod
    def from_address(cls, values: Mapping[str, str]) -> Self:
        plain = {name: value.replace("\0", "").strip()[:200] for name, value in values.items()}
        return cls(
            action=plain.get("action", "") if plain.get("action") in AUDIT_ACTIONS else "",
            who=plain.get("who", ""),
            outcome=plain.get("outcome", "") if plain.get("outcome") in AuditEntry.Outcome.values else "",
            text=plain.get("q", ""),
            since=read_day(plain.get("since", "")),
            until=read_day(plain.get("until", "")),
            page=read_page(plain.get("page", "")),
            after=Cursor.read(plain.get("after", "")),
        )

    @property
    def newer(self) -> int | None:
        """The page before; None for the first, which an address need not name."""
        return self.page - 1 if self.page > 2 else None

    @property
    def older(self) -> int:
        return self.page + 1

    @property
    def is_filtering(self) -> bool:
        return replace(self, page=1, after=None) != LogQuestion()


@dataclass(frozen=True, slots=True)
class LogPage:
    """Entries, newest first; `has_more` tells that there are older ones."""

    entries: list[AuditEntry]
    question: LogQuestion
    has_more: bool

    @property
    def end(self) -> str:
        """Where the next page begins, whatever is written meanwhile."""
        return str(Cursor(self.entries[-1].started_at, self.entries[-1].pk))


def read_activity(organization: Organization | None, question: LogQuestion) -> LogPage:
    """One page of an organization's log; of the whole site's when there is no organization."""
    entries, start = _asked(organization, question).select_related("organization"), (question.page - 1) * PER_PAGE
    if after := question.after:
        entries, start = entries.filter(after.beyond("started_at", "lt")), 0
    found = list(entries[start : start + PER_PAGE + 1])
    return LogPage(found[:PER_PAGE], question, has_more=len(found) > PER_PAGE)


def export_activity(organization: Organization | None, question: LogQuestion) -> Iterator[list[str]]:
    """All entries that match, as rows of a table, headings first; read in portions."""
    yield COLUMNS
    for entry in _asked(organization, question).select_related("organization").iterator(chunk_size=500):
        yield [
            time_cell(entry.started_at),
            entry.who,
            entry.address or "",
            entry.via,
            entry.organization.name if entry.organization else "",
            entry.action,
            entry.subject,
            entry.job_id,
            entry.reason,
            entry.outcome,
            entry.words,
        ]


def _asked(organization: Organization | None, question: LogQuestion) -> QuerySet[AuditEntry]:
    entries = organization.actions.all() if organization else AuditEntry.objects.all()
    exact = {"action": question.action, "actor_name": question.who, "outcome": question.outcome}
    entries = entries.filter(**{name: value for name, value in exact.items() if value})
    for word in words_of(question.text):
        places = ("subject", "job_id", "reason", "words")
        entries = entries.filter(reduce(or_, (Q(**{f"{place}__icontains": word}) for place in places)))
    if question.since:
        entries = entries.filter(started_at__gte=midnight(question.since))
    if question.until:
        entries = entries.filter(started_at__lt=midnight(question.until + timedelta(days=1)))
    return entries.order_by("-started_at", "-id")
