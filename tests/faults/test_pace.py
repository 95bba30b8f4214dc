"""How often a cloud in trouble is asked, over minutes that pass at once."""

from __future__ import annotations

from datetime import datetime, timedelta
from math import inf

import grpc
import pytest
from django.utils import timezone

from emulator.faults import EVERY
from emulator.server import Emulator
from jobs.models import Organization
from jobs.sync import cycle

pytestmark = pytest.mark.django_db

FIVE_MINUTES = timedelta(minutes=5)


def test_a_storm_of_five_minutes_sees_twenty_calls_at_most(cloud: Emulator, bolt: Organization) -> None:
    """Row 77."""
    cloud.faults.fail(EVERY, grpc.StatusCode.UNAVAILABLE, "upstream connect error", times=inf)
    cloud.calls.reset()
    live_through(bolt, FIVE_MINUTES)
    assert cloud.calls.total() <= 20


def test_an_unreachable_cloud_is_knocked_at_in_every_interval(cloud: Emulator, bolt: Organization) -> None:
    """Row 71: nobody hears it, and so the return is seen at once, however long the outage was."""
    cloud.stop()
    assert max(live_through(bolt, FIVE_MINUTES)) <= timedelta(seconds=6)


def test_a_refused_key_is_tried_once_in_five_minutes(cloud: Emulator, bolt: Organization) -> None:
    """Row 75."""
    cloud.revoke_tokens()
    cloud.faults.fail("Authenticate", grpc.StatusCode.PERMISSION_DENIED, "failed to authenticate", times=inf)
    cloud.calls.reset()
    live_through(bolt, timedelta(minutes=4))
    assert cloud.calls["Authenticate"] == 1


def live_through(organization: Organization, span: timedelta) -> list[timedelta]:
    """Refreshes whenever one is due, without waiting for it; the pauses in between."""
    pauses: list[timedelta] = []
    while sum(pauses, timedelta()) < span:
        Organization.objects.filter(pk=organization.pk).update(due_at=None)
        assert cycle.refresh_due(organization)
        pauses.append(_due(organization) - timezone.now())
    return pauses


def _due(organization: Organization) -> datetime:
    due_at: datetime | None = Organization.objects.values_list("due_at", flat=True).get(pk=organization.pk)
    assert due_at
    return due_at
