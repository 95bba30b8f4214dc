"""Containers: Viam's own with the end of their lives, and those of an organization."""

import grpc
import pytest

from emulator.timestamps import DAY
from emulator.world.tenants import BOLT_ROBOTICS_ID, HARBOR_PILOTS_ID
from protos import ml_training_pb2 as ml
from tests.emulator.people import Person, refusal


def supported(person: Person) -> dict[str, ml.Container]:
    return dict(person.training.ListSupportedContainers(ml.ListSupportedContainersRequest()).container_map)


def available(person: Person, organization_id: str = BOLT_ROBOTICS_ID) -> dict[str, ml.Container]:
    answer = person.training.ListContainers(ml.ListContainersRequest(organization_id=organization_id))
    return {container.key: container for container in answer.containers}


def get(person: Person, container_id: str) -> ml.Container:
    return person.training.GetContainer(ml.GetContainerRequest(id=container_id)).container


def register(person: Person, image: str, description: str = "ours", organization_id: str = BOLT_ROBOTICS_ID) -> str:
    request = ml.RegisterCustomTrainingContainerRequest(
        organization_id=organization_id, image_uri=image, description=description
    )
    return person.training.RegisterCustomTrainingContainer(request).id


def delete(person: Person, container_id: str) -> None:
    person.training.DeleteCustomTrainingContainer(ml.DeleteCustomTrainingContainerRequest(id=container_id))


def test_viams_containers_end_at_different_times(ada: Person) -> None:
    days_left = {key: (container.eol.seconds - ada.clock()) / DAY for key, container in supported(ada).items()}
    assert sorted(days_left) == ["tf:2.15", "tf:2.16", "tf:2.17", "tf:2.21"]
    assert days_left["tf:2.15"] < 0 < days_left["tf:2.16"] < 30 < days_left["tf:2.17"]


def test_an_organization_has_its_own_beside_viams(ada: Person) -> None:
    own = available(ada)["weld-trainer:cuda12"]
    assert (own.uri, own.organization_id) == ("docker.io/boltrobotics/weld-trainer:cuda12", BOLT_ROBOTICS_ID)
    assert not own.HasField("eol")
    assert supported(ada).keys() == available(ada).keys() - {own.key} == available(ada, HARBOR_PILOTS_ID).keys()


def test_one_container(ada: Person) -> None:
    container = available(ada)["tf:2.17"]
    assert get(ada, container.id) == container


@pytest.mark.parametrize(
    ("image", "uri"),
    [
        ("python", "docker.io/library/python:latest"),
        ("pytorch/pytorch:2.6", "docker.io/pytorch/pytorch:2.6"),
        ("docker.io/library/python:3.12", "docker.io/library/python:3.12"),
    ],
)
def test_images_get_their_full_name(ada: Person, image: str, uri: str) -> None:
    container = get(ada, register(ada, image))
    assert (container.uri, container.description, container.visibility) == (uri, "ours", ml.VISIBILITY_PRIVATE)


@pytest.mark.parametrize("image", ["", "quay.io/coreos/etcd", "ghcr.io/a/b:1", "Not An Image", "a/b/c"])
def test_only_docker_hub(ada: Person, image: str) -> None:
    assert refusal(register, ada, image).code == grpc.StatusCode.INVALID_ARGUMENT


def test_a_description_is_needed(ada: Person) -> None:
    assert refusal(register, ada, "python", "").code == grpc.StatusCode.INVALID_ARGUMENT


def test_an_image_is_registered_once(ada: Person) -> None:
    register(ada, "python")
    assert refusal(register, ada, "docker.io/library/python:latest").code == grpc.StatusCode.ALREADY_EXISTS


def test_an_own_container_can_be_deleted(ada: Person) -> None:
    container_id = register(ada, "python")
    delete(ada, container_id)
    assert refusal(get, ada, container_id).code == grpc.StatusCode.NOT_FOUND


def test_viams_cannot_be_deleted(ada: Person) -> None:
    assert refusal(delete, ada, available(ada)["tf:2.15"].id).code == grpc.StatusCode.PERMISSION_DENIED


def test_the_container_of_another_tenant_does_not_exist(ada: Person, mallory: Person) -> None:
    theirs = available(ada)["weld-trainer:cuda12"].id
    assert refusal(get, mallory, theirs).code == grpc.StatusCode.NOT_FOUND
    assert refusal(delete, mallory, theirs).code == grpc.StatusCode.NOT_FOUND
    assert refusal(available, mallory).code == grpc.StatusCode.PERMISSION_DENIED
