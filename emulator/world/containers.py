"""The containers that custom jobs run in: Viam's own, and those that an organization registered."""

import re
from random import Random

from emulator.refusals import already_exists, denied, invalid, not_found
from emulator.timestamps import DAY, stamp
from emulator.world.ids import seeded_id
from emulator.world.tenants import BOLT_ROBOTICS_ID, Key
from protos import ml_training_pb2 as ml

_IMAGE = re.compile(r"^(?:docker\.io/)?(?:([a-z0-9_-]+)/)?([a-z0-9._-]+)(?::([\w.-]+))?$")
_GREEN = "us-docker.pkg.dev/vertex-ai/training/tf-gpu."

# Version -> days until the end of its life, counted from the start of the emulator.
_SUPPORTED = {"2.15": -120, "2.16": 20, "2.17": 410, "2.21": 900}


class Containers:
    """All containers by id."""

    def __init__(self, dice: Random, now: float) -> None:
        self._dice = dice
        self._by_id: dict[str, ml.Container] = {}
        for version, days_left in _SUPPORTED.items():
            self._add(_supported(version, now + days_left * DAY))
        self.register(BOLT_ROBOTICS_ID, "boltrobotics/weld-trainer:cuda12", "Bolt's PyTorch image", now - 40 * DAY)

    def supported(self) -> dict[str, ml.Container]:
        """Viam's own, by key."""
        return {container.key: container for container in self._by_id.values() if not container.organization_id}

    def available(self, organization_id: str) -> list[ml.Container]:
        return [c for c in self._by_id.values() if c.organization_id in ("", organization_id)]

    def find(self, caller: Key, container_id: str) -> ml.Container:
        """Raises Refused (NOT_FOUND), for the container of another tenant as well."""
        container = self._by_id.get(container_id)
        if container is None or (container.organization_id and not caller.sees(container.organization_id)):
            raise not_found(f"container {container_id} not found")
        return container

    def register(self, organization_id: str, image_uri: str, description: str, now: float) -> ml.Container:
        """Raises Refused: the image is not on Docker Hub or registered already, or there is no description."""
        if not description:
            raise invalid("container description is required")
        uri, key = _docker_hub(image_uri)
        if any(known.uri == uri for known in self.available(organization_id)):
            raise already_exists(f"container {uri} already exists")
        container = ml.Container(key=key, uri=uri, description=description, visibility=ml.VISIBILITY_PRIVATE)
        container.organization_id = organization_id
        container.created_on.CopyFrom(stamp(now))
        return self._add(container)

    def delete(self, container: ml.Container) -> None:
        if not container.organization_id:
            raise denied(f"container {container.key} is maintained by Viam")
        del self._by_id[container.id]

    def _add(self, container: ml.Container) -> ml.Container:
        container.id = seeded_id(self._dice)
        self._by_id[container.id] = container
        return container


def _supported(version: str, end_of_life: float) -> ml.Container:
    return ml.Container(
        key=f"tf:{version}",
        uri=f"{_GREEN}{version.replace('.', '-')}.py310:latest",
        framework="Tensorflow",
        description=f"TensorFlow {version} (GPU, Python 3.10)",
        eol=stamp(end_of_life),
        visibility=ml.VISIBILITY_PUBLIC,
    )


def _docker_hub(image_uri: str) -> tuple[str, str]:
    """The full reference of an image and the key that it gets. Raises Refused (INVALID_ARGUMENT)."""
    match = _IMAGE.match(image_uri)
    if match is None:
        raise invalid(f"'{image_uri}' is not an image on Docker Hub")
    owner, image, tag = match.groups("")
    name = f"{image}:{tag or 'latest'}"
    return f"docker.io/{owner or 'library'}/{name}", name
