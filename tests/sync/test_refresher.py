"""When the mirror is refreshed, by whom, and what a failure leaves behind. All calls go over a port."""

import logging
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from math import inf

import grpc
import pytest
from django.contrib.auth.models import User
from django.db import connection, connections
from django.utils import timezone
from pytest_django import Settings

from emulator.server import Emulator
from jobs.actions.service import cancel_job
from jobs.domain import JobStatus
from jobs.lease import Lease
from jobs.models import Actor, ApiKey, Job, Organization
from jobs.sync import cycle, schedule, worker
from jobs.sync.apply import JobsChanged, jobs_changed
from jobs.viam.errors import CloudError

pytestmark = pytest.mark.django_db

PENDING = "66cce7012df448bf1e4b6b5d"


def again(organization: Organization) -> Organization:
    """The next refresh, as if it were due."""
    Organization.objects.filter(pk=organization.pk).update(due_at=None)
    assert cycle.refresh_due(organization)
    organization.refresh_from_db()
    return organization


def test_the_first_refresh_brings_everything(cloud: Emulator, bolt: Organization) -> None:
    told = {job.id: job.status for job in cloud.world.jobs(bolt.viam_id)}
    assert dict(bolt.jobs.values_list("viam_id", "status")) == told
    assert bolt.datasets.exists()
    assert bolt.fetched_at


def test_the_first_load_is_news_even_without_a_job(bolt: Organization) -> None:
    """Else a page that says that it is loading would say so for ever."""
    quiet = Organization.objects.get(name="Quiet Greenhouse")
    cycle.refresh_now(quiet)
    quiet.refresh_from_db()
    first = quiet.version
    assert (first > 0, quiet.jobs.count()) == (True, 0)
    assert again(quiet).version == first


def test_steady_state_asks_only_for_what_is_active(cloud: Emulator, bolt: Organization) -> None:
    cloud.calls.reset()
    again(bolt)
    assert cloud.calls["ListTrainingJobs"] == 3
    assert cloud.calls["ListDatasetsByOrganizationID"] == 0


def test_the_complete_list_is_asked_for_when_it_is_old(cloud: Emulator, bolt: Organization, settings: Settings) -> None:
    settings.REFRESH_COMPLETE_SECONDS = settings.REFRESH_QUIET_COMPLETE_SECONDS = 0
    cloud.calls.reset()
    again(bolt)
    assert cloud.calls["ListTrainingJobs"] == 1


def test_when_nothing_is_active_only_new_jobs_are_asked_for(cloud: Emulator, bolt: Organization) -> None:
    cloud.world.clear_jobs(bolt.viam_id)
    cycle.refresh_now(bolt)
    cycle.refresh_now(bolt)
    Job.objects.update(seen_at=timezone.now() - timedelta(days=1))
    cycle.refresh_now(bolt)
    cycle.refresh_now(bolt)
    cloud.calls.reset()
    again(bolt)
    assert cloud.calls["ListTrainingJobs"] == 1


def test_a_list_that_is_suddenly_empty_is_believed_the_second_time(cloud: Emulator, bolt: Organization) -> None:
    """Row 61: 5,000 jobs, then none: tombstones, and not at the first such answer."""
    Job.objects.update(seen_at=timezone.now() - timedelta(days=1))
    cloud.world.clear_jobs(bolt.viam_id)
    cycle.refresh_now(bolt)
    assert not bolt.jobs.filter(missing_since__isnull=False).exists()
    again(bolt)
    assert not bolt.jobs.filter(missing_since=None).exists()
    assert bolt.jobs.exists()


def test_a_list_that_was_empty_by_mistake_loses_nothing(cloud: Emulator, bolt: Organization) -> None:
    Job.objects.update(seen_at=timezone.now() - timedelta(days=1))
    kept = cloud.world.jobs(bolt.viam_id)
    cloud.world.clear_jobs(bolt.viam_id)
    cycle.refresh_now(bolt)
    for job in kept:
        cloud.world.put(job)
    again(bolt)
    assert not bolt.jobs.filter(missing_since__isnull=False).exists()


def test_a_job_that_left_the_active_ones_is_asked_for_by_its_id(cloud: Emulator, bolt: Organization) -> None:
    running = bolt.jobs.filter(status=JobStatus.IN_PROGRESS).first()
    assert running
    ended = cloud.world.job(running.viam_id)
    ended.status = JobStatus.FAILED  # type: ignore[assignment]
    ended.last_modified.GetCurrentTime()
    cloud.world.put(ended)
    cloud.calls.reset()
    again(bolt)
    running.refresh_from_db()
    assert (running.state, cloud.calls["GetTrainingJob"]) == (JobStatus.FAILED, 1)


def test_a_failure_changes_no_job_and_says_why(cloud: Emulator, bolt: Organization) -> None:
    before = list(bolt.jobs.values_list("viam_id", "status", "missing_since"))
    cloud.stop()
    again(bolt)
    assert list(bolt.jobs.values_list("viam_id", "status", "missing_since")) == before
    assert (bolt.problem, bolt.failures) == ("unavailable", 1)


def test_a_problem_raises_the_version_once_and_its_end_does_too(cloud: Emulator, bolt: Organization) -> None:
    start = bolt.version
    cloud.stop()
    first = again(bolt).version
    second = again(bolt).version
    cloud.start()
    while again(bolt).problem and bolt.failures < 60:
        time.sleep(0.1)  # gRPC waits a moment before it connects again.
    assert (first, second) == (start + 1, start + 1)
    assert bolt.version > second
    assert not bolt.problem


def test_failures_are_followed_by_longer_and_longer_pauses(cloud: Emulator, bolt: Organization) -> None:
    cloud.faults.fail("ListTrainingJobs", grpc.StatusCode.UNAVAILABLE, "upstream connect error", times=inf)
    pauses = []
    for _ in range(7):
        again(bolt)
        assert bolt.due_at
        pauses.append((bolt.due_at - timezone.now()).total_seconds())
    assert pauses[0] < 6
    assert pauses[3] > 2 * pauses[0]
    assert max(pauses) <= 66


def test_a_refused_key_is_left_alone_for_five_minutes(cloud: Emulator, bolt: Organization) -> None:
    cloud.faults.fail("ListTrainingJobs", grpc.StatusCode.UNAUTHENTICATED, "no such right", times=2)
    again(bolt)
    assert bolt.due_at
    assert bolt.due_at > timezone.now() + timedelta(seconds=290)
    row = ApiKey.objects.get()
    assert (row.problem, row.problem_words) == ("refused", "no such right")


def test_a_key_that_works_again_is_told_so(cloud: Emulator, bolt: Organization) -> None:
    ApiKey.objects.update(problem="refused", problem_words="no")
    again(bolt)
    assert ApiKey.objects.get().problem == ""


def test_where_nobody_looks_it_is_asked_as_rarely_as_if_nothing_moved(bolt: Organization) -> None:
    assert until_due(again(bolt)) < 6
    Organization.objects.update(viewed_at=timezone.now() - timedelta(hours=1))
    assert until_due(again(bolt)) > 25


def until_due(organization: Organization) -> float:
    organization.refresh_from_db()
    assert organization.due_at
    return (organization.due_at - timezone.now()).total_seconds()


def test_who_begins_to_look_has_it_asked_for_at_once(bolt: Organization) -> None:
    """Once: while they look, it has its pace."""
    Organization.objects.update(viewed_at=timezone.now() - timedelta(hours=1))
    bolt.refresh_from_db()
    worker.mark_viewed(bolt)
    assert list(schedule.due()) == [bolt]
    again(bolt)
    Organization.objects.update(viewed_at=timezone.now() - timedelta(seconds=30))
    bolt.refresh_from_db()
    worker.mark_viewed(bolt)
    assert not schedule.due()


def test_a_look_shortens_no_pause_after_a_failure(bolt: Organization) -> None:
    """Else a key that was refused would be tried with every page that is opened."""
    Organization.objects.update(viewed_at=None, problem="refused")
    bolt.refresh_from_db()
    worker.mark_viewed(bolt)
    assert not schedule.due()


def test_a_look_is_written_down_rarely(bolt: Organization) -> None:
    Organization.objects.update(viewed_at=None)
    bolt.refresh_from_db()
    worker.mark_viewed(bolt)
    first = Organization.objects.get(pk=bolt.pk).viewed_at
    worker.mark_viewed(Organization.objects.get(pk=bolt.pk))
    assert first
    assert Organization.objects.get(pk=bolt.pk).viewed_at == first


def test_a_refresh_that_is_not_due_does_nothing(cloud: Emulator, bolt: Organization) -> None:
    cloud.calls.reset()
    assert not cycle.refresh_due(bolt)
    assert cloud.calls.total() == 0


def test_a_dead_holder_s_lease_runs_out(bolt: Organization) -> None:
    Organization.objects.update(due_at=None, lease_owner="dead", lease_until=timezone.now() + timedelta(minutes=1))
    assert schedule.take(bolt) is None
    Organization.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert schedule.take(bolt)


def test_who_lost_the_lease_writes_nothing(
    cloud: Emulator, bolt: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    new = cloud.world.jobs(bolt.viam_id)[0]
    new.id = "f" * 24
    cloud.world.put(new)
    taken_for_dead = Lease(Organization.objects.filter(pk=bolt.pk), "somebody who was taken for dead", schedule.LEASE)
    monkeypatch.setattr(schedule, "take", lambda organization: taken_for_dead)
    cycle.refresh_due(bolt, everything=True)
    assert not bolt.jobs.filter(viam_id="f" * 24).exists()


@pytest.mark.django_db(transaction=True)
def test_of_many_threads_one_asks(cloud: Emulator, bolt: Organization) -> None:
    Organization.objects.update(due_at=None)
    cloud.calls.reset()

    def ask(_: int) -> bool:
        try:
            return cycle.refresh_due(Organization.objects.get(pk=bolt.pk))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        asked = list(pool.map(ask, range(8)))
    assert asked.count(True) == 1
    assert cloud.calls["ListTrainingJobs"] == 3


@pytest.mark.django_db(transaction=True)
def test_what_is_due_is_refreshed(cloud: Emulator, bolt: Organization) -> None:
    new = cloud.world.jobs(bolt.viam_id)[0]
    new.id = PENDING
    cloud.world.put(new)
    Organization.objects.update(due_at=None, completed_at=None)
    worker.start_due()
    deadline = timezone.now() + timedelta(seconds=10)
    while worker._busy and timezone.now() < deadline:
        connection.close()
    assert Job.objects.filter(viam_id=PENDING).exists()


def test_an_endpoint_that_is_not_allowed_any_more_gets_no_key(
    cloud: Emulator, bolt: Organization, settings: Settings
) -> None:
    settings.VIAM_ENDPOINTS = []
    cloud.calls.reset()
    again(bolt)
    assert (bolt.problem, cloud.calls.total()) == ("not_allowed", 0)


def test_a_key_that_can_not_be_opened_is_told_and_nothing_is_overwritten(bolt: Organization) -> None:
    sealed = "nonsense"
    ApiKey.objects.update(sealed_key=sealed)
    again(bolt)
    assert bolt.problem == "unreadable"
    assert ApiKey.objects.get().sealed_key == sealed
    assert bolt.jobs.exists()


class TestWhatChanged:
    """Receivers of `jobs_changed` hear of every refresh, after it is stored."""

    @pytest.fixture
    def heard(self) -> Iterator[list[JobsChanged]]:
        heard: list[JobsChanged] = []

        def hear(change: JobsChanged, **_: object) -> None:
            heard.append(change)

        jobs_changed.connect(hear)
        yield heard
        jobs_changed.disconnect(hear)

    def test_a_job_that_ended_is_told_once(self, cloud: Emulator, bolt: Organization, heard: list[JobsChanged]) -> None:
        job = cloud.world.job(bolt.jobs.filter(status=JobStatus.IN_PROGRESS)[0].viam_id)
        job.status = JobStatus.COMPLETED  # type: ignore[assignment]
        job.last_modified.GetCurrentTime()
        cloud.world.put(job)
        cycle.refresh_now(bolt)
        cycle.refresh_now(bolt)
        turns = [(turn.job.viam_id, turn.job.state) for change in heard for turn in change.difference.turns]
        assert turns == [(job.id, JobStatus.COMPLETED)]
        assert [change.is_complete for change in heard] == [True, True]

    def test_one_that_fails_holds_up_no_other_and_no_refresh(
        self, bolt: Organization, heard: list[JobsChanged], caplog: pytest.LogCaptureFixture
    ) -> None:
        def fail(**_: object) -> None:
            raise RuntimeError("made up")

        jobs_changed.connect(fail)
        logging.getLogger("django.dispatch").addHandler(caplog.handler)
        try:
            assert cycle.refresh_now(bolt)
        finally:
            jobs_changed.disconnect(fail)
            logging.getLogger("django.dispatch").removeHandler(caplog.handler)
        assert len(heard) == 1
        assert "made up" in caplog.text

    def test_what_an_action_sees_first_is_told_as_well(
        self, cloud: Emulator, bolt: Organization, bo: User, heard: list[JobsChanged]
    ) -> None:
        running = bolt.jobs.filter(status=JobStatus.IN_PROGRESS)[0]
        ended = cloud.world.job(running.viam_id)
        ended.status = JobStatus.FAILED  # type: ignore[assignment]
        ended.last_modified.GetCurrentTime()
        cloud.world.put(ended)
        with pytest.raises(CloudError):
            cancel_job(Actor(bo), bolt, running.viam_id)
        cycle.refresh_now(bolt)
        turns = [(turn.job.viam_id, turn.job.state) for change in heard for turn in change.difference.turns]
        assert turns == [(running.viam_id, JobStatus.FAILED)]
