"""Clocks that are wrong: hosts that disagree, and a clock that jumps. The database's time decides."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.models import User
from django.db.models.functions import Now
from django.test import Client
from django.utils import timezone

from emulator.server import Emulator
from jobs.domain import JobStatus, Role
from jobs.job_list import filters
from jobs.job_list.service import list_jobs
from jobs.models import Organization
from jobs.sync import cycle, schedule, worker

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
SOON = timedelta(seconds=40)
BOTH_WAYS = pytest.mark.parametrize("error", [HOUR, -HOUR], ids=["ahead", "behind"])


@BOTH_WAYS
def test_a_host_with_a_wrong_clock_lets_the_next_refresh_be_due_in_time(bolt: Organization, error: timedelta) -> None:
    """Row 78: neither at once, over and over, nor in an hour."""
    with time_machine.travel(timezone.now() + error):
        cycle.refresh_now(bolt)
    assert not schedule.due().exists()
    assert Organization.objects.filter(due_at__lte=Now() + SOON).exists()


@BOTH_WAYS
def test_a_host_with_a_wrong_clock_takes_no_lease_that_is_held(bolt: Organization, error: timedelta) -> None:
    """Row 78: no double refresh."""
    Organization.objects.update(due_at=None)
    assert schedule.take(bolt)
    with time_machine.travel(timezone.now() + error):
        assert schedule.take(bolt) is None


def test_a_page_is_fresh_again_with_the_first_refresh_after_the_clock_jumped(bolt: Organization) -> None:
    """Row 78: what looks an hour old is asked for at once, and is old no longer."""
    with time_machine.travel(timezone.now() + HOUR):
        assert list_jobs(bolt, Role.VIEWER, filters.Filters()).freshness.is_stale
        cycle.refresh_now(bolt)
        bolt.refresh_from_db()
        assert not list_jobs(bolt, Role.VIEWER, filters.Filters()).freshness.is_stale


def test_a_clock_that_is_set_back_leaves_no_lease_behind(bolt: Organization) -> None:
    """Row 78: no lease and no pause is that long, so the clock has jumped since."""
    an_hour_ago_in_the_future = timezone.now() + HOUR
    Organization.objects.update(due_at=an_hour_ago_in_the_future, lease_until=an_hour_ago_in_the_future)
    assert schedule.due().exists()
    assert schedule.take(bolt)


DAY = timedelta(days=1)


@pytest.fixture
def ahead(bolt: Organization) -> Organization:
    """Refreshed while the clock of its host was a day ahead; it is right again, and somebody looks."""
    with time_machine.travel(timezone.now() + DAY):
        cycle.refresh_now(bolt)
        list_jobs(bolt, Role.VIEWER, filters.Filters())
    Organization.objects.filter(pk=bolt.pk).update(due_at=None, viewed_at=timezone.now() + DAY)
    bolt.refresh_from_db()
    assert bolt.completed_at is not None and bolt.completed_at > timezone.now() + DAY / 2
    return bolt


def test_after_a_clock_was_ahead_the_complete_list_is_asked_for_at_once(ahead: Organization, cloud: Emulator) -> None:
    """Row 126: complete lists stopped for a day. A job that is in no active list any more tells whether it was one."""
    over = ahead.jobs.filter(status=JobStatus.COMPLETED, missing_since=None).first()
    assert over is not None
    ahead.jobs.filter(pk=over.pk).update(model_name="as it was", digest=None)
    assert cycle.refresh_due(ahead)
    ahead.refresh_from_db()
    over.refresh_from_db()
    assert over.model_name != "as it was"
    assert ahead.completed_at is not None and ahead.completed_at <= timezone.now()


def test_what_a_clock_wrote_that_was_ahead_is_old(ahead: Organization) -> None:
    """Row 126: pages don't call it fresh."""
    assert list_jobs(ahead, Role.VIEWER, filters.Filters()).freshness.is_stale


def test_a_look_in_the_future_is_noted_anew(ahead: Organization) -> None:
    """Row 126: else nobody would count as looking for a day."""
    assert not Organization.objects.filter(schedule.is_watched(), pk=ahead.pk).exists()
    worker.mark_viewed(ahead)
    assert Organization.objects.filter(schedule.is_watched(), pk=ahead.pk).exists()
    assert ahead.viewed_at is not None and ahead.viewed_at <= timezone.now()


def test_datasets_that_were_read_in_the_future_are_read_again(ahead: Organization) -> None:
    """Row 126."""
    Organization.objects.filter(pk=ahead.pk).update(catalogue_at=timezone.now() + DAY)
    ahead.datasets.update(name="as it was")
    assert cycle.refresh_due(ahead)
    assert not ahead.datasets.filter(name="as it was", missing_since=None).exists()


def test_wrong_passwords_of_tomorrow_close_no_account_today(bo: User, client: Client) -> None:
    """Row 126: a count that was written while the clock was ahead."""
    wrong = {"login": "bo", "password": "not bo's own words"}
    with time_machine.travel(timezone.now() + DAY):
        assert [client.post("/sign-in/", wrong).status_code for _ in range(8)][-1] == 429
    assert client.post("/sign-in/", {"login": "bo", "password": "bo's own words"}).status_code == 302
