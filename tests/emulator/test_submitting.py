"""What the cloud accepts as a job, and what it says otherwise."""

from typing import Any

import grpc
import pytest

from emulator.world.tenants import BOLT_ROBOTICS_ID, HARBOR_PILOTS_ID, OTHER_TENANT_ID
from protos import app_pb2
from protos import ml_training_pb2 as ml
from tests.emulator.people import Person, refusal

INVALID = grpc.StatusCode.INVALID_ARGUMENT
NOT_FOUND = grpc.StatusCode.NOT_FOUND
DETECTION = ml.MODEL_TYPE_OBJECT_DETECTION


def test_a_managed_job_says_what_was_asked(ada: Person) -> None:
    job = ada.job(ada.submit(tags=["bolt", "washer"], model_version="2026-01-02T03-04-05"))
    assert (job.model_name, job.model_version) == ("steady-bolts", "2026-01-02T03-04-05")
    assert (job.organization_id, job.dataset_id) == (BOLT_ROBOTICS_ID, ada.dataset_id("bolts-line-3"))
    assert list(job.tags) == ["bolt", "washer"]
    assert not job.is_custom_job
    assert not job.HasField("training_started")


def test_a_custom_job_says_what_was_asked(ada: Person) -> None:
    job = ada.job(ada.submit_custom(arguments={"num_epochs": "7", "note": "a=b, c"}))
    assert job.is_custom_job
    assert (job.registry_item_id, job.registry_item_version) == ("viam:classification-tflite", "2024-08-13T12-11-54")
    assert dict(job.arguments) == {"num_epochs": "7", "note": "a=b, c"}
    assert job.container_version == "tf:2.17"


def test_a_custom_job_takes_type_and_framework_from_its_script(ada: Person) -> None:
    job = ada.job(ada.submit_custom(registry_item_id="devrel:yolo-onnx-training", registry_item_version="0.2.0"))
    assert (job.model_type, job.model_framework) == (DETECTION, ml.MODEL_FRAMEWORK_ONNX)


def test_a_custom_job_may_run_in_an_own_container(ada: Person) -> None:
    containers = ada.training.ListContainers(ml.ListContainersRequest(organization_id=BOLT_ROBOTICS_ID)).containers
    own = next(container.id for container in containers if container.organization_id)
    assert ada.job(ada.submit_custom(container_version="", container_id=own)).container_id == own


def test_no_container_means_the_scripts_own(ada: Person) -> None:
    assert ada.job(ada.submit_custom(container_version="")).container_version == ""


def test_a_draft_can_be_tried_by_its_owner(ada: Person) -> None:
    draft = ada.app.GetRegistryItem(app_pb2.GetRegistryItemRequest(item_id="bolt:grasp-planner")).item
    version = draft.ml_training_metadata.versions[0].version
    assert ada.submit_custom(registry_item_id=draft.item_id, registry_item_version=version)


def test_detection_takes_box_labels(ada: Person) -> None:
    assert ada.job(ada.submit(dataset="weld-seams", model_type=DETECTION, tags=["seam"])).tags == ["seam"]


def test_no_framework_means_the_default(ada: Person) -> None:
    assert ada.job(ada.submit(model_framework=0)).model_framework == ml.MODEL_FRAMEWORK_UNSPECIFIED


@pytest.mark.parametrize(
    ("changes", "code", "words"),
    [
        ({"organization_id": ""}, INVALID, "organization id is required"),
        ({"organization_id": OTHER_TENANT_ID}, grpc.StatusCode.PERMISSION_DENIED, "not authorized"),
        ({"organization_id": HARBOR_PILOTS_ID}, NOT_FOUND, "not found in organization"),
        ({"dataset_id": ""}, INVALID, "dataset id is required"),
        ({"dataset_id": "0" * 24}, NOT_FOUND, "not found"),
        ({"model_name": ""}, INVALID, "model name is required"),
        ({"model_name": "bolts and nuts"}, INVALID, "only letters, digits"),
        ({"model_name": "x" * 201}, INVALID, "only letters, digits"),
        ({"model_version": ""}, INVALID, "model version is required"),
        ({"model_type": 0}, INVALID, "model type is required"),
        ({"model_type": 7}, INVALID, "model type is required"),
        ({"model_framework": ml.MODEL_FRAMEWORK_PYTORCH}, INVALID, "tflite and tensorflow only"),
        ({"tags": []}, INVALID, "at least one label"),
        ({"tags": ["bolt", "unicorn"]}, INVALID, "no label 'unicorn'"),
        ({"dataset": "arm-trajectories"}, INVALID, "sequence datasets"),
    ],
)
def test_managed_jobs_that_are_refused(ada: Person, changes: dict[str, Any], code: grpc.StatusCode, words: str) -> None:
    refused = refusal(ada.submit, **changes)
    assert refused.code == code
    assert words in refused.details


@pytest.mark.parametrize(
    ("changes", "code", "words"),
    [
        ({"registry_item_id": "weld"}, INVALID, "prefix:name"),
        ({"registry_item_id": "bolt:nothing"}, NOT_FOUND, "bolt:nothing not found"),
        ({"registry_item_id": "bolt:bolt-detector"}, INVALID, "not a training script"),
        ({"registry_item_version": "1"}, NOT_FOUND, "no version 1"),
        ({"registry_item_version": ""}, INVALID, "version is required"),
        ({"container_version": "tf:9"}, INVALID, "'tf:9' is not supported"),
        ({"container_version": "", "container_id": "x"}, NOT_FOUND, "container x not found"),
        ({"container_id": "x"}, INVALID, "exclude each other"),
        ({"arguments": {"": "1"}}, INVALID, "no name"),
        ({"arguments": {"dataset_file": "x"}}, INVALID, "set by the platform"),
        ({"model_name": ""}, INVALID, "model name is required"),
    ],
)
def test_custom_jobs_that_are_refused(ada: Person, changes: dict[str, Any], code: grpc.StatusCode, words: str) -> None:
    refused = refusal(ada.submit_custom, **changes)
    assert refused.code == code
    assert words in refused.details


def test_a_refused_job_does_not_exist(ada: Person) -> None:
    before = len(ada.jobs())
    refusal(ada.submit, tags=[])
    assert len(ada.jobs()) == before


def test_a_version_is_used_once(ada: Person) -> None:
    ada.submit()
    refused = refusal(ada.submit_custom, model_name="steady-bolts")
    assert refused == (grpc.StatusCode.ALREADY_EXISTS, "model version 1 of steady-bolts already exists")


def test_a_version_stays_used_when_its_job_is_deleted(ada: Person) -> None:
    job_id = ada.submit()
    ada.wait_until_over(job_id)
    ada.delete(job_id)
    assert refusal(ada.submit).code == grpc.StatusCode.ALREADY_EXISTS
