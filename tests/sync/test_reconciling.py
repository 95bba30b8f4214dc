"""What became of submits, cancels and deletes whose answer was lost: the cloud's lists tell, and nothing is guessed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import grpc
import pytest
import time_machine
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from emulator.server import Emulator
from emulator.world.tenants import BOLT_ROBOTICS_ID
from jobs.actions.service import cancel_job, delete_job
from jobs.domain import CustomJobRequest, JobRequest, JobStatus, ManagedJobRequest
from jobs.models import Actor, AuditEntry, Job, Organization, Submission
from jobs.submit.service import submit_job
from jobs.sync import abandoned, apply, cycle, reconcile
from jobs.sync.schedule import due
from jobs.viam.errors import Unavailable
from protos import ml_training_pb2
from tests.api.test_by_program import fits
from tests.api_tokens.test_tokens import token

pytestmark = pytest.mark.django_db

MANAGED, CUSTOM = "SubmitTrainingJob", "SubmitCustomTrainingJob"
Record = ml_training_pb2.TrainingJobMetadata


@pytest.fixture
def custom(bolt: Organization) -> CustomJobRequest:
    script = next(script for script in bolt.catalogue.scripts if script.id == "bolt:weld-inspector")
    return CustomJobRequest(
        dataset_id=bolt.datasets.get(name="bolts-line-3").viam_id,
        model_name="weld-grader",
        model_version="v1",
        script_id=script.id,
        script_version=script.versions[0],
        container_version="tf:2.17",
        arguments={"num_epochs": "5"},
    )


def sent(bo: User, bolt: Organization, request: JobRequest, key: str = "once") -> Submission:
    return submit_job(actor=Actor(bo), organization=bolt, request=request, token=key, is_meant=True)


def never_arrived(cloud: Emulator, bo: User, bolt: Organization, request: JobRequest, key: str = "once") -> Submission:
    """The connection broke before the cloud heard of it, which nobody here can know."""
    name = MANAGED if isinstance(request, ManagedJobRequest) else CUSTOM
    cloud.faults.fail(name, grpc.StatusCode.UNAVAILABLE, "connection reset")
    submission = sent(bo, bolt, request, key)
    assert submission.state == "unknown"
    return submission


def lost(cloud: Emulator, bo: User, bolt: Organization, request: JobRequest, key: str = "once") -> Record:
    """The cloud took it, and its answer was lost; what it made is not listed yet."""
    before = {job.id for job in cloud.world.jobs(BOLT_ROBOTICS_ID)}
    cloud.faults.lose_answers(MANAGED if isinstance(request, ManagedJobRequest) else CUSTOM)
    assert sent(bo, bolt, request, key).state == "unknown"
    [made] = [job for job in cloud.world.jobs(BOLT_ROBOTICS_ID) if job.id not in before]
    return made


def without_an_answer(bo: User, bolt: Organization, request: JobRequest, key: str = "once") -> None:
    """As a process leaves it that sent something, whatever the cloud made of it."""
    submission = Submission.begin(Actor(bo), bolt, key=key, request=request.as_json())
    submission.finish(Submission.State.UNKNOWN, words="no answer in time")


def like(request: JobRequest, job_id: str, created: datetime, **changes: Any) -> Record:
    """A job that somebody made of the same elsewhere."""
    record = Record(
        id=job_id,
        organization_id=BOLT_ROBOTICS_ID,
        status=ml_training_pb2.TRAINING_STATUS_PENDING,
        dataset_id=request.dataset_id,
        model_name=request.model_name,
        model_version=request.model_version,
    )
    if isinstance(request, ManagedJobRequest):
        record.tags.extend(request.labels)
        record.model_type = request.model_type.value  # type: ignore[assignment]
        record.model_framework = request.model_framework.value  # type: ignore[assignment]
    else:
        record.is_custom_job = True
        record.registry_item_id, record.registry_item_version = request.script_id, request.script_version
        record.container_version = request.container_version
        record.arguments.update(request.arguments)
    record.created_on.FromDatetime(created)
    record.last_modified.FromDatetime(created)
    for name, value in changes.items():
        if isinstance(value, list | dict):
            record.ClearField(name)
            getattr(record, name).MergeFrom(value) if isinstance(value, list) else getattr(record, name).update(value)
        else:
            setattr(record, name, value)
    return record


def leases_ran_out() -> None:
    """As if a minute had passed since everything began."""
    AuditEntry.objects.update(lease_until=timezone.now() - timedelta(seconds=1))


def now() -> datetime:
    return datetime.now(tz=UTC)


def only() -> Submission:
    return Submission.objects.select_related("entry").get()


class TestOnlyOurs:
    @pytest.mark.parametrize("labels", [list, lambda labels: [*reversed(labels)]], ids=["as sent", "in another order"])
    def test_the_job_is_found_and_is_its_submitter_s(
        self,
        cloud: Emulator,
        bo: User,
        bolt: Organization,
        asked: ManagedJobRequest,
        labels: Callable[[Any], list[str]],
    ) -> None:
        """Rows 122 and 124."""
        record = lost(cloud, bo, bolt, asked)
        told = labels(record.tags)
        record.ClearField("tags")
        record.tags.extend(told)
        cloud.world.put(record)
        cycle.refresh_now(bolt)
        assert (only().state, only().job_id, only().entry.job_id) == ("done", record.id, record.id)
        assert bolt.jobs.get(viam_id=record.id).submitted_by == bo

    def test_a_custom_job_is_found(
        self, cloud: Emulator, bo: User, bolt: Organization, custom: CustomJobRequest
    ) -> None:
        """Row 124: also when the cloud tells which container it took, though none was asked for."""
        record = lost(cloud, bo, bolt, replace(custom, container_version=""))
        record.container_version = "tf:2.16"
        cloud.world.put(record)
        cycle.refresh_now(bolt)
        assert only().job_id == record.id

    @pytest.mark.parametrize(
        "change",
        [
            {"dataset_id": "d" * 24},
            {"model_version": "v2"},
            {"tags": ["another"]},
            {"model_framework": ml_training_pb2.MODEL_FRAMEWORK_TENSORFLOW},
            {"model_type": ml_training_pb2.MODEL_TYPE_SINGLE_LABEL_CLASSIFICATION},
            {"is_custom_job": True},
        ],
        ids=lambda change: next(iter(change)),
    )
    def test_a_job_that_differs_is_not_taken(
        self, cloud: Emulator, bo: User, bolt: Organization, asked: ManagedJobRequest, change: dict[str, Any]
    ) -> None:
        """Row 124: name, version and dataset were all that was compared."""
        never_arrived(cloud, bo, bolt, asked)
        cloud.world.put(like(asked, "f" * 24, now(), **change))
        cycle.refresh_now(bolt)
        assert (only().state, only().job_id) == ("unknown", "")

    @pytest.mark.parametrize(
        "change",
        [
            {"arguments": {"num_epochs": "6"}},
            {"registry_item_id": "bolt:other"},
            {"registry_item_version": "other"},
            {"container_version": "tf:2.16"},
            {"is_custom_job": False},
        ],
        ids=lambda change: next(iter(change)),
    )
    def test_a_custom_job_that_differs_is_not_taken(
        self, cloud: Emulator, bo: User, bolt: Organization, custom: CustomJobRequest, change: dict[str, Any]
    ) -> None:
        """Row 124."""
        never_arrived(cloud, bo, bolt, custom)
        cloud.world.put(like(custom, "f" * 24, now(), **change))
        cycle.refresh_now(bolt)
        assert (only().state, only().job_id) == ("unknown", "")

    def test_a_job_that_was_known_before_is_not_taken(
        self, cloud: Emulator, bo: User, bolt: Organization, asked: ManagedJobRequest
    ) -> None:
        """Row 124."""
        cloud.world.put(like(asked, "f" * 24, now()))
        cycle.refresh_now(bolt)
        without_an_answer(bo, bolt, asked)
        cycle.refresh_now(bolt)
        assert only().state == "unknown"

    def test_a_colleague_s_job_days_later_is_not_taken(
        self, cloud: Emulator, bo: User, bolt: Organization, asked: ManagedJobRequest
    ) -> None:
        """Row 124: the site and its cloud were away meanwhile, so no list told before."""
        never_arrived(cloud, bo, bolt, asked)
        with time_machine.travel(now() + timedelta(days=3)):
            cloud.world.put(like(asked, "f" * 24, now() - timedelta(minutes=1)))
            cycle.refresh_now(bolt)
            assert only().state == "unknown"
            leases_ran_out()
            cycle.refresh_now(bolt)
            cycle.refresh_now(bolt)
        assert (only().state, only().job_id) == ("unknown", "")
        assert only().entry.finished_at
        assert f"we can't tell whether it is this one: {'f' * 24}" in only().words
        assert bolt.jobs.get(viam_id="f" * 24).submitted_by is None


class TestTheCloudsClock:
    @pytest.mark.parametrize("minutes", [-10, 10, -90, 90])
    def test_a_clock_that_differs_loses_no_job(
        self, cloud: Emulator, bo: User, bolt: Organization, asked: ManagedJobRequest, minutes: int
    ) -> None:
        """Row 124: five minutes were allowed."""
        record = lost(cloud, bo, bolt, asked)
        record.created_on.FromDatetime(now() + timedelta(minutes=minutes))
        cloud.world.put(record)
        cycle.refresh_now(bolt)
        assert only().job_id == record.id

    def test_it_is_learned_from_the_jobs_of_others(
        self, cloud: Emulator, bolt: Organization, asked: ManagedJobRequest
    ) -> None:
        """Row 124: each new job was made between two lists, whatever the cloud's clock calls it."""
        cloud.world.put(like(asked, "e" * 24, now() - timedelta(minutes=90)))
        cycle.refresh_now(bolt)
        bolt.refresh_from_db()
        told = reconcile.in_cloud_time(bolt, now()) - now()
        assert timedelta(minutes=-90, seconds=-10) < told < timedelta(minutes=-89)

    @pytest.mark.parametrize("order", [1, -1])
    def test_an_older_job_that_appears_with_it_hides_no_job(
        self, cloud: Emulator, bo: User, bolt: Organization, asked: ManagedJobRequest, order: int
    ) -> None:
        """Row 124: a list had left it out, or it moved here. In whichever order they are told."""
        record = lost(cloud, bo, bolt, asked)
        jobs = [record, like(replace(asked, model_name="another"), "e" * 24, now() - timedelta(hours=2))][::order]
        for job in jobs:
            cloud.world.put(job)
        cycle.refresh_now(bolt)
        bolt.refresh_from_db()
        assert abs(bolt.clock_ahead) < 60
        assert only().job_id == record.id
        new = [Job(created_on=now() - timedelta(hours=hours)) for hours in (0, 2)][::order]
        reconcile.learn_clock(bolt, new)
        assert abs(bolt.clock_ahead) < 60

    def test_an_old_job_that_appears_says_nothing_of_a_clock(
        self, cloud: Emulator, bolt: Organization, asked: ManagedJobRequest
    ) -> None:
        """Row 124."""
        cloud.world.put(like(asked, "e" * 24, now() - timedelta(days=30)))
        cycle.refresh_now(bolt)
        bolt.refresh_from_db()
        assert bolt.clock_ahead == 0


class TestSeveralAlike:
    def test_one_job_is_never_two_submissions_(
        self, cloud: Emulator, bo: User, bolt: Organization, asked: ManagedJobRequest
    ) -> None:
        """Row 124."""
        record = lost(cloud, bo, bolt, asked, "first")
        never_arrived(cloud, bo, bolt, asked, "second")
        cycle.refresh_now(bolt)
        cycle.refresh_now(bolt)
        told = list(Submission.objects.order_by("pk").values_list("state", "job_id"))
        assert told == [("done", record.id), ("unknown", "")]

    def test_as_many_as_there_are_in_order(
        self, cloud: Emulator, bo: User, bolt: Organization, asked: ManagedJobRequest
    ) -> None:
        """Row 124."""
        for key in ("first", "second"):
            without_an_answer(bo, bolt, asked, key)
        cloud.world.put(like(asked, "e" * 24, now() + timedelta(seconds=1)))
        cloud.world.put(like(asked, "f" * 24, now()))
        cycle.refresh_now(bolt)
        assert list(Submission.objects.order_by("pk").values_list("job_id", flat=True)) == ["f" * 24, "e" * 24]

    def test_of_more_than_there_are_submits_none_is_taken(
        self, cloud: Emulator, bo: User, bolt: Organization, asked: ManagedJobRequest
    ) -> None:
        """Row 124: it is told instead."""
        lost(cloud, bo, bolt, asked)
        cloud.world.put(like(asked, "f" * 24, now()))
        leases_ran_out()
        cycle.refresh_now(bolt)
        cycle.refresh_now(bolt)
        assert (only().state, only().job_id, only().is_awaited) == ("unknown", "", False)
        assert "2 jobs that match this request" in only().words

    def test_one_that_is_under_way_gets_its_own_answer(
        self, cloud: Emulator, bo: User, bolt: Organization, asked: ManagedJobRequest
    ) -> None:
        """Row 124: until then it isn't known which job is whose."""
        never_arrived(cloud, bo, bolt, asked, "first")
        Submission.begin(Actor(bo), bolt, key="second", request=asked.as_json())
        cloud.world.put(like(asked, "f" * 24, now()))
        cycle.refresh_now(bolt)
        assert Submission.objects.get(key="first").state == "unknown"


class TestTheEnd:
    def test_two_complete_lists_after_the_deadline_end_it(
        self, cloud: Emulator, bo: User, bolt: Organization, asked: ManagedJobRequest
    ) -> None:
        """Row 124: a list that was asked for while it may still arrive says nothing."""
        never_arrived(cloud, bo, bolt, asked)
        for _ in range(3):
            cycle.refresh_now(bolt)
        assert (only().state, only().entry.lists_without) == ("unknown", 0)
        leases_ran_out()
        cycle.refresh_now(bolt)
        assert (only().state, only().is_awaited) == ("unknown", True)
        cycle.refresh_now(bolt)
        assert (only().state, only().is_awaited, only().entry.outcome) == ("not_found", False, "not_done")

    def test_lists_of_what_moves_don_t_end_it(
        self, cloud: Emulator, bo: User, bolt: Organization, asked: ManagedJobRequest
    ) -> None:
        """Row 124: the job may have ended already."""
        never_arrived(cloud, bo, bolt, asked)
        leases_ran_out()
        AuditEntry.objects.update(lists_without=1)
        for _ in range(3):
            Organization.objects.update(due_at=None)
            cycle.refresh_due(bolt)
        assert only().state == "unknown"

    def test_the_page_ends_its_polls_and_offers_the_filled_form(
        self, cloud: Emulator, bo: User, bo_client: Client, bolt: Organization, custom: CustomJobRequest
    ) -> None:
        """Row 124."""
        submission = never_arrived(cloud, bo, bolt, custom)
        waiting = bo_client.get(submission.get_absolute_url()).text
        assert 'hx-trigger="poll"' in waiting and "Submit again" not in waiting
        leases_ran_out()
        cycle.refresh_now(bolt)
        cycle.refresh_now(bolt)
        page = bo_client.get(submission.get_absolute_url())
        assert "This job is not in Viam" in page.text and 'hx-trigger="poll"' not in page.text
        assert "num_epochs" not in page.context["again"]
        form = bo_client.get(page.context["again"]).context["form"]
        told = [form[name].value() for name in ("name", "version", "script", "script_version", "container")]
        assert told == ["weld-grader", "v1", custom.script_id, custom.script_version, "key:tf:2.17"]
        assert (form["dataset"].value(), form["arguments"].value()) == (custom.dataset_id, '{"num_epochs": "5"}')

    def test_programs_and_the_activity_are_told(
        self, cloud: Emulator, bo: User, bo_client: Client, bolt: Organization, asked: ManagedJobRequest
    ) -> None:
        """Row 124."""
        submission = never_arrived(cloud, bo, bolt, asked)
        leases_ran_out()
        cycle.refresh_now(bolt)
        cycle.refresh_now(bolt)
        answer = Client(headers=token(bo)).get(f"/orgs/{bolt.slug}/submissions/{submission.pk}.json")
        found = fits(answer, "/orgs/{slug}/submissions/{pk}.json")
        assert (found["outcome"], "next two complete lists" in found["words"]) == ("not_found", True)
        assert "next two complete lists" in bo_client.get(f"/orgs/{bolt.slug}/activity/").text

    def test_the_list_of_jobs_tells_its_submitter(
        self,
        cloud: Emulator,
        bo: User,
        bo_client: Client,
        ana_client: Client,
        bolt: Organization,
        asked: ManagedJobRequest,
    ) -> None:
        """Row 124: until it is submitted again."""
        never_arrived(cloud, bo, bolt, asked)
        assert "may have been submitted" in bo_client.get(bolt.get_absolute_url()).text
        leases_ran_out()
        cycle.refresh_now(bolt)
        cycle.refresh_now(bolt)
        assert "is not in Viam after" in bo_client.get(bolt.get_absolute_url()).text
        assert "is not in Viam after" not in ana_client.get(bolt.get_absolute_url()).text
        assert sent(bo, bolt, asked, "again").state == "done"
        assert "is not in Viam after" not in bo_client.get(bolt.get_absolute_url()).text

    def test_it_ends_though_nobody_looks_or_can(
        self, cloud: Emulator, bo: User, bolt: Organization, asked: ManagedJobRequest
    ) -> None:
        """Row 117."""
        Organization.objects.update(viewed_at=None, due_at=None, is_shown=False)
        assert list(due()) == []
        Organization.objects.update(is_shown=True)
        never_arrived(cloud, bo, bolt, asked)
        Organization.objects.update(viewed_at=None, due_at=None, is_shown=False)
        assert list(due()) == [bolt]


@pytest.fixture
def running(bolt: Organization) -> Job:
    job = bolt.jobs.filter(status=JobStatus.IN_PROGRESS).first()
    assert job
    return job


@pytest.fixture
def over(bolt: Organization) -> Job:
    job = bolt.jobs.filter(status=JobStatus.COMPLETED).first()
    assert job
    return job


class TestCancelsAndDeletes:
    def unanswered(self, act: Any, bo: User, bolt: Organization, job: Job) -> AuditEntry:
        with pytest.raises(Unavailable):
            act(Actor(bo), bolt, job.viam_id)
        leases_ran_out()
        cycle.refresh_now(bolt)
        cycle.refresh_now(bolt)
        return AuditEntry.objects.get(job_id=job.viam_id)

    def test_a_cancel_that_arrived(self, cloud: Emulator, bo: User, bolt: Organization, running: Job) -> None:
        """Row 117."""
        cloud.faults.lose_answers("CancelTrainingJob")
        entry = self.unanswered(cancel_job, bo, bolt, running)
        assert (entry.outcome, "Viam shows the job as cancel" in entry.words) == ("done", True)

    def test_a_cancel_that_never_arrived(self, cloud: Emulator, bo: User, bolt: Organization, running: Job) -> None:
        """Row 117."""
        cloud.faults.fail("CancelTrainingJob", grpc.StatusCode.UNAVAILABLE)
        before = running.version
        entry = self.unanswered(cancel_job, bo, bolt, running)
        running.refresh_from_db()
        assert running.version > before  # An open page of it is drawn anew.
        assert (entry.outcome, "two complete lists" in entry.words) == ("not_done", True)

    def test_a_cancel_that_came_too_late(self, cloud: Emulator, bo: User, bolt: Organization, running: Job) -> None:
        """Row 117."""
        cloud.faults.fail("CancelTrainingJob", grpc.StatusCode.UNAVAILABLE)
        record = cloud.world.job(running.viam_id)
        record.status = ml_training_pb2.TRAINING_STATUS_COMPLETED
        record.last_modified.FromDatetime(now())
        record.training_ended.FromDatetime(now())
        cloud.world.put(record)
        entry = self.unanswered(cancel_job, bo, bolt, running)
        assert (entry.outcome, "completed before" in entry.words) == ("not_done", True)

    def test_a_delete_that_arrived(self, cloud: Emulator, bo: User, bolt: Organization, over: Job) -> None:
        """Row 117."""
        Job.objects.update(seen_at=now() - timedelta(hours=1))
        cloud.faults.lose_answers("DeleteCompletedTrainingJob")
        entry = self.unanswered(delete_job, bo, bolt, over)
        assert (entry.outcome, "no longer in Viam" in entry.words) == ("done", True)

    def test_a_delete_that_never_arrived_of_a_job_that_one_list_left_out(
        self, cloud: Emulator, bo: User, bolt: Organization, over: Job
    ) -> None:
        """Row 117: that list alone made it "done", and it stayed so when the job was there again."""
        Job.objects.update(seen_at=now() - timedelta(hours=1))
        cloud.faults.fail("DeleteCompletedTrainingJob", grpc.StatusCode.UNAVAILABLE)
        with pytest.raises(Unavailable):
            delete_job(Actor(bo), bolt, over.viam_id)
        leases_ran_out()
        record = cloud.world.job(over.viam_id)
        cloud.world.remove(over.viam_id)
        cycle.refresh_now(bolt)
        over.refresh_from_db()
        assert (over.missing_since is not None, AuditEntry.objects.get(job_id=over.viam_id).finished_at) == (True, None)
        cloud.world.put(record)
        cycle.refresh_now(bolt)
        cycle.refresh_now(bolt)
        entry = AuditEntry.objects.get(job_id=over.viam_id)
        assert (entry.outcome, "still in Viam" in entry.words) == ("not_done", True)

    def test_a_delete_that_never_arrived(self, cloud: Emulator, bo: User, bolt: Organization, over: Job) -> None:
        """Row 117."""
        cloud.faults.fail("DeleteCompletedTrainingJob", grpc.StatusCode.UNAVAILABLE)
        entry = self.unanswered(delete_job, bo, bolt, over)
        assert (entry.outcome, "still in Viam" in entry.words) == ("not_done", True)


def test_who_submitted_is_kept_when_the_process_dies_right_after_the_answer(
    cloud: Emulator, bo: User, bolt: Organization, asked: ManagedJobRequest
) -> None:
    """Row 122."""
    submission = Submission.begin(Actor(bo), bolt, key="once", request=asked.as_json())
    cloud.world.put(like(asked, "f" * 24, now()))
    submission.finish(Submission.State.DONE, job_id="f" * 24)
    cycle.refresh_now(bolt)
    assert bolt.jobs.get(viam_id="f" * 24).submitted_by == bo
    apply.attribute(bolt, "f" * 24, None, before=bo)
    cycle.refresh_now(bolt)
    assert bolt.jobs.get(viam_id="f" * 24).submitted_by is None


@pytest.mark.parametrize("why", ["removed", "refused", "forbidden"])
def test_where_no_list_can_be_read_any_more_a_lost_submit_comes_to_an_end(
    cloud: Emulator, bo: User, bolt: Organization, asked: ManagedJobRequest, bo_client: Client, why: str
) -> None:
    """It said "we're checking" for ever. What is told is that nobody knows: it isn't called not done."""
    submission = never_arrived(cloud, bo, bolt, asked)
    leases_ran_out()
    if why == "removed":
        Organization.objects.update(credentials=None)
    else:
        Organization.objects.update(problem=why, problem_since=timezone.now())
    for hours, is_awaited in ((0, True), (2, False)):
        with time_machine.travel(timezone.now() + timedelta(hours=hours), tick=True):
            abandoned.settle_now()
        assert only().is_awaited is is_awaited
    assert (only().state, only().entry.outcome, only().words) == ("unknown", "unknown", reconcile.CANT_BE_READ)
    text = bo_client.get(submission.get_absolute_url()).text
    assert "list of jobs can&#x27;t be read any more" in text and "hx-trigger" not in text.partition("<main")[2]


def test_a_cloud_that_is_away_is_waited_for(
    cloud: Emulator, bo: User, bolt: Organization, asked: ManagedJobRequest
) -> None:
    never_arrived(cloud, bo, bolt, asked)
    leases_ran_out()
    Organization.objects.update(problem="timed_out", problem_since=timezone.now() - timedelta(days=3))
    with time_machine.travel(timezone.now() + timedelta(days=3), tick=True):
        abandoned.settle_now()
    assert only().is_awaited


def test_a_cancel_comes_to_an_end_there_too(cloud: Emulator, bo: User, bolt: Organization, running: Job) -> None:
    cloud.faults.fail("CancelTrainingJob", grpc.StatusCode.UNAVAILABLE, "connection reset")
    with pytest.raises(Unavailable):
        cancel_job(Actor(bo), bolt, running.viam_id)
    leases_ran_out()
    before = bolt.jobs.get(pk=running.pk).version
    Organization.objects.update(credentials=None)
    with time_machine.travel(timezone.now() + timedelta(hours=2), tick=True):
        abandoned.settle_now()
    entry = AuditEntry.objects.get(action="job:cancel")
    assert (entry.outcome, entry.words, entry.finished_at is None) == ("unknown", reconcile.CANT_BE_READ, False)
    assert bolt.jobs.get(pk=running.pk).version > before
