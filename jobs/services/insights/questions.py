"""What the database is asked: a handful of questions, each answered from one index, whatever the number of jobs.

Days are not worked out for each job: their edges are handed over, and the index is walked from edge to edge. That is
exact in every time zone and the same for SQLite and PostgreSQL; CROSS JOIN keeps SQLite from walking the jobs first.
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

_OVER_TIME = """
    WITH stretch(number, since, until) AS (VALUES {edges})
    SELECT number, status, COUNT(*), {queued}, {ran}
    FROM stretch CROSS JOIN jobs_job
    WHERE organization_id = %s AND gone_at IS NULL AND sorted_on >= since AND sorted_on < until
    GROUP BY number, status
"""
# All values of a group as one text: a third of the time that a row for each job takes, or a window function.
_LISTED = {"sqlite": "GROUP_CONCAT({})", "postgresql": "STRING_AGG(CAST({} AS TEXT), ',')"}
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
    """Number of the stretch, status; how many jobs, their seconds in the queue and of running, in order of size."""
    edges = [stretch.moments(zone) for stretch in stretches]
    values = [value for number, (since, until) in enumerate(edges) for value in (number, stored(since), stored(until))]
    listed = _LISTED[connection.vendor]
    question = _OVER_TIME.format(
        edges=", ".join(["(%s, %s, %s)"] * len(edges)),
        queued=listed.format("queued_seconds"),
        ran=listed.format("ran_seconds"),
    )
    rows = _ask(question, [*values, organization.pk])
    return [(number, status, count, _numbers(queued), _numbers(ran)) for number, status, count, queued, ran in rows]


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


def _numbers(listed: str | None) -> list[int]:
    # JSON is the fastest reader of numbers at hand.
    return sorted(json.loads(f"[{listed}]")) if listed else []


def stored(moment: datetime) -> Any:
    """A moment as this database compares it."""
    return connection.ops.adapt_datetimefield_value(moment)


def _ask(question: str, values: Sequence[Any]) -> Rows:
    with connection.cursor() as cursor:
        cursor.execute(question, values)
        return list(cursor.fetchall())
