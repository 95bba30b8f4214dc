"""From the wire to the page: so many jobs in the cloud are so many in the list."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client
from pytest_django import Settings

from jobs import viam
from jobs.api_keys.service import choose, save_key
from jobs.domain import Credentials
from jobs.models import COMMAND_LINE, ApiKey
from jobs.sync import cycle
from tests.faults.cloud import BOLT, FaultyCloud

pytestmark = pytest.mark.django_db


@pytest.fixture
def cloud_of_many(count: int, settings: Settings) -> Iterator[FaultyCloud]:
    with FaultyCloud(BOLT, jobs=count).running() as cloud:
        settings.VIAM_ENDPOINTS = [cloud.endpoint]
        yield cloud
        viam.forget(cloud.endpoint, Credentials("id", "made up"))


# 11,588 jobs fit into the 4 MiB that gRPC takes unless told otherwise, one more does not.
@pytest.mark.parametrize("count", [0, 1, 49, 50, 51, 11_588, 11_589])
def test_counts_and_pages_are_right(count: int, cloud_of_many: FaultyCloud, ana_client: Client) -> None:
    """Row 90; a hundred thousand are in test_many_jobs.py."""
    row = ApiKey(label="a key", key_id="id")
    [organization] = save_key(row=row, endpoint=cloud_of_many.endpoint, key="made up", actor=COMMAND_LINE).kept
    choose(row, [BOLT], COMMAND_LINE)
    assert cycle.refresh_now(organization)
    organization.refresh_from_db()
    pages = max(1, -(-count // 50))
    last = ana_client.get(f"{organization.get_absolute_url()}?page={pages}").context["page"]
    assert (last.total, last.pages, len(last.jobs)) == (count, pages, count - 50 * (pages - 1))
    assert (organization.problem, sum(organization.counts.values())) == ("", count)
