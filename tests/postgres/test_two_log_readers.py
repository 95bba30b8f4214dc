"""Two processes that refresh, and long logs that both want to save: on SQLite and on PostgreSQL."""

from __future__ import annotations

import json

from emulator.server import Emulator
from emulator.world.tenants import BOLT_ROBOTICS_ID
from tests.installed import wait_until
from tests.postgres.installed import Site

LINES = 3_000
LOGS = 6
# Somebody reads these logs: then both processes save them at once.
READ = """
from django.db.models.functions import Now
from jobs.models import Job, JobLog
for job in Job.objects.filter(viam_id__in={ids}):
    JobLog.objects.update_or_create(job=job, defaults=dict(due_at=Now(), viewed_at=Now()))
"""
TOLD = """
import json
from jobs.models import JobLog
rows = JobLog.objects.filter(job__viam_id__in={ids})
print(json.dumps([
    [log.line_count, list(log.job.log_lines.order_by("number").values_list("number", "message"))]
    for log in rows
]))
"""


def test_two_refreshers_store_each_line_of_a_log_once(cloud: Emulator, site: Site) -> None:
    """Row 128: what is stored is what is counted, and what the cloud has."""
    ids = [job.id for job in cloud.world.jobs(BOLT_ROBOTICS_ID) if job.HasField("training_started")][:LOGS]
    for job_id in ids:
        cloud.world.set_log_lines(job_id, LINES)
    cloud.faults.delay("GetTrainingJobLogs", 0.01)
    assert site.installation.manage("refresh", "--once").returncode == 0
    assert site.installation.manage("shell", "-v", "0", "-c", READ.format(ids=ids)).returncode == 0
    with site.refresher() as one, site.refresher("other.txt") as other:
        wait_until(lambda: all(count >= LINES for count, _ in _told(site, ids)), 120)
        said = one.said + other.said
    assert "Error" not in said, said
    for count, stored in _told(site, ids):
        assert count == len(stored) == LINES
        assert [number for number, _ in stored] == list(range(1, LINES + 1))
        assert len({message for _, message in stored}) == LINES


def _told(site: Site, ids: list[str]) -> list[tuple[int, list[tuple[int, str]]]]:
    done = site.installation.manage("shell", "-v", "0", "-c", TOLD.format(ids=ids))
    assert done.returncode == 0, done.stderr
    found: list[tuple[int, list[tuple[int, str]]]] = json.loads(done.stdout)
    assert len(found) == len(ids)
    return found
