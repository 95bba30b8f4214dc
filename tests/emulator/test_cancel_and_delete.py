"""What may be canceled and deleted, and what comes of it."""

import grpc
import pytest

from emulator.world.life import QUEUE, STOPPING
from protos import ml_training_pb2 as ml
from tests.emulator.people import Person, refusal

PENDING = ml.TRAINING_STATUS_PENDING
IN_PROGRESS = ml.TRAINING_STATUS_IN_PROGRESS
COMPLETED = ml.TRAINING_STATUS_COMPLETED
FAILED = ml.TRAINING_STATUS_FAILED
CANCELED = ml.TRAINING_STATUS_CANCELED
CANCELING = ml.TRAINING_STATUS_CANCELING


def test_a_running_job_is_canceled_after_a_while(ada: Person) -> None:
    job_id = ada.submit()
    ada.clock.wait(QUEUE[1])
    ada.cancel(job_id)
    assert ada.job(job_id).status == CANCELING
    ada.clock.wait(STOPPING)
    job = ada.job(job_id)
    assert job.status == CANCELED
    assert job.last_modified == job.training_ended
    assert job.HasField("training_started")


def test_a_job_canceled_in_the_queue_never_starts(ada: Person) -> None:
    job_id = ada.submit()
    ada.cancel(job_id)
    job = ada.wait_until_over(job_id)
    assert job.status == CANCELED
    assert not job.HasField("training_started")
    assert job.HasField("training_ended")


@pytest.mark.parametrize("waited", [0, QUEUE[1]])
def test_a_stubborn_job_completes_although_canceled(ada: Person, waited: float) -> None:
    job_id = ada.submit(model_name="stubborn-bolts")
    ada.clock.wait(waited)
    ada.cancel(job_id)
    assert ada.job(job_id).status == CANCELING
    job = ada.wait_until_over(job_id)
    assert job.status == COMPLETED
    assert job.HasField("training_started")


def test_a_second_cancel_changes_nothing(ada: Person) -> None:
    job_id = ada.submit()
    ada.cancel(job_id)
    before = ada.job(job_id)
    ada.clock.wait(1)
    ada.cancel(job_id)
    assert ada.job(job_id) == before


@pytest.mark.parametrize("status", [COMPLETED, FAILED, CANCELED])
def test_what_has_ended_cannot_be_canceled(ada: Person, status: ml.TrainingStatus) -> None:
    assert refusal(ada.cancel, ada.some_job(status).id).code == grpc.StatusCode.FAILED_PRECONDITION


@pytest.mark.parametrize("status", [COMPLETED, FAILED, CANCELED])
def test_what_has_ended_can_be_deleted(ada: Person, status: ml.TrainingStatus) -> None:
    job = ada.some_job(status)
    ada.delete(job.id)
    assert refusal(ada.job, job.id).code == grpc.StatusCode.NOT_FOUND
    assert job not in ada.jobs()


@pytest.mark.parametrize("status", [PENDING, IN_PROGRESS])
def test_what_is_under_way_cannot_be_deleted(ada: Person, status: ml.TrainingStatus) -> None:
    assert refusal(ada.delete, ada.some_job(status).id).code == grpc.StatusCode.FAILED_PRECONDITION


def test_an_unknown_job_is_not_found(ada: Person) -> None:
    for call in (ada.job, ada.cancel, ada.delete, ada.log_page):
        assert refusal(call, "0" * 24).code == grpc.StatusCode.NOT_FOUND
