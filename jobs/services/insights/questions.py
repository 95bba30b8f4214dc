"""What the database is asked: a handful of questions, each answered from one index, whatever the number of jobs.

Days are not worked out for each job: their edges are handed over, and the index is walked from edge to edge. That is
exact in every time zone, and the same for SQLite and PostgreSQL. CROSS JOIN keeps SQLite from walking the jobs first.
Jobs that vanished from the cloud are left out, as in the list to which all numbers lead.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, tzinfo
from typing import Any

from django.db import connection

from jobs.domain import JobStatus
from jobs.models import Organization
from jobs.services.insights.period import Stretch

Rows = list[tuple[Any, ...]]
# Of a message, and of failures: what is older than so many of them is not told.
LONGEST_MESSAGE = 2_000
MOST_FAILED = 20_000

_STRETCH = """
    SELECT %s AS number, COUNT(*), COUNT(*) FILTER (WHERE status = {completed}),
        COUNT(*) FILTER (WHERE status = {failed}), COUNT(*) FILTER (WHERE status = {canceled}),
        {listed}(queued_seconds) FILTER (WHERE queued_seconds IS NOT NULL),
        {listed}(ran_seconds) FILTER (WHERE ran_seconds IS NOT NULL AND status = {completed})
    FROM jobs_job
    WHERE organization_id = %s AND gone_at IS NULL AND sorted_on >= %s AND sorted_on < %s
"""
_NUMBERS = {
    "completed": JobStatus.COMPLETED.value,
    "failed": JobStatus.FAILED.value,
    "canceled": JobStatus.CANCELED.value,
}
# All values of a stretch at once: a third of the time that a row for each job takes, or a window function.
_LISTED = {"sqlite": "JSON_GROUP_ARRAY", "postgresql": "JSON_AGG"}
_BY_MAKING = """
    SELECT is_custom, model_type, script_id, dataset_id, status, COUNT(*), SUM(ran_seconds)
    FROM jobs_job
    WHERE organization_id = %s AND gone_at IS NULL AND sorted_on >= %s AND sorted_on < %s
    GROUP BY is_custom, model_type, script_id, dataset_id, status
"""
_BY_PERSON = """
    SELECT username, status, COUNT(DISTINCT jobs_job.id), SUM(ran_seconds)
    FROM jobs_auditentry
    CROSS JOIN jobs_job
    LEFT JOIN auth_user ON auth_user.id = actor_id
    WHERE jobs_job.organization_id = jobs_auditentry.organization_id AND viam_id = job_id
        AND jobs_auditentry.organization_id = %s AND action = 'job:submit' AND outcome = 'done'
        AND gone_at IS NULL AND sorted_on >= %s AND sorted_on < %s
    GROUP BY username, status
"""
_FAILED = """
    SELECT id, model_name, SUBSTR(error_message, 1, %s)
    FROM jobs_job
    WHERE organization_id = %s AND gone_at IS NULL AND status = %s AND sorted_on >= %s AND sorted_on < %s
    ORDER BY sorted_on DESC, id DESC LIMIT %s
"""
_LONGEST = """
    SELECT id
    FROM jobs_job
    WHERE organization_id = %s AND gone_at IS NULL AND sorted_on >= %s AND sorted_on < %s AND ran_seconds IS NOT NULL
    ORDER BY ran_seconds DESC, id LIMIT %s
"""


def over_time(organization: Organization, stretches: Sequence[Stretch], zone: tzinfo) -> Rows:
    """Number of the stretch; how many jobs, completed, failed, canceled ones; seconds in the queue of all that started
    and of running of those that completed, in order of size. One part of the question for each stretch: then there is
    nothing to sort.
    """
    part = _STRETCH.format(listed=_LISTED[connection.vendor], **_NUMBERS)
    edges = [stretch.moments(zone) for stretch in stretches]
    values = [
        value
        for number, (since, until) in enumerate(edges)
        for value in (number, organization.pk, stored(since), stored(until))
    ]
    rows = _ask(" UNION ALL ".join([part] * len(edges)), values)
    return [(*counts, _in_order(queued), _in_order(ran)) for *counts, queued, ran in rows]


def by_making(organization: Organization, since: datetime, until: datetime) -> Rows:
    """Custom?, type, script, dataset, status; how many jobs, and the seconds that they ran."""
    return _ask(_BY_MAKING, [organization.pk, stored(since), stored(until)])


def by_person(organization: Organization, since: datetime, until: datetime) -> Rows:
    """Who submitted here (None: somebody who has left), status; how many jobs, and the seconds that they ran."""
    return _ask(_BY_PERSON, [organization.pk, stored(since), stored(until)])


def failed(organization: Organization, since: datetime, until: datetime) -> Rows:
    """Key, model and message of those that failed, newest first, at most `MOST_FAILED`."""
    values = [LONGEST_MESSAGE, organization.pk, JobStatus.FAILED.value, stored(since), stored(until), MOST_FAILED]
    return _ask(_FAILED, values)


def longest(organization: Organization, since: datetime, until: datetime, most: int) -> list[int]:
    """The keys of those that ran longest."""
    return [key for (key,) in _ask(_LONGEST, [organization.pk, stored(since), stored(until), most])]


def _in_order(listed: str | list[int] | None) -> list[int]:
    """SQLite hands JSON over as text."""
    return sorted(json.loads(listed) if isinstance(listed, str) else listed or [])


def stored(moment: datetime) -> Any:
    """A moment as this database compares it."""
    return connection.ops.adapt_datetimefield_value(moment)


def _ask(question: str, values: Sequence[Any]) -> Rows:
    with connection.cursor() as cursor:
        cursor.execute(question, values)
        return list(cursor.fetchall())
