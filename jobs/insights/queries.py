"""What the database is asked: a handful of questions, each answered from one index, whatever the number of jobs.

Days are not worked out for each job: their edges are handed over, and the index is walked from edge to edge. That is
exact in every time zone, and the same for SQLite and PostgreSQL. What costs is a job's turn in such a walk, so that
nothing is asked of a job there that can be asked once.
Jobs that vanished from the cloud are left out, as in the list to which all numbers lead.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import datetime, tzinfo
from typing import Any

from django.db import connection

from jobs.domain import JobStatus
from jobs.insights.period import Bucket
from jobs.models import Organization

Rows = list[tuple[Any, ...]]

# Each one looked up from the one before: there are a handful, and a walk through all jobs would take as long as a
# question that is worth it.
_STATUSES = """
    WITH RECURSIVE found(status) AS (
        SELECT MIN(status) FROM jobs_job WHERE organization_id = %s AND missing_since IS NULL
        UNION ALL
        SELECT (SELECT MIN(status) FROM jobs_job
                WHERE organization_id = %s AND missing_since IS NULL AND status > found.status)
        FROM found WHERE found.status IS NOT NULL
    )
    SELECT status FROM found WHERE status IS NOT NULL
"""
_STRETCH = """
    SELECT %s, %s, COUNT(*), {queued}, {ran}
    FROM jobs_job
    WHERE organization_id = %s AND missing_since IS NULL AND status = %s AND sorted_on >= %s AND sorted_on < %s
"""
# All values of a bucket at once, as a text: a third of the time that a row for each job takes, or a window function.
_LISTED = {"sqlite": "GROUP_CONCAT({})", "postgresql": "STRING_AGG(CAST({} AS TEXT), ',')"}
_OUTSIDE = """
    SELECT EXISTS (SELECT 1 FROM jobs_job WHERE organization_id = %s AND missing_since IS NULL AND sorted_on < %s),
        EXISTS (SELECT 1 FROM jobs_job WHERE organization_id = %s AND missing_since IS NULL AND sorted_on >= %s)
"""
# What jobs are made of is told by any one of them: to compare four columns job by job would take a third longer.
_BY_MAKING = """
    SELECT is_custom, model_type, script_id, dataset_id, found.person, found.status, found.jobs, found.seconds
    FROM (
        SELECT recipe_hash, submitted_by_id AS person, status, COUNT(*) AS jobs, SUM(ran_seconds) AS seconds
        FROM jobs_job
        WHERE organization_id = %s AND missing_since IS NULL {within}
        GROUP BY recipe_hash, submitted_by_id, status
    ) AS found
    JOIN jobs_job ON jobs_job.id = (
        SELECT id FROM jobs_job
        WHERE organization_id = %s AND missing_since IS NULL AND recipe_hash = found.recipe_hash LIMIT 1
    )
"""
# CROSS JOIN keeps SQLite from walking the jobs first, the plus from walking all that was ever done here.
_BY_THOSE_WHO_LEFT = """
    SELECT status, COUNT(DISTINCT jobs_job.id), SUM(ran_seconds)
    FROM jobs_auditentry
    CROSS JOIN jobs_job
    WHERE jobs_job.organization_id = jobs_auditentry.organization_id AND viam_id = job_id AND submitted_by_id IS NULL
        AND +jobs_auditentry.organization_id = %s AND actor_id IS NULL AND action = 'job:submit' AND outcome = 'done'
        AND missing_since IS NULL AND sorted_on >= %s AND sorted_on < %s
    GROUP BY status
"""
_FAILED = """
    SELECT failure, model_name, COUNT(*), MAX(sorted_on)
    FROM jobs_job
    WHERE organization_id = %s AND missing_since IS NULL AND failure IS NOT NULL AND sorted_on >= %s AND sorted_on < %s
    GROUP BY failure, model_name
    ORDER BY MAX(sorted_on) DESC
"""
_FAILED_LAST = """
    SELECT MAX(id)
    FROM jobs_job
    WHERE organization_id = %s AND missing_since IS NULL AND failure = %s AND model_name = %s AND sorted_on = %s
"""
_LONGEST = """
    SELECT id
    FROM jobs_job
    WHERE organization_id = %s AND missing_since IS NULL AND ran_seconds IS NOT NULL
        AND sorted_on >= %s AND sorted_on < %s
    ORDER BY ran_seconds DESC, id LIMIT %s
"""


def over_time(organization: Organization, buckets: Sequence[Bucket], zone: tzinfo) -> Rows:
    """Number of the bucket, status; how many jobs, the seconds in the queue of all that started and of running of
    those that completed, in no order.
    """
    edges = [tuple(map(stored, bucket.moments(zone))) for bucket in buckets]
    statuses = [status for (status,) in _ask(_STATUSES, [organization.pk] * 2)]
    rows = (row for status in statuses for row in _of_status(organization, status, edges))
    return [(*counted, json.loads(f"[{queued or ''}]"), json.loads(f"[{ran or ''}]")) for *counted, queued, ran in rows]


def _of_status(organization: Organization, status: int, edges: Sequence[tuple[Any, Any]]) -> Rows:
    """One part of the question for each bucket: then there is nothing to sort, and no job whose bucket or status has
    to be looked at.
    """
    listed = _LISTED[connection.vendor]
    ran = listed.format("ran_seconds") if status == JobStatus.COMPLETED else "NULL"
    part = _STRETCH.format(queued=listed.format("queued_seconds"), ran=ran)
    values = [(number, status, organization.pk, status, *edge) for number, edge in enumerate(edges)]
    return _ask(" UNION ALL ".join([part] * len(edges)), [value for part in values for value in part])


def by_recipe(organization: Organization, since: datetime, until: datetime) -> Rows:
    """Custom?, type, script, dataset, user, status; how many jobs, and the seconds that they ran."""
    within = list(_within(organization, stored(since), stored(until)))
    question = _BY_MAKING.format(within=" ".join(condition for condition, _ in within))
    return _ask(question, [organization.pk, *(moment for _, moment in within), organization.pk])


def _within(organization: Organization, since: Any, until: Any) -> Iterator[tuple[str, Any]]:
    """The conditions that leave something out: each of them takes an eighth of a walk through all jobs."""
    [(is_older, is_newer)] = _ask(_OUTSIDE, [organization.pk, since, organization.pk, until])
    if is_older:
        yield "AND sorted_on >= %s", since
    if is_newer:
        yield "AND sorted_on < %s", until


def by_those_who_left(organization: Organization, since: datetime, until: datetime) -> Rows:
    """Status; how many jobs were submitted here by people whose accounts are gone, and the seconds that they ran."""
    return _ask(_BY_THOSE_WHO_LEFT, [organization.pk, stored(since), stored(until)])


def failed(organization: Organization, since: datetime, until: datetime) -> Rows:
    """What failures have in common, model; how many jobs, and when the newest was created. Newest first."""
    return _ask(_FAILED, [organization.pk, stored(since), stored(until)])


def failed_last(organization: Organization, row: tuple[Any, ...]) -> int | None:
    """The key of the newest job of a row of `failed`."""
    failure, model, _, moment = row
    found: list[tuple[int | None]] = _ask(_FAILED_LAST, [organization.pk, failure, model, moment])
    return found[0][0]


def longest(organization: Organization, since: datetime, until: datetime, most: int) -> list[int]:
    """The keys of those that ran longest."""
    return [key for (key,) in _ask(_LONGEST, [organization.pk, stored(since), stored(until), most])]


def stored(moment: datetime) -> Any:
    """A moment as this database compares it."""
    return connection.ops.adapt_datetimefield_value(moment)


def _ask(question: str, values: Sequence[Any]) -> Rows:
    with connection.cursor() as cursor:
        cursor.execute(question, values)
        return list(cursor.fetchall())
