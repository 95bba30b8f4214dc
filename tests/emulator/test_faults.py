"""The switches with which a test makes the cloud misbehave."""

import math
import time
from concurrent.futures import ThreadPoolExecutor

import grpc

from emulator.faults import CONTAINER_CALLS, EVERY, LABEL_CALLS
from emulator.server import Emulator
from emulator.world.tenants import BOLT_ROBOTICS_ID
from protos import app_pb2, data_pb2
from protos import ml_training_pb2 as ml
from tests.emulator.people import Person, refusal

UNAVAILABLE = grpc.StatusCode.UNAVAILABLE


def test_the_next_calls_fail(emulator: Emulator, ada: Person) -> None:
    emulator.faults.fail("ListTrainingJobs", UNAVAILABLE, "deploying", times=2)
    assert refusal(ada.jobs) == (UNAVAILABLE, "deploying")
    assert refusal(ada.jobs) == (UNAVAILABLE, "deploying")
    assert ada.jobs()


def test_other_methods_go_on(emulator: Emulator, ada: Person) -> None:
    emulator.faults.fail("ListTrainingJobs", UNAVAILABLE)
    assert ada.app.ListOrganizations(app_pb2.ListOrganizationsRequest()).organizations


def test_everything_may_fail_for_good(emulator: Emulator, ada: Person) -> None:
    emulator.faults.fail(EVERY, grpc.StatusCode.INTERNAL, times=math.inf)
    assert [refusal(ada.jobs).code for _ in range(5)] == [grpc.StatusCode.INTERNAL] * 5
    emulator.faults.clear()
    assert ada.jobs()


def test_a_failed_submission_was_not_executed(emulator: Emulator, ada: Person) -> None:
    before = len(ada.jobs())
    emulator.faults.fail("SubmitTrainingJob", UNAVAILABLE)
    refusal(ada.submit)
    assert len(ada.jobs()) == before


def test_a_lost_answer_was_executed(emulator: Emulator, ada: Person) -> None:
    emulator.faults.lose_answers("SubmitTrainingJob")
    assert refusal(ada.submit, model_name="lost") == (UNAVAILABLE, "connection reset")
    assert [job.model_name for job in ada.jobs()].count("lost") == 1
    assert ada.submit(model_name="found")


def test_a_slow_method(emulator: Emulator, ada: Person) -> None:
    emulator.faults.delay("ListTrainingJobs", 0.1)
    began = time.perf_counter()
    ada.jobs()
    assert time.perf_counter() - began >= 0.1


def test_a_deadline_passes(emulator: Emulator, ada: Person) -> None:
    emulator.faults.delay("ListTrainingJobs", 30)
    request = ml.ListTrainingJobsRequest(organization_id=BOLT_ROBOTICS_ID)
    refused = refusal(ada.training.ListTrainingJobs, request, timeout=0.05)
    assert refused.code == grpc.StatusCode.DEADLINE_EXCEEDED


def test_slow_calls_do_not_hold_up_others(emulator: Emulator, ada: Person) -> None:
    emulator.faults.delay("ListTrainingJobs", 30)
    request = ml.ListTrainingJobsRequest(organization_id=BOLT_ROBOTICS_ID)
    waiting = [ada.training.ListTrainingJobs.future(request) for _ in range(5)]
    assert ada.app.ListOrganizations(app_pb2.ListOrganizationsRequest()).organizations
    for call in waiting:
        call.cancel()


def test_an_older_cloud_knows_no_own_containers(emulator: Emulator, ada: Person) -> None:
    emulator.faults.forget(*CONTAINER_CALLS)
    request = ml.ListContainersRequest(organization_id=BOLT_ROBOTICS_ID)
    assert refusal(ada.training.ListContainers, request).code == grpc.StatusCode.UNIMPLEMENTED
    assert ada.training.ListSupportedContainers(ml.ListSupportedContainersRequest()).container_map


def test_a_newer_cloud_has_dropped_the_label_calls(emulator: Emulator, ada: Person) -> None:
    emulator.faults.forget(*LABEL_CALLS)
    assert refusal(ada.data.TagsByFilter, data_pb2.TagsByFilterRequest()).code == grpc.StatusCode.UNIMPLEMENTED


def test_calls_are_counted(emulator: Emulator, ada: Person) -> None:
    ada.jobs()
    emulator.faults.fail("ListTrainingJobs", UNAVAILABLE)
    refusal(ada.jobs)
    assert emulator.calls["ListTrainingJobs"] == 2
    assert emulator.calls.snapshot() == {"Authenticate": 1, "ListTrainingJobs": 2}
    emulator.calls.reset()
    assert emulator.calls.total() == 0


def test_no_call_is_lost_in_a_crowd(emulator: Emulator, ada: Person) -> None:
    request = app_pb2.ListOrganizationsRequest()
    with ThreadPoolExecutor(8) as crowd:
        list(crowd.map(lambda _: ada.app.ListOrganizations(request), range(200)))
    assert emulator.calls["ListOrganizations"] == 200
