"""One thing done to many jobs, whatever happens meanwhile."""

from datetime import timedelta

import grpc
import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError
from django.utils import timezone
from pytest_django import Settings

from emulator.server import Emulator
from jobs.bulk import choose, worker
from jobs.bulk.choose import sorted_out
from jobs.bulk.service import confirm, progress_of, start
from jobs.bulk.worker import claim, work
from jobs.domain import JobStatus
from jobs.lease import Lease
from jobs.models import (
    RUN_LEASE,
    Actor,
    AuditEntry,
    BulkItem,
    BulkRun,
    Job,
    Membership,
    Organization,
    Submission,
    request_of,
)
from jobs.sync import abandoned, cycle
from jobs.sync.connection import cloud_of

pytestmark = pytest.mark.django_db

Verb = BulkRun.Verb
SENDS = "SubmitTrainingJob"


def begun(bo: User, bolt: Organization, verb: Verb, jobs: list[Job]) -> BulkRun:
    """Confirmed, and not worked on yet: in a test's transaction no thread starts."""
    confirmed = confirm(Actor(bo), bolt, sorted_out(bolt, verb, jobs))
    run = start(Actor(bo), bolt, confirmed, "enough")
    assert run
    return run


def ends(run: BulkRun) -> list[str]:
    return list(run.items.values_list("state", flat=True))


def active(bolt: Organization) -> list[Job]:
    return [job for job in bolt.jobs.order_by("pk") if job.can_cancel]


@pytest.fixture
def finished(bolt: Organization) -> list[Job]:
    """Managed ones that completed, of different models."""
    jobs = bolt.jobs.filter(status=JobStatus.COMPLETED, is_custom=False).order_by("model_name", "pk")
    return list({job.model_name: job for job in jobs}.values())[:3]


def test_each_job_is_cancelled_and_written_down(cloud: Emulator, bo: User, bolt: Organization) -> None:
    jobs = active(bolt)
    run = begun(bo, bolt, Verb.CANCEL, jobs)

    work(run)

    run.refresh_from_db()
    assert (set(ends(run)), run.state, cloud.calls["CancelTrainingJob"]) == ({"done"}, "finished", len(jobs))
    assert bolt.actions.filter(action="job:cancel", actor=bo, reason="enough", outcome="done").count() == len(jobs)


def test_each_job_is_sent_again_under_a_version_of_its_own(
    cloud: Emulator, bo: User, bolt: Organization, finished: list[Job]
) -> None:
    run = begun(bo, bolt, Verb.RESUBMIT, finished)

    work(run)

    made = [bolt.jobs.get(viam_id=item.made_id) for item in run.items.all()]
    assert [job.model_name for job in made] == [job.model_name for job in finished]
    assert len({job.model_version for job in made}) == cloud.calls[SENDS] == len(finished)


def test_each_job_is_deleted(bo: User, bolt: Organization, finished: list[Job]) -> None:
    run = begun(bo, bolt, Verb.DELETE, finished)

    work(run)

    assert set(ends(run)) == {"done"}
    assert bolt.jobs.filter(pk__in=[job.pk for job in finished], missing_since=None).count() == 0


def test_only_what_is_possible_is_taken(bo: User, bolt: Organization) -> None:
    choice = choose.chosen(bolt, bo, Verb.CANCEL, [], "")

    assert choice.jobs and all(job.can_cancel for job in choice.jobs)
    assert choice.total == bolt.jobs.filter(missing_since=None).count()


def test_another_organization_s_jobs_are_left_out(bo: User, bolt: Organization) -> None:
    other = Organization.objects.create(viam_id="other", name="Other", slug="other")
    job = bolt.jobs.first()
    assert job and choose.chosen(other, bo, Verb.DELETE, [job.viam_id], None).total == 0


def test_more_than_a_run_takes_is_refused_in_words(bo: User, bolt: Organization) -> None:
    job = bolt.jobs.first()
    assert job
    for number in range(choose.MAX_AT_ONCE):
        job.pk, job.viam_id = None, f"copy-{number}"
        job.save(force_insert=True)

    with pytest.raises(choose.TooMany, match="Narrow the filters"):
        choose.chosen(bolt, bo, Verb.DELETE, [], "")


def test_what_was_confirmed_is_what_is_done(bo: User, bolt: Organization) -> None:
    jobs = active(bolt)[:1]
    confirmed = confirm(Actor(bo), bolt, sorted_out(bolt, Verb.CANCEL, jobs))

    runs = [start(Actor(bo), bolt, confirmed) for _ in range(2)]

    assert runs[0] == runs[1] and runs[0]
    assert [item.job for item in runs[0].items.all()] == jobs


def test_a_confirmation_is_one_person_s_and_grows_old(bo: User, ana: User, bolt: Organization) -> None:
    confirmed = confirm(Actor(bo), bolt, sorted_out(bolt, Verb.CANCEL, active(bolt)))

    assert start(Actor(ana), bolt, confirmed) is None
    assert start(Actor(bo), bolt, confirmed[:-2]) is None


def test_a_job_that_ended_meanwhile_is_not_asked_for(cloud: Emulator, bo: User, bolt: Organization) -> None:
    jobs = active(bolt)[:1]
    run = begun(bo, bolt, Verb.CANCEL, jobs)
    Job.objects.filter(pk=jobs[0].pk).update(status=JobStatus.COMPLETED)

    work(run)

    assert (ends(run), cloud.calls["CancelTrainingJob"]) == (["refused"], 0)


def test_a_lost_answer_submits_once_and_is_found(
    cloud: Emulator, bo: User, bolt: Organization, finished: list[Job]
) -> None:
    cloud.faults.lose_answers(SENDS)
    run = begun(bo, bolt, Verb.RESUBMIT, finished[:1])

    work(run)
    assert ends(run) == ["unknown"]
    cycle.refresh_now(bolt)

    assert [item.state for item in progress_of(run).items] == ["done"]
    assert cloud.calls[SENDS] == 1


def test_a_cloud_that_went_away_is_not_asked_for_the_rest(
    cloud: Emulator, bo: User, bolt: Organization, finished: list[Job]
) -> None:
    cloud.faults.fail("DeleteCompletedTrainingJob", grpc.StatusCode.UNAVAILABLE, "try later", times=5)
    jobs = list(bolt.jobs.filter(status=JobStatus.COMPLETED)[:5])
    run = begun(bo, bolt, Verb.DELETE, jobs)

    work(run)

    run.refresh_from_db()
    assert ends(run) == ["unknown"] * 3 + ["waiting"] * 2
    assert run.state == "stopped" and "can't be reached" in run.words


def test_a_role_that_is_taken_away_ends_the_run(cloud: Emulator, bo: User, bolt: Organization) -> None:
    run = begun(bo, bolt, Verb.CANCEL, active(bolt))
    Membership.objects.filter(user=bo).update(role=1)

    work(run)

    run.refresh_from_db()
    assert (set(ends(run)), run.state, cloud.calls["CancelTrainingJob"]) == ({"waiting"}, "stopped", 0)


def test_who_loses_a_second_factor_that_is_required_acts_no_further(
    cloud: Emulator, bo: User, bolt: Organization, settings: Settings
) -> None:
    """Issue 15, number 4: nothing acts in the name of somebody without one, and so no run does either."""
    settings.REQUIRE_TWO_FACTOR = True
    run = begun(bo, bolt, Verb.CANCEL, active(bolt))

    work(run)

    run.refresh_from_db()
    assert (set(ends(run)), run.state, cloud.calls["CancelTrainingJob"]) == ({"waiting"}, "stopped", 0)
    assert run.words == "bo has no second factor, which this site requires."


def test_a_run_is_stopped_and_continued(cloud: Emulator, bo: User, bolt: Organization) -> None:
    run = begun(bo, bolt, Verb.CANCEL, active(bolt))
    worker.stop(run, Actor(bo))
    work(run)
    assert cloud.calls["CancelTrainingJob"] == 0

    worker.go_on(run, Actor(bo))
    work(run)

    assert set(ends(run)) == {"done"}


def test_one_job_is_one_worker_s(bo: User, bolt: Organization) -> None:
    run = begun(bo, bolt, Verb.CANCEL, active(bolt)[:1])
    item = run.items.get()

    assert [claim(item), claim(item)] == [True, False]
    row = BulkRun.objects.filter(pk=run.pk)
    assert [bool(Lease.take(row, RUN_LEASE)), bool(Lease.take(row, RUN_LEASE))] == [True, False]


def died(run: BulkRun) -> BulkItem:
    """The first job was started by a process that is no more."""
    run.items.filter(number=1).update(state="started")
    BulkRun.objects.update(lease_owner="gone", lease_until=timezone.now() - timedelta(seconds=1))
    return run.items.select_related("run", "job").get(number=1)


def test_what_a_dead_process_never_sent_is_sent(
    cloud: Emulator, bo: User, bolt: Organization, finished: list[Job]
) -> None:
    run = begun(bo, bolt, Verb.RESUBMIT, finished[:1])
    died(run)

    work(run)

    assert (ends(run), cloud.calls[SENDS]) == (["done"], 1)


def test_what_a_dead_process_may_have_sent_is_never_sent_again(
    cloud: Emulator, bo: User, bolt: Organization, finished: list[Job]
) -> None:
    run = begun(bo, bolt, Verb.RESUBMIT, finished[:2])
    asked = request_of(finished[0], "v-lost").as_json()
    Submission.begin(Actor(bo), bolt, key=died(run).token, request=asked)

    work(run)

    assert (ends(run), cloud.calls[SENDS]) == (["unknown", "done"], 1)


def test_nothing_is_sent_twice_where_hosts_clocks_differ(cloud: Emulator, bo: User, bolt: Organization) -> None:
    """Row 122: the run was confirmed on a host five minutes ahead of the one whose process died."""
    cloud.faults.lose_answers("CancelTrainingJob")
    (job,) = active(bolt)[:1]
    run = begun(bo, bolt, Verb.CANCEL, [job])
    work(run)
    bolt.actions.filter(job_id=job.viam_id).update(started_at=run.created_at - timedelta(minutes=5))
    Job.objects.filter(pk=job.pk).update(status=job.status)
    BulkRun.objects.update(state="running")
    died(run)

    work(run)

    assert cloud.calls["CancelTrainingJob"] == 1


def test_a_process_that_slept_sends_nothing_after_another(
    cloud: Emulator, bo: User, bolt: Organization, finished: list[Job]
) -> None:
    """Row 122: it had claimed the job, and its lease ran out before it wrote down anything."""
    run = begun(bo, bolt, Verb.DELETE, finished[:1])
    item = died(run)
    item.job.organization = bolt
    work(run)

    with pytest.raises(IntegrityError):
        worker.act(item)

    assert (ends(run), cloud.calls["DeleteCompletedTrainingJob"]) == (["done"], 1)


def test_a_cancel_that_a_dead_process_sent_is_seen_on_the_job(cloud: Emulator, bo: User, bolt: Organization) -> None:
    run = begun(bo, bolt, Verb.CANCEL, active(bolt)[:1])
    item = died(run)
    AuditEntry.begin(Actor(bo), "job:cancel", bolt, job_id=item.job.viam_id, item=item)
    AuditEntry.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    cloud_of(bolt).cancel_job(bolt.viam_id, item.job.viam_id)
    abandoned.settle_now()
    cycle.refresh_now(bolt)

    work(run)

    assert (ends(run), cloud.calls["CancelTrainingJob"]) == (["done"], 1)


def test_so_many_runs_are_under_way_at_once(bo: User, bolt: Organization) -> None:
    """Issue 15, part C: each was a thread, however many there were. The others wait, say so, and have their turn."""
    jobs = active(bolt)
    runs = [begun(bo, bolt, Verb.CANCEL, [job]) for job in jobs[: worker.MAX_RUNS + 1]]
    *first, last = runs
    held = [Lease.take(BulkRun.objects.filter(pk=run.pk), RUN_LEASE) for run in first]
    work(last)
    assert (ends(last), progress_of(last).is_waiting, worker._next_in_line()) == (["waiting"], True, None)

    assert held[0]
    held[0].release(state=BulkRun.State.FINISHED)
    assert (worker._next_in_line(), progress_of(last).is_waiting) == (last, False)
    work(last)
    assert ends(last) == ["done"]


def test_of_runs_that_begin_in_the_same_moment_the_first_confirmed_go_on(
    bo: User, bolt: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    *first, last = [begun(bo, bolt, Verb.CANCEL, [job]) for job in active(bolt)[: worker.MAX_RUNS + 1]]
    for run in first:
        Lease.take(BulkRun.objects.filter(pk=run.pk), RUN_LEASE)
    monkeypatch.setattr(worker, "_is_full", lambda: False)
    work(last)
    assert ends(last) == ["waiting"]
    last.refresh_from_db()
    assert (last.state, last.lease_owner) == ("running", "")


def test_nobody_takes_up_what_was_confirmed_long_ago(bo: User, bolt: Organization) -> None:
    """But who looks at it."""
    run = begun(bo, bolt, Verb.CANCEL, active(bolt)[:1])
    BulkRun.objects.update(created_at=timezone.now() - 2 * worker.WAIT_FOR)
    assert worker._next_in_line() is None
    work(run)
    assert ends(run) == ["done"]
