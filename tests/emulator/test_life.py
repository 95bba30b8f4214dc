"""What becomes of a job, by a clock that the test sets."""

import grpc
import pytest

from emulator.server import Emulator
from emulator.timestamps import HOUR, moment
from emulator.world.life import QUEUE, RUN
from emulator.world.tenants import BOLT_ROBOTICS_ID, DEMO_KEY, DEMO_KEY_ID
from protos import ml_training_pb2 as ml
from tests.emulator.people import Person, StoppedClock, authenticate, refusal

PENDING = ml.TRAINING_STATUS_PENDING
IN_PROGRESS = ml.TRAINING_STATUS_IN_PROGRESS
COMPLETED = ml.TRAINING_STATUS_COMPLETED
FAILED = ml.TRAINING_STATUS_FAILED


def test_a_job_waits_at_first(ada: Person) -> None:
    job_id = ada.submit()
    ada.clock.wait(QUEUE[0] - 1)
    job = ada.job(job_id)
    assert job.status == PENDING
    assert job.last_modified == job.created_on
    assert not job.HasField("training_started")


def test_then_it_runs(ada: Person) -> None:
    job_id = ada.submit()
    ada.clock.wait(QUEUE[1])
    job = ada.job(job_id)
    assert job.status == IN_PROGRESS
    assert QUEUE[0] <= moment(job.training_started) - moment(job.created_on) <= QUEUE[1]
    assert job.last_modified == job.training_started
    assert not job.HasField("training_ended")


def test_at_last_it_is_completed(ada: Person) -> None:
    job = ada.wait_until_over(ada.submit())
    assert job.status == COMPLETED
    assert RUN[0] <= moment(job.training_ended) - moment(job.training_started) <= RUN[1]
    assert job.last_modified == job.training_ended
    assert job.synced_model_id == f"{BOLT_ROBOTICS_ID}/steady-bolts"
    assert not job.HasField("error_status")


def test_a_model_named_fail_fails(ada: Person) -> None:
    job = ada.wait_until_over(ada.submit(model_name="fail-me"))
    assert job.status == FAILED
    assert job.error_status.code == grpc.StatusCode.FAILED_PRECONDITION.value[0]
    assert job.error_status.message == "714 of 720 images with the label 'bolt' could not be read"
    assert job.synced_model_id == ""


def test_a_custom_model_named_fail_crashes(ada: Person) -> None:
    job = ada.wait_until_over(ada.submit_custom(model_name="fail-me"))
    assert job.error_status.message.startswith("training script exited with code 1: ")


UNFIT = pytest.mark.parametrize(
    ("dataset", "tags", "kind", "words"),
    [
        ("bolts-line-3", ["bolt"], 2, "multi-label classification needs at least 2 labels, 1 was chosen"),
        ("rare-defects", ["crack", "bolt"], 1, "label 'bolt' has 6 images, at least 10 are needed"),
        ("rare-defects", ["dent"], 3, "label 'dent' has 4 images, at least 10 are needed"),
        ("night-shift-raw", ["person", "pallet"], 2, "14% of the images are labelled, 80% are needed"),
    ],
)


@UNFIT
def test_a_job_on_an_unfit_dataset_is_rejected(
    ada: Person, dataset: str, tags: list[str], kind: int, words: str
) -> None:
    """Nothing is left of it: the version is still free."""
    jobs = len(ada.jobs())
    refused = refusal(ada.submit, dataset=dataset, tags=tags, model_type=kind)
    assert refused == (grpc.StatusCode.FAILED_PRECONDITION, words)
    assert len(ada.jobs()) == jobs
    assert ada.submit()


@UNFIT
def test_where_checks_are_late_it_fails(
    emulator: Emulator, ada: Person, dataset: str, tags: list[str], kind: int, words: str
) -> None:
    emulator.world.checks_late = True
    job = ada.wait_until_over(ada.submit(dataset=dataset, tags=tags, model_type=kind))
    assert (job.status, job.error_status.message) == (FAILED, words)


@pytest.mark.parametrize("kind", [ml.MODEL_TYPE_OBJECT_DETECTION, ml.MODEL_TYPE_SINGLE_LABEL_CLASSIFICATION])
def test_one_label_is_enough_but_for_several_at_once(ada: Person, kind: ml.ModelType) -> None:
    job_id = ada.submit(tags=["bolt"], model_type=kind)
    assert ada.wait_until_over(job_id).status == COMPLETED


def test_speed_divides_time(clock: StoppedClock) -> None:
    with Emulator(jobs=0, speed=60, clock=clock) as emulator, grpc.insecure_channel(emulator.address) as channel:
        ada = Person(channel, authenticate(channel, DEMO_KEY_ID, DEMO_KEY), clock)
        job_id = ada.submit()
        clock.wait((QUEUE[1] + RUN[1]) / 60)
        assert ada.job(job_id).status == COMPLETED


def test_an_answer_that_was_given_never_changes(ada: Person) -> None:
    job_id = ada.submit()
    before = ada.jobs()
    ada.clock.wait(HOUR)
    assert [job.status for job in before if job.id == job_id] == [PENDING]
    assert [job.status for job in ada.jobs() if job.id == job_id] == [COMPLETED]
