"""The registry: scripts, the public ones, one's own, and nobody else's; models; and the packages of both."""

import hashlib
from typing import Any

import grpc
import pytest

from emulator.world.tenants import BOLT_ROBOTICS_ID, HARBOR_PILOTS_ID, OTHER_TENANT_ID
from protos import app_pb2, packages_pb2
from protos import ml_training_pb2 as ml
from tests.emulator.people import Person, refusal

SCRIPTS = (packages_pb2.PACKAGE_TYPE_ML_TRAINING,)
MODELS = (packages_pb2.PACKAGE_TYPE_ML_MODEL,)
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
    left_out = found(ada, organization_id=BOLT_ROBOTICS_ID) - found(ada, types=SCRIPTS)
    assert left_out == found(ada, organization_id=BOLT_ROBOTICS_ID, types=MODELS)
    assert "bolt:bolt-detector" in left_out


def test_a_model_is_published_when_its_job_completes(ada: Person) -> None:
    """Another tenant doesn't see it, and it stays when its job is deleted."""
    job_id = ada.submit(tags=["bolt", "nut"])
    assert "bolt:steady-bolts" not in found(ada, types=MODELS)
    job = ada.wait_until_over(job_id)
    about = script(ada, "bolt:steady-bolts").ml_model_metadata
    [version] = about.detailed_versions
    assert (list(about.versions), version.created_on, about.model_type) == (["1"], job.training_ended, job.model_type)
    ada.delete(job_id)
    assert "bolt:steady-bolts" in found(ada, types=MODELS)


def test_a_model_stays_though_its_job_was_deleted_unseen(ada: Person, mallory: Person) -> None:
    job = ada.wait_until_over(ada.submit())
    ada.delete(job.id)
    assert "bolt:steady-bolts" in found(ada, types=MODELS)
    assert "bolt:steady-bolts" not in found(mallory, types=MODELS)


def test_a_job_that_failed_publishes_nothing(ada: Person) -> None:
    ada.wait_until_over(ada.submit(model_name="fail-me"))
    assert "bolt:fail-me" not in found(ada, types=MODELS)


def package(person: Person, name: str, version: str, **wanted: Any) -> packages_pb2.Package:
    request = packages_pb2.GetPackageRequest(id=f"{BOLT_ROBOTICS_ID}/{name}", version=version, **wanted)
    return person.packages.GetPackage(request).package


def uploaded(person: Person, name: str, version: str, **changes: Any) -> packages_pb2.CreatePackageResponse:
    wanted = {"organization_id": BOLT_ROBOTICS_ID, "type": SCRIPTS[0], "name": name, "version": version}
    info = packages_pb2.PackageInfo(**{**wanted, **changes})
    parts = [packages_pb2.CreatePackageRequest(info=info)]
    parts += [packages_pb2.CreatePackageRequest(contents=piece) for piece in (b"first", b"second")]
    return person.packages.CreatePackage(iter(parts), metadata=(("authorization", f"Bearer {person.token}"),))


def test_a_completed_model_is_a_package(ada: Person) -> None:
    job = ada.wait_until_over(ada.submit())
    found = package(ada, "steady-bolts", "1", include_url=True)
    assert found.id == job.synced_model_id
    assert [file.name for file in found.info.files] == ["model.tflite", "labels.txt"]
    assert (found.url != "", len(found.checksum)) == (True, 64)
    assert package(ada, "steady-bolts", "1").url == ""


def test_a_new_version_of_a_script_is_uploaded_and_can_be_trained_with(ada: Person) -> None:
    assert uploaded(ada, "weld-inspector", "v2").version == "v2"
    assert "v2" in {version.version for version in script(ada, "bolt:weld-inspector").ml_training_metadata.versions}
    assert package(ada, "weld-inspector", "v2").checksum == hashlib.sha256(b"firstsecond").hexdigest()
    assert ada.submit_custom(registry_item_id="bolt:weld-inspector", registry_item_version="v2")


@pytest.mark.parametrize(
    ("name", "version", "changes", "code"),
    [
        ("weld-inspector", "", {}, grpc.StatusCode.INVALID_ARGUMENT),
        ("weld-inspector", "v2", {"type": MODELS[0]}, grpc.StatusCode.INVALID_ARGUMENT),
        ("unheard-of", "v2", {}, grpc.StatusCode.NOT_FOUND),
        ("weld-inspector", "v2", {"organization_id": OTHER_TENANT_ID}, grpc.StatusCode.PERMISSION_DENIED),
    ],
)
def test_what_can_t_be_uploaded(
    ada: Person, name: str, version: str, changes: dict[str, Any], code: grpc.StatusCode
) -> None:
    assert refusal(uploaded, ada, name, version, **changes).code == code


def test_a_version_is_uploaded_once(ada: Person) -> None:
    uploaded(ada, "weld-inspector", "v2")
    assert refusal(uploaded, ada, "weld-inspector", "v2").code == grpc.StatusCode.ALREADY_EXISTS
    assert refusal(package, ada, "weld-inspector", "v3").code == grpc.StatusCode.NOT_FOUND


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
