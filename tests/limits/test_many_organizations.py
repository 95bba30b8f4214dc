"""A hundred organizations with one key: each is asked about at its own pace, and rarely where nobody looks."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from protos import app_pb2, dataset_pb2
from protos import ml_training_pb2 as ml
from tests.faults.cloud import made_job
from tests.faults.site import SETTINGS, Site, furnished, served
from tests.installed import Installation, production, wait_until
from tests.viam.small_cloud import SmallCloud

ORGANIZATIONS = 100
JOBS = 10
INTERVAL = 2.0
QUIET = 60.0
SECONDS = 8.0
PACE = {
    "REFRESH_ACTIVE_SECONDS": str(INTERVAL),
    "REFRESH_QUIET_SECONDS": str(QUIET),
    "REFRESH_COMPLETE_SECONDS": "600",
    "REFRESH_CATALOGUE_SECONDS": "600",
    "REFRESH_WATCHED_SECONDS": "30",
}
WATCHED = 20
AT_REST = """
SELECT count(*) FROM jobs_organization WHERE lease_until IS NULL AND due_at > datetime('now', '+20 seconds')
"""


def id_of(number: int) -> str:
    return f"{number:02x}".ljust(24, "0")


@pytest.fixture
def cloud() -> Iterator[SmallCloud]:
    """In each organization some jobs, one of them running."""
    told = [app_pb2.Organization(id=id_of(number), name=f"Team {number}") for number in range(ORGANIZATIONS)]
    with SmallCloud().running() as cloud:
        cloud.reply("ListOrganizations", app_pb2.ListOrganizationsResponse(organizations=told))
        cloud.reply("ListDatasetsByOrganizationID", dataset_pb2.ListDatasetsByOrganizationIDResponse())
        cloud.reply("ListTrainingJobs", _list)
        yield cloud


@pytest.fixture
def site(cloud: SmallCloud, tmp_path: Path) -> Iterator[Site]:
    settings = production(VIAM_ENDPOINTS=str(cloud.endpoint), **SETTINGS, **PACE)
    with served(furnished(Installation(tmp_path, **settings)), "--workers", "2") as site:
        wait_until(lambda: site.stored(AT_REST) == [(ORGANIZATIONS,)])
        yield site


def test_each_is_asked_about_once_per_interval_and_hardly_where_nobody_looks(site: Site, cloud: SmallCloud) -> None:
    """Row 95."""
    slugs = [row[0] for row in site.stored("SELECT slug FROM jobs_organization ORDER BY id")]
    assert len(slugs) == ORGANIZATIONS
    began, before = time.monotonic(), len(cloud.seen)
    with site.visitor() as visitor:
        while time.monotonic() < began + SECONDS:
            assert {visitor.poll(f"/orgs/{slug}/jobs/").status for slug in slugs[:WATCHED]} <= {200, 204}
    passes = _passes(cloud, before)
    asked_about = {call.message.organization_id for call in cloud.seen[before:] if call.name == "ListTrainingJobs"}
    assert asked_about == set(passes) == {id_of(number) for number in range(WATCHED)}
    assert max(passes.values()) <= (time.monotonic() - began) / INTERVAL + 1
    assert min(passes.values()) >= 2


def _passes(cloud: SmallCloud, since: int) -> Counter[str]:
    """Of each organization, by its questions for pending jobs, of which each pass has one."""
    calls = [call.message for call in cloud.seen[since:] if call.name == "ListTrainingJobs"]
    return Counter(asked.organization_id for asked in calls if asked.status == ml.TRAINING_STATUS_PENDING)


def _list(asked: ml.ListTrainingJobsRequest) -> ml.ListTrainingJobsResponse:
    jobs = [made_job(asked.organization_id, number) for number in range(1, JOBS + 1)]
    return ml.ListTrainingJobsResponse(jobs=[job for job in jobs if asked.status in (0, job.status)])
