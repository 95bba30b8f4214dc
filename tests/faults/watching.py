"""The site's own words about how it is, and waiting for them."""

from __future__ import annotations

import time

from tests.faults.cloud import BOLT
from tests.faults.site import INTERVAL, Site
from tests.faults.visitor import LIST, Answer, Visitor

PROMISED_SECONDS = INTERVAL + 6
BUSY_SECONDS = 14.0
"""What a busy machine may add; that the promise itself is kept, `make bench BENCH=faults` measures."""
RECOVERY_SECONDS = PROMISED_SECONDS + BUSY_SECONDS
"""From the moment at which the cloud works again: less than the lease and the long pauses last."""
HALF_OPEN_SECONDS = 15.0 + BUSY_SECONDS
"""The same after a connection that stays open and carries nothing."""

KNOWN_FOR_LONG = {f"{BOLT[:2]}{number:022x}" for number in range(20, 30)}
"""Jobs that ended and that the site knew from the beginning: a job that is new to it isn't taken for gone so soon."""


def wait_for_warning(visitor: Visitor, words: str, seconds: float = 30, path: str = LIST) -> Answer:
    """The page that tells of it, reason and age."""
    deadline = time.monotonic() + seconds
    while True:
        page = visitor.get(path)
        assert page.status == 200
        if words in page.warning:
            return page
        assert time.monotonic() < deadline, f"After {seconds} seconds the page says: {page.warning or 'all is well'}"
        time.sleep(0.05)


def wait_for_job(visitor: Visitor, job_id: str, seconds: float, path: str = LIST) -> Answer:
    """The list, searched for the job, that shows it and tells of no trouble: it is true again."""
    deadline = time.monotonic() + seconds
    while True:
        page = visitor.get(f"{path}?q={job_id}")
        assert page.status == 200
        if job_id in page.jobs and not page.is_old:
            return page
        assert time.monotonic() < deadline, f"Not true again after {seconds} seconds: {page.warning or 'no such job'}"
        time.sleep(0.05)


def job_ids(site: Site, organization: str = BOLT) -> set[str]:
    """The jobs of an organization that the mirror shows, tombstones apart."""
    told = site.stored(
        "SELECT viam_id FROM jobs_job WHERE missing_since IS NULL AND viam_id LIKE ?", f"{organization[:2]}%"
    )
    return {row[0] for row in told}
