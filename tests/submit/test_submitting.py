"""Submitting: checked, written down, sent once."""

from dataclasses import replace

import grpc
import pytest
from django.contrib.auth.models import User

from emulator.server import Emulator
from jobs.domain import JobStatus, ManagedJobRequest, ModelType
from jobs.models import Actor, AuditEntry, Organization, Submission
from jobs.submit.service import Unfit, submit_job
from jobs.sync import cycle
from jobs.viam.errors import Rejected

pytestmark = pytest.mark.django_db


def submit(bo: User, bolt: Organization, request: ManagedJobRequest, token: str = "once") -> Submission:
    return submit_job(actor=Actor(bo), organization=bolt, request=request, token=token)


def test_the_new_job_is_in_the_mirror_at_once(bo: User, bolt: Organization, asked: ManagedJobRequest) -> None:
    """Row 65: shown before the cloud lists it."""
    entry = submit(bo, bolt, asked)
    job = bolt.jobs.get(viam_id=entry.job_id)
    assert (job.model_name, job.state, job.labels) == ("hinge-finder", JobStatus.PENDING, list(asked.labels))


def test_who_did_it_is_written_down(bo: User, bolt: Organization, asked: ManagedJobRequest) -> None:
    submission = submit(bo, bolt, asked)
    assert (submission.person, submission.state, submission.request["name"]) == (bo, "done", "hinge-finder")
    assert (submission.entry.actor, submission.entry.outcome, submission.entry.job_id) == (
        bo,
        "done",
        submission.job_id,
    )


def test_a_form_sent_twice_submits_once(
    cloud: Emulator, bo: User, bolt: Organization, asked: ManagedJobRequest
) -> None:
    first = submit(bo, bolt, asked)
    second = submit(bo, bolt, asked)
    assert first == second
    assert cloud.calls["SubmitTrainingJob"] == 1


def test_a_lost_answer_sends_nothing_again_and_finds_the_job(
    cloud: Emulator, bo: User, bolt: Organization, asked: ManagedJobRequest
) -> None:
    cloud.faults.lose_answers("SubmitTrainingJob")
    submission = submit(bo, bolt, asked)
    assert (submission.state, submission.job_id, cloud.calls["SubmitTrainingJob"]) == ("unknown", "", 1)
    cycle.refresh_now(bolt)
    submission = Submission.objects.get()
    job = bolt.jobs.get(viam_id=submission.job_id)
    assert (submission.state, submission.entry.outcome, job.model_name) == ("done", "done", "hinge-finder")
    assert job.submitted_by == bo


def test_a_submit_that_never_arrived_stays_unknown(
    cloud: Emulator, bo: User, bolt: Organization, asked: ManagedJobRequest
) -> None:
    cloud.faults.fail("SubmitTrainingJob", grpc.StatusCode.UNAVAILABLE, "try later")
    submit(bo, bolt, asked)
    cycle.refresh_now(bolt)
    submission = Submission.objects.get()
    assert (submission.state, submission.words, cloud.calls["SubmitTrainingJob"]) == ("unknown", "try later", 1)


def test_what_the_cloud_turns_down_is_told_in_its_words(
    cloud: Emulator, bo: User, bolt: Organization, asked: ManagedJobRequest
) -> None:
    cloud.faults.fail("SubmitTrainingJob", grpc.StatusCode.INVALID_ARGUMENT, "too few images")
    submission = submit(bo, bolt, asked)
    assert isinstance(submission.error, Rejected) and submission.words == "too few images"
    assert AuditEntry.objects.latest("pk").outcome == "rejected"


def test_a_dataset_that_does_not_exist_is_not_sent(
    cloud: Emulator, bo: User, bolt: Organization, asked: ManagedJobRequest
) -> None:
    with pytest.raises(Unfit, match="no dataset"):
        submit(bo, bolt, replace(asked, dataset_id="f" * 24))
    assert cloud.calls["SubmitTrainingJob"] == 0


def test_a_dataset_that_is_younger_than_our_list_is_found(
    bo: User, bolt: Organization, asked: ManagedJobRequest
) -> None:
    bolt.datasets.all().delete()
    assert submit(bo, bolt, asked).state == "done"


def test_sequences_are_nothing_for_managed_training(bo: User, bolt: Organization, asked: ManagedJobRequest) -> None:
    sequences = bolt.datasets.get(is_sequence=True)
    with pytest.raises(Unfit, match="sequences"):
        submit(bo, bolt, replace(asked, dataset_id=sequences.viam_id))


def test_a_version_that_exists_is_not_sent(bo: User, bolt: Organization, asked: ManagedJobRequest) -> None:
    submit(bo, bolt, asked)
    with pytest.raises(Unfit, match="already exists"):
        submit(bo, bolt, asked, token="another")


def test_several_labels_at_once_are_two_at_least(bo: User, bolt: Organization, asked: ManagedJobRequest) -> None:
    with pytest.raises(Unfit, match="at least 2 labels"):
        submit(bo, bolt, replace(asked, model_type=ModelType.MULTI_LABEL_CLASSIFICATION, labels=["bolt"]))
