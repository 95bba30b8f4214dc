"""Cancelling a job, and claiming one."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import grpc
import pytest
from django.contrib.auth.models import User
from django.db.models.signals import post_save

from emulator.server import Emulator
from jobs.actions.service import cancel_job, claim_job, disown_job
from jobs.domain import JobStatus
from jobs.models import Actor, AuditEntry, Job, Organization
from jobs.viam.errors import Rejected, Unavailable

pytestmark = pytest.mark.django_db


@pytest.fixture
def running(bolt: Organization) -> Job:
    job = bolt.jobs.filter(status=JobStatus.IN_PROGRESS).first()
    assert job
    return job


def test_the_answer_is_the_job_as_the_cloud_tells_it(bo: User, bolt: Organization, running: Job) -> None:
    job = cancel_job(Actor(bo), bolt, running.viam_id)
    assert job.state == JobStatus.CANCELING
    assert [change.state for change in job.changes.all()] == [JobStatus.CANCELING]


def test_who_asked_is_written_down(bo: User, bolt: Organization, running: Job) -> None:
    cancel_job(Actor(bo), bolt, running.viam_id)
    entry = AuditEntry.objects.latest("pk")
    assert (entry.actor, entry.action, entry.job_id, entry.outcome) == (bo, "job:cancel", running.viam_id, "done")


def test_a_job_that_ended_in_the_meantime_is_shown_as_it_is(
    cloud: Emulator, bo: User, bolt: Organization, running: Job
) -> None:
    """Row 68."""
    ended = cloud.world.job(running.viam_id)
    ended.status = JobStatus.COMPLETED  # type: ignore[assignment]
    ended.last_modified.GetCurrentTime()
    cloud.world.put(ended)
    with pytest.raises(Rejected):
        cancel_job(Actor(bo), bolt, running.viam_id)
    running.refresh_from_db()
    assert (running.state, AuditEntry.objects.latest("pk").outcome) == (JobStatus.COMPLETED, "rejected")


def test_a_lost_answer_is_sent_once_and_the_truth_is_looked_up(
    cloud: Emulator, bo: User, bolt: Organization, running: Job
) -> None:
    cloud.faults.lose_answers("CancelTrainingJob")
    with pytest.raises(Unavailable):
        cancel_job(Actor(bo), bolt, running.viam_id)
    running.refresh_from_db()
    assert (running.state, cloud.calls["CancelTrainingJob"]) == (JobStatus.CANCELING, 1)


def test_without_an_answer_the_outcome_stays_open(cloud: Emulator, bo: User, bolt: Organization, running: Job) -> None:
    cloud.faults.fail("CancelTrainingJob", grpc.StatusCode.DEADLINE_EXCEEDED)
    with pytest.raises(Unavailable):
        cancel_job(Actor(bo), bolt, running.viam_id)
    assert AuditEntry.objects.latest("pk").outcome == "unknown"


def test_cancelling_twice_is_one_state_and_a_clear_message(
    cloud: Emulator, bo: User, bolt: Organization, running: Job
) -> None:
    """Row 68."""
    cancel_job(Actor(bo), bolt, running.viam_id)
    with suppress(Rejected):  # Whether a second cancel is an error is not documented.
        cancel_job(Actor(bo), bolt, running.viam_id)
    running.refresh_from_db()
    assert running.state in (JobStatus.CANCELING, JobStatus.CANCELED)


def test_another_organization_s_job_is_no_such_job(cloud: Emulator, bo: User, bolt: Organization, running: Job) -> None:
    other = Organization.objects.create(viam_id="other", name="Other", slug="other")
    cloud.calls.reset()
    with pytest.raises(Job.DoesNotExist):
        cancel_job(Actor(bo), other, running.viam_id)
    assert cloud.calls.total() == 0


def test_who_claims_a_moment_too_late_is_not_told_as_if_it_were_theirs(bo: User, ana: User, bolt: Organization) -> None:
    """Issue 15, part D: somebody else claims it between the look and the writing."""
    job = _nobodys(bolt)
    with _at_the_entry(lambda: bolt.jobs.filter(pk=job.pk).update(submitted_by=ana)):
        assert claim_job(Actor(bo), bolt, job.viam_id) is False
    assert AuditEntry.objects.latest("pk").outcome == "rejected"
    assert not disown_job(Actor(bo), bolt, job.viam_id)


def test_who_gives_up_a_claim_a_moment_too_late_takes_nobody_else_s(bo: User, ana: User, bolt: Organization) -> None:
    job = _nobodys(bolt)
    claim_job(Actor(bo), bolt, job.viam_id)
    with _at_the_entry(lambda: bolt.jobs.filter(pk=job.pk).update(submitted_by=ana)):
        assert disown_job(Actor(bo), bolt, job.viam_id) is False
    job.refresh_from_db()
    assert (job.submitted_by, AuditEntry.objects.latest("pk").outcome) == (ana, "rejected")


def _nobodys(bolt: Organization) -> Job:
    job = bolt.jobs.filter(submitted_by=None).first()
    assert job
    return job


@contextmanager
def _at_the_entry(happens: Callable[[], object]) -> Iterator[None]:
    """When the entry is begun, somebody else does this."""

    def tell(created: bool, **_: object) -> None:
        if created:
            happens()

    post_save.connect(tell, sender=AuditEntry)
    try:
        yield
    finally:
        post_save.disconnect(tell, sender=AuditEntry)
