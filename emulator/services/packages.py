"""PackageService: a script's new version, uploaded as a stream; and what a script or model of the registry holds."""

import hashlib
from collections.abc import Iterator

import grpc

from emulator.refusals import invalid, not_found
from emulator.timestamps import stamp
from emulator.tokens import Tokens
from emulator.world.scripts import MODEL, SCRIPT, Item
from emulator.world.state import World
from emulator.world.tenants import ORGANIZATIONS
from protos import packages_pb2, packages_pb2_grpc

FILES = {MODEL: ("model.tflite", "labels.txt"), SCRIPT: ("setup.py", "model/training.py")}
BYTES = 120_000
"""The size of every file."""


class PackageService(packages_pb2_grpc.PackageServiceServicer):
    """A package is called `<organization id>/<name>`, as `synced_model_id` calls a model."""

    def __init__(self, world: World, tokens: Tokens) -> None:
        self._world = world
        self._tokens = tokens
        self._checksums: dict[tuple[str, str], str] = {}

    def CreatePackage(
        self, request_iterator: Iterator[packages_pb2.CreatePackageRequest], context: grpc.ServicerContext
    ) -> packages_pb2.CreatePackageResponse:
        """Of scripts alone; what is in the archive is not looked at."""
        info, contents = _received(request_iterator)
        self._world.owned(self._tokens.caller(context), info.organization_id)
        if info.type != SCRIPT:
            raise invalid("only training scripts can be uploaded")
        if not (info.name and info.version and contents):
            raise invalid("name, version and contents are required")
        item = self._find(info.organization_id, info.name, context)
        self._world.registry.upload(item, info.version, self._world.now())
        self._checksums[item.id, info.version] = hashlib.sha256(contents).hexdigest()
        return packages_pb2.CreatePackageResponse(id=f"{info.organization_id}/{info.name}", version=info.version)

    def GetPackage(
        self, request: packages_pb2.GetPackageRequest, context: grpc.ServicerContext
    ) -> packages_pb2.GetPackageResponse:
        organization_id, _, name = request.id.partition("/")
        item = self._find(organization_id, name, context)
        uploaded = dict(item.versions).get(request.version)
        if uploaded is None:
            raise not_found(f"package {request.id} has no version {request.version}")
        checksum = self._checksums.get((item.id, request.version))
        info = packages_pb2.PackageInfo(
            organization_id=organization_id,
            name=name,
            version=request.version,
            type=item.type,
            files=[packages_pb2.FileInfo(name=file, size=BYTES) for file in FILES[item.type]],
        )
        package = packages_pb2.Package(
            id=request.id,
            info=info,
            created_on=stamp(uploaded),
            checksum=checksum or hashlib.sha256(f"{item.id} {request.version}".encode()).hexdigest(),
        )
        if request.include_url:
            package.url = f"https://packages.example/{request.id}/{request.version}.tar.gz"
        return packages_pb2.GetPackageResponse(package=package)

    def _find(self, organization_id: str, name: str, context: grpc.ServicerContext) -> Item:
        organization = self._world.organization(self._tokens.caller(context), organization_id)
        prefix = ORGANIZATIONS[organization.id].public_namespace or organization.id
        item = self._world.catalogue().find(self._tokens.caller(context), f"{prefix}:{name}")
        if item.type not in FILES:
            raise not_found(f"package {organization_id}/{name} not found")
        return item


def _received(requests: Iterator[packages_pb2.CreatePackageRequest]) -> tuple[packages_pb2.PackageInfo, bytes]:
    """First the description, then the contents in pieces."""
    first, *pieces = list(requests) or [packages_pb2.CreatePackageRequest()]
    if not first.HasField("info"):
        raise invalid("package info must come first")
    return first.info, b"".join(piece.contents for piece in pieces)
