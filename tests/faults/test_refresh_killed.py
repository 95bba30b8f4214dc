"""`manage.py refresh` is killed in the middle of its transaction."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from pathlib import Path

from tests.faults.cloud import BOLT, FaultyCloud
from tests.faults.site import Prepared, installed, tell
from tests.installed import wait_until

# So many that writing them takes a second.
MANY = 12_000
COUNT = "SELECT count(*) FROM jobs_job WHERE viam_id LIKE 'b0%'"


def test_half_a_refresh_is_never_seen(prepared: Prepared, tmp_path: Path) -> None:
    """Row 79: all of an answer is here, or nothing of it."""
    with FaultyCloud(jobs=MANY).running() as cloud:
        site = installed(prepared, tmp_path, {BOLT: str(cloud.endpoint)}, VIAM_RECEIVE_LIMIT_MIB="64")
        tell(tmp_path, "UPDATE jobs_organization SET completed_at = NULL")
        refresh = site.start("manage.py", "refresh")
        wait_until(lambda: _is_writing(tmp_path), 30)
        refresh.process.kill()
        refresh.process.wait()
        assert tell(tmp_path, COUNT) == [(30,)]
        assert tell(tmp_path, "PRAGMA integrity_check") == [("ok",)]

        tell(tmp_path, "UPDATE jobs_organization SET lease_until = '2026-01-05 12:00:00'")
        again = site.manage("refresh", "--once")
    assert (again.returncode, tell(tmp_path, COUNT)) == (0, [(MANY,)]), again.stderr


def _is_writing(folder: Path) -> bool:
    """Whether somebody has held the database's one writer for a while: it is in the long transaction of a refresh."""
    deadline = time.monotonic() + 0.3
    with closing(sqlite3.connect(folder / "trainyard.sqlite3", timeout=0, isolation_level=None)) as database:
        while time.monotonic() < deadline:
            try:
                database.execute("BEGIN IMMEDIATE")
                database.execute("ROLLBACK")
            except sqlite3.OperationalError:
                time.sleep(0.01)
            else:
                return False
    return True
