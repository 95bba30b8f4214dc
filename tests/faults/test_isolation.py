"""Two clouds: trouble with one is no trouble for the organization of the other."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
from django.utils import timezone

from jobs.models import Organization
from jobs.sync import schedule
from tests.faults.cloud import FaultyCloud
from tests.faults.conftest import Stage
from tests.faults.site import INTERVAL
from tests.faults.watching import RECOVERY_SECONDS, wait_for_job, wait_for_warning

HARBOR_LIST = "/orgs/harbor-pilots/jobs/"


def test_a_black_hole_slows_nobody_else(stage: Stage, neighbor: FaultyCloud) -> None:
    """Row 73: the healthy one keeps its interval, and its page tells of no trouble."""
    with stage.site.visitor() as visitor:
        wait_for_job(visitor, neighbor.add_job().id, RECOVERY_SECONDS, path=HARBOR_LIST)
        stage.network.silence()
        calm = _rounds(neighbor, 3)
        wait_for_warning(stage.visitor, "Showing data from")
        assert visitor.get(HARBOR_LIST).warning == ""
        assert calm >= 3 / (2 * INTERVAL) * 0.6
        wait_for_job(visitor, neighbor.add_job().id, RECOVERY_SECONDS, path=HARBOR_LIST)


@pytest.mark.django_db
def test_who_waits_longest_is_next(bolt: Organization) -> None:
    """Row 73: many in a black hole, which come back again and again, don't push the others aside."""
    bolt.due_at = timezone.now() - timedelta(seconds=1)
    bolt.save()
    other = Organization.objects.create(viam_id="z", slug="z", name="Z", credentials=bolt.credentials)
    Organization.objects.filter(pk=other.pk).update(due_at=bolt.due_at - timedelta(seconds=9))
    assert list(schedule.due()) == [other, bolt]


def _rounds(cloud: FaultyCloud, seconds: float) -> int:
    """Refreshes that began meanwhile: each asks once for what runs, or once for everything."""
    before = _asked(cloud)
    time.sleep(seconds)
    return _asked(cloud) - before


def _asked(cloud: FaultyCloud) -> int:
    return sum(call.name == "ListTrainingJobs" and call.message.status in (0, 2) for call in list(cloud.seen))
