"""The registry: training scripts and models with their versions, and a module that a filter has to leave out."""

from collections.abc import Collection
from dataclasses import dataclass, replace

from emulator.refusals import already_exists, invalid, not_found
from emulator.timestamps import stamp
from emulator.world.tenants import Key
from protos import app_pb2, packages_pb2
from protos import ml_training_pb2 as ml

SCRIPT = packages_pb2.PACKAGE_TYPE_ML_TRAINING
MODEL = packages_pb2.PACKAGE_TYPE_ML_MODEL


@dataclass(frozen=True, slots=True)
class Item:
    """One item of the registry; everything after `versions` concerns scripts and models only."""

    organization_id: str
    public_namespace: str
    name: str
    description: str
    visibility: app_pb2.Visibility
    type: packages_pb2.PackageType = SCRIPT
    versions: tuple[tuple[str, float], ...] = ()
    """Version and moment of its upload, in no promised order."""
    model_type: ml.ModelType = ml.MODEL_TYPE_UNSPECIFIED
    model_framework: ml.ModelFramework = ml.MODEL_FRAMEWORK_UNSPECIFIED
    draft: bool = False

    @property
    def id(self) -> str:
        return f"{self.public_namespace or self.organization_id}:{self.name}"

    @property
    def status(self) -> app_pb2.RegistryItemStatus:
        return app_pb2.REGISTRY_ITEM_STATUS_IN_DEVELOPMENT if self.draft else app_pb2.REGISTRY_ITEM_STATUS_PUBLISHED

    def seen_by(self, caller: Key) -> bool:
        return caller.sees(self.organization_id) or (self.visibility != app_pb2.VISIBILITY_PRIVATE and not self.draft)

    def has_version(self, version: str) -> bool:
        return any(version == known for known, _ in self.versions)

    def message(self) -> app_pb2.RegistryItem:
        uploads = [uploaded for _, uploaded in self.versions]
        return app_pb2.RegistryItem(
            item_id=self.id,
            organization_id=self.organization_id,
            public_namespace=self.public_namespace,
            name=self.name,
            type=self.type,
            visibility=self.visibility,
            description=self.description,
            created_at=stamp(min(uploads)) if uploads else None,
            updated_at=stamp(max(uploads)) if uploads else None,
            ml_training_metadata=self._training() if self.type == SCRIPT else None,
            ml_model_metadata=self._model() if self.type == MODEL else None,
        )

    def _model(self) -> app_pb2.MLModelMetadata:
        versions = (app_pb2.MLModelVersion(version=name, created_on=stamp(at)) for name, at in self.versions)
        return app_pb2.MLModelMetadata(
            versions=[name for name, _ in self.versions],
            detailed_versions=versions,
            model_type=self.model_type,
            model_framework=self.model_framework,
        )

    def _training(self) -> app_pb2.MLTrainingMetadata:
        versions = (app_pb2.MLTrainingVersion(version=name, created_on=stamp(at)) for name, at in self.versions)
        return app_pb2.MLTrainingMetadata(
            versions=versions,
            model_type=self.model_type,
            model_framework=self.model_framework,
            draft=self.draft,
        )


class Registry:
    """Every item that anybody has uploaded, and the models that jobs have made."""

    def __init__(self, stock: Collection[Item]) -> None:
        self._by_id = {item.id: item for item in stock}
        self._made: set[tuple[str, str]] = set()

    def publish(self, record: ml.TrainingJobMetadata, namespace: str, at: float) -> None:
        """The model of a completed job: a new version of it, or the first one."""
        item = Item(record.organization_id, namespace, record.model_name, "", app_pb2.VISIBILITY_PRIVATE, MODEL)
        known = self._by_id.get(item.id, item)
        made = (item.id, record.model_version)
        if made in self._made or known.type != MODEL or known.has_version(record.model_version):
            return
        self._made.add(made)
        self._by_id[item.id] = replace(
            known,
            versions=((record.model_version, at), *known.versions),
            model_type=record.model_type,
            model_framework=record.model_framework,
        )

    def upload(self, item: Item, version: str, at: float) -> Item:
        """A new version of a script. Raises Refused (ALREADY_EXISTS) for one that there is."""
        if item.has_version(version):
            raise already_exists(f"version {version} of {item.id} already exists")
        self._by_id[item.id] = replace(item, versions=((version, at), *item.versions))
        return self._by_id[item.id]

    def find(self, caller: Key, item_id: str) -> Item:
        """Raises Refused: INVALID_ARGUMENT for a malformed id, NOT_FOUND for an item that the caller cannot see."""
        if item_id.count(":") != 1:
            raise invalid(f"registry item id '{item_id}' must have the form prefix:name")
        item = self._by_id.get(item_id)
        if item is None or not item.seen_by(caller):
            raise not_found(f"registry item {item_id} not found")
        return item

    def search(self, caller: Key, request: app_pb2.ListRegistryItemsRequest) -> list[Item]:
        return [item for item in self._by_id.values() if item.seen_by(caller) and _matches(item, request)]


def _matches(item: Item, request: app_pb2.ListRegistryItemsRequest) -> bool:
    """An empty filter lets everything through."""
    return (
        (not request.organization_id or item.organization_id == request.organization_id)
        and (not request.types or item.type in request.types)
        and (not request.visibilities or item.visibility in request.visibilities)
        and (not request.statuses or item.status in request.statuses)
        and (not request.public_namespaces or item.public_namespace in request.public_namespaces)
        and request.search_term.lower() in item.name.lower()
    )
