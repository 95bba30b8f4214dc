"""A mirror with a hundred thousand jobs, written by the database itself: through the cloud it would take a minute."""

from __future__ import annotations

import json
from pathlib import Path

from jobs.domain import JobStatus
from tests.faults.cloud import BOLT
from tests.faults.site import tell

JOBS = 100_000
FAILED_EVERY = 10
MODELS = 50
NEEDLE = "needle-in-the-haystack"
"""The model of one job alone, far down the list."""

OURS = {
    "viam_id": f"printf('{BOLT[:2]}%022x', 4096 + number)",
    "status": f"iif(number % {FAILED_EVERY}, {JobStatus.COMPLETED.value}, {JobStatus.FAILED.value})",
    "sorted_on": "datetime('2026-01-04 12:00:00', '-' || number || ' minutes')",
    "created_on": "datetime('2026-01-04 12:00:00', '-' || number || ' minutes')",
    "model_name": f"iif(number = 77777, '{NEEDLE}', 'conveyor-' || (number % {MODELS}))",
    "search_text": f"iif(number = 77777, '{NEEDLE}', 'conveyor-' || (number % {MODELS})) || char(10) || 'v1'",
}


def fill(folder: Path) -> None:
    """Bolt Robotics has so many jobs from now on, and none besides."""
    [(model, organization)] = tell(folder, "SELECT id, organization_id FROM jobs_job WHERE viam_id = ?", _id(7))
    names = [row[1] for row in tell(folder, "PRAGMA table_info(jobs_job)") if row[1] != "id"]
    values = ", ".join(OURS.get(name, f"like_this.{name}") for name in names)
    tell(
        folder,
        f"WITH RECURSIVE numbers(number) AS (SELECT 0 UNION ALL SELECT number + 1 FROM numbers LIMIT {JOBS}) "  # noqa: S608
        f"INSERT INTO jobs_job ({', '.join(names)}) SELECT {values} FROM jobs_job AS like_this, numbers "
        "WHERE like_this.id = ?",
        model,
    )
    tell(folder, "DELETE FROM jobs_statuschange WHERE true")
    tell(folder, "DELETE FROM jobs_joblog WHERE true")
    tell(folder, "DELETE FROM jobs_job WHERE organization_id = ? AND viam_id < ?", organization, _id(4096))
    counts = {"failed": JOBS // FAILED_EVERY, "completed": JOBS - JOBS // FAILED_EVERY}
    tell(folder, "UPDATE jobs_organization SET counts = ? WHERE id = ?", json.dumps(counts), organization)
    tell(folder, "PRAGMA wal_checkpoint(TRUNCATE)")


def _id(number: int) -> str:
    return f"{BOLT[:2]}{number:022x}"
