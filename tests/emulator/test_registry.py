"""Training scripts: the public ones, one's own, and nobody else's."""

from typing import Any

import grpc
import pytest

from emulator.world.tenants import BOLT_ROBOTICS_ID, HARBOR_PILOTS_ID, OTHER_TENANT_ID
from protos import app_pb2, packages_pb2
from protos import ml_training_pb2 as ml
from tests.emulator.people import Person, refusal

SCRIPTS = (packages_pb2.PACKAGE_TYPE_ML_TRAINING,)
BUOYS = f"{HARBOR_PILOTS_ID}:buoy-tracker"


def found(person: Person, **filters: Any) -> set[str]:
    request = app_pb2.ListRegistryItemsRequest(**filters)
    return {item.item_id for item in person.app.ListRegistryItems(request).items}


def script(person: Person, item_id: str) -> app_pb2.RegistryItem:
    return person.app.GetRegistryItem(app_pb2.GetRegistryItemRequest(item_id=item_id)).item


def test_scripts_of_everybody_and_of_ones_own(ada: Person) -> None:
    public = {"viam:classification-tflite", "devrel:yolo-onnx-training"}
    assert found(ada, types=SCRIPTS) == public | {"bolt:weld-inspector", "bolt:grasp-planner", BUOYS}


def test_private_scripts_stay_private(mallory: Person) -> None:
    public = {"viam:classification-tflite", "devrel:yolo-onnx-training"}
    assert found(mallory, types=SCRIPTS) == public | {"othertenant:not-yours"}


@pytest.mark.parametrize(
    ("filters", "names"),
    [
        ({"organization_id": HARBOR_PILOTS_ID}, {BUOYS}),
        ({"visibilities": [app_pb2.VISIBILITY_PUBLIC], "search_term": "YOLO"}, {"devrel:yolo-onnx-training"}),
        (
            {"public_namespaces": ["bolt"], "statuses": [app_pb2.REGISTRY_ITEM_STATUS_PUBLISHED]},
            {"bolt:weld-inspector"},
        ),
        ({"statuses": [app_pb2.REGISTRY_ITEM_STATUS_IN_DEVELOPMENT]}, {"bolt:grasp-planner"}),
    ],
)
def test_filters(ada: Person, filters: dict[str, Any], names: set[str]) -> None:
    assert found(ada, types=SCRIPTS, **filters) == names


def test_a_filter_by_type_leaves_models_and_modules_out(ada: Person) -> None:
    assert found(ada, organization_id=BOLT_ROBOTICS_ID) - found(ada, types=SCRIPTS) == {"bolt:bolt-detector"}


def test_a_script_lists_its_versions(ada: Person) -> None:
    training = script(ada, "bolt:weld-inspector").ml_training_metadata
    assert len(training.versions) == 5
    assert all(0 < version.created_on.seconds < ada.clock() for version in training.versions)
    assert training.model_framework == ml.MODEL_FRAMEWORK_PYTORCH


def test_drafts_are_marked(ada: Person) -> None:
    assert script(ada, "bolt:grasp-planner").ml_training_metadata.draft


def test_a_script_without_namespace_is_named_by_its_organization(ada: Person) -> None:
    buoys = script(ada, BUOYS)
    assert (buoys.public_namespace, buoys.name, buoys.organization_id) == ("", "buoy-tracker", HARBOR_PILOTS_ID)


@pytest.mark.parametrize(
    ("item_id", "code"),
    [
        ("bolt:nothing", grpc.StatusCode.NOT_FOUND),
        ("bolt:weld-inspector", grpc.StatusCode.NOT_FOUND),
        ("weld-inspector", grpc.StatusCode.INVALID_ARGUMENT),
        ("bolt:weld:inspector", grpc.StatusCode.INVALID_ARGUMENT),
    ],
)
def test_items_that_mallory_cannot_open(mallory: Person, item_id: str, code: grpc.StatusCode) -> None:
    assert refusal(script, mallory, item_id).code == code


def test_the_registry_of_another_tenant_is_closed(ada: Person) -> None:
    refused = refusal(found, ada, organization_id=OTHER_TENANT_ID)
    assert refused.code == grpc.StatusCode.PERMISSION_DENIED
