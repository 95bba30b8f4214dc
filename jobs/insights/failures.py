"""What failed most: by model, and by message, where messages that differ in numbers and ids alone are the same."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass

from jobs.error_fingerprint import title
from jobs.insights import queries
from jobs.insights.queries import Rows
from jobs.models import Job, Organization

MOST = 6


@dataclass(frozen=True, slots=True)
class FailureGroup:
    """Jobs that failed alike: the newest one's words, how many there are, how many models they are of."""

    title: str
    count: int
    models: int
    newest: Job | None


@dataclass(frozen=True, slots=True)
class FailedModel:
    """A model by its name, and how many of its jobs failed."""

    name: str
    count: int


def failed_models(rows: Rows) -> list[FailedModel]:
    """From the answer to `queries.failed`."""
    counts: Counter[str] = Counter()
    for _, name, count, _ in rows:
        if name:
            counts[name] += count
    return [FailedModel(name, count) for name, count in counts.most_common(MOST)]


def failure_groups(organization: Organization, rows: Rows) -> list[FailureGroup]:
    """The largest groups, from the same answer; of each the newest job, for its words and its page."""
    groups: dict[str, Rows] = defaultdict(list)
    for row in rows:
        groups[row[0]].append(row)
    largest = sorted(groups.values(), key=_count, reverse=True)[:MOST]
    keys = [queries.failed_last(organization, group[0]) for group in largest]
    jobs = organization.jobs.in_bulk([key for key in keys if key])
    return [_told(group, jobs.get(key or 0)) for group, key in zip(largest, keys, strict=True)]


def _count(group: Rows) -> int:
    return sum(count for _, _, count, _ in group)


def _told(group: Rows, newest: Job | None) -> FailureGroup:
    words = title(newest.error_message) if newest else group[0][0]
    return FailureGroup(words, _count(group), len(group), newest)
