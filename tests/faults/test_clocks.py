"""Clocks that are wrong: hosts that disagree, and a clock that jumps. The database's time decides."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.db.models.functions import Now
from django.utils import timezone

from jobs import refresher, services
from jobs.models import Organization
from jobs.refresher import lease

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
SOON = timedelta(seconds=40)
BOTH_WAYS = pytest.mark.parametrize("error", [HOUR, -HOUR], ids=["ahead", "behind"])


@BOTH_WAYS
def test_a_host_with_a_wrong_clock_lets_the_next_refresh_be_due_in_time(bolt: Organization, error: timedelta) -> None:
    """Row 78: neither at once, over and over, nor in an hour."""
    with time_machine.travel(timezone.now() + error):
        refresher.refresh_now(bolt)
    assert not lease.due(unwatched=True).exists()
    assert Organization.objects.filter(due_at__lte=Now() + SOON).exists()


@BOTH_WAYS
def test_a_host_with_a_wrong_clock_takes_no_lease_that_is_held(bolt: Organization, error: timedelta) -> None:
    """Row 78: no double refresh."""
    Organization.objects.update(due_at=None)
    assert lease.take(bolt)
    with time_machine.travel(timezone.now() + error):
        assert lease.take(bolt) is None


def test_a_page_is_fresh_again_with_the_first_refresh_after_the_clock_jumped(bolt: Organization) -> None:
    """Row 78: what looks an hour old is asked for at once, and is old no longer."""
    with time_machine.travel(timezone.now() + HOUR):
        assert services.list_jobs(bolt, services.Filters()).freshness.is_stale
        refresher.refresh_now(bolt)
        bolt.refresh_from_db()
        assert not services.list_jobs(bolt, services.Filters()).freshness.is_stale


def test_a_clock_that_is_set_back_leaves_no_lease_behind(bolt: Organization) -> None:
    """Row 78: no lease and no pause is that long, so the clock has jumped since."""
    an_hour_ago_in_the_future = timezone.now() + HOUR
    Organization.objects.update(due_at=an_hour_ago_in_the_future, lease_until=an_hour_ago_in_the_future)
    assert lease.due(unwatched=True).exists()
    assert lease.take(bolt)
