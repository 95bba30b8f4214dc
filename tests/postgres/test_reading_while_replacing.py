"""A long log is replaced in one transaction, which locks its row on PostgreSQL: whoever reads it meanwhile."""

from __future__ import annotations

import psycopg
import pytest
from django.db import connection
from django.utils import timezone

from jobs.domain import JobStatus
from jobs.models import Job, JobLog, Organization
from jobs.sync import log_sync
from tests.postgres.conftest import on_postgresql


@on_postgresql
@pytest.mark.django_db(transaction=True)
def test_a_page_does_not_wait_for_a_log_that_is_replaced() -> None:
    """Row 134: that somebody looks is noted the next time."""
    now = timezone.now()
    harbor = Organization.objects.create(viam_id="org", name="Harbor", slug="harbor")
    job = Job.objects.create(organization=harbor, viam_id="j", status=JobStatus.IN_PROGRESS, sorted_on=now, seen_at=now)
    log = JobLog.objects.create(job=job)
    server = connection.settings_dict
    words = {"user": server["USER"], "password": server["PASSWORD"], "host": server["HOST"], "port": server["PORT"]}
    with psycopg.connect(dbname=server["NAME"], **words) as other, connection.cursor() as cursor:
        other.execute("SELECT 1 FROM jobs_joblog WHERE id = %s FOR UPDATE", [log.pk])
        cursor.execute("SET statement_timeout = 2000")
        log_sync.watch(job)
        log.refresh_from_db()
        assert log.viewed_at is None
        other.rollback()
        log_sync.watch(job)
        cursor.execute("RESET statement_timeout")
    log.refresh_from_db()
    assert log.viewed_at is not None
    assert log.due_at is not None
