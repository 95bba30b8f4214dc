"""Datasets: their names, kinds and labels. There are no images, only their numbers, and which labels each carries."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from random import Random

from emulator.refusals import already_exists, invalid, not_found
from emulator.timestamps import stamp
from emulator.world.ids import seeded_id
from emulator.world.tenants import Key
from protos import dataset_pb2
from protos import ml_training_pb2 as ml


@dataclass(slots=True)
class Dataset:
    id: str
    organization_id: str
    name: str
    created: float
    sequence: bool = False
    images: int = 0
    tags: Mapping[str, int] = field(default_factory=dict)
    """Label of an image -> number of images that carry it."""
    boxes: Mapping[str, int] = field(default_factory=dict)
    """Label of a bounding box -> number of images that have one."""

    def labels(self, model_type: ml.ModelType) -> Mapping[str, int]:
        """The labels that a model of this type can be trained on."""
        return self.boxes if model_type == ml.MODEL_TYPE_OBJECT_DETECTION else self.tags

    def labelled(self, model_type: ml.ModelType) -> int:
        """How many images carry any label that a model of this type can be trained on."""
        return sum(map(bool, self.carried(model_type)))

    def carried(self, model_type: ml.ModelType) -> Sequence[Collection[str]]:
        """The labels of each image."""
        return _carried(self.images, tuple(self.labels(model_type).items()))

    def grow(self, images: int) -> None:
        """So many more, labeled in the same proportions."""
        factor = (self.images + images) / self.images if self.images else 1
        self.tags, self.boxes = (
            {label: round(factor * count) for label, count in kind.items()} for kind in (self.tags, self.boxes)
        )
        self.images += images

    @property
    def type(self) -> dataset_pb2.DatasetType:
        return dataset_pb2.DATASET_TYPE_SEQUENCE_DATA if self.sequence else dataset_pb2.DATASET_TYPE_BINARY_DATA

    def message(self) -> dataset_pb2.Dataset:
        return dataset_pb2.Dataset(
            id=self.id,
            name=self.name,
            organization_id=self.organization_id,
            time_created=stamp(self.created),
            type=self.type,
        )


@lru_cache(maxsize=64)
def _carried(images: int, labels: Sequence[tuple[str, int]]) -> Sequence[Collection[str]]:
    """Of each image: each label's images follow those of the label before it, round and round."""
    carried: list[list[str]] = [[] for _ in range(images)]
    first = 0
    for label, count in labels:
        for number in range(first, first + min(count, images)):
            carried[number % images].append(label)
        first += count
    return carried


class Datasets:
    """The datasets of all organizations."""

    def __init__(self, dice: Random, stock: Collection[Dataset]) -> None:
        self._dice = dice
        self._by_id = {dataset.id: dataset for dataset in stock}

    def of(self, organization_id: str) -> list[Dataset]:
        return [dataset for dataset in self._by_id.values() if dataset.organization_id == organization_id]

    def visible(self, caller: Key) -> list[Dataset]:
        return [dataset for dataset in self._by_id.values() if caller.sees(dataset.organization_id)]

    def find(self, caller: Key, dataset_id: str) -> Dataset:
        """Raises Refused (NOT_FOUND), for the dataset of another tenant as well."""
        dataset = self._by_id.get(dataset_id)
        if dataset is None or not caller.sees(dataset.organization_id):
            raise not_found(f"dataset {dataset_id} not found")
        return dataset

    def create(self, organization_id: str, name: str, sequence: bool, now: float) -> Dataset:
        self._check_name(organization_id, name)
        dataset = Dataset(seeded_id(self._dice), organization_id, name, now, sequence)
        self._by_id[dataset.id] = dataset
        return dataset

    def merge(self, organization_id: str, name: str, parts: Sequence[Dataset], now: float) -> Dataset:
        """A new dataset of all their images. Raises Refused."""
        if len(parts) < 2 or len({part.sequence for part in parts}) > 1:
            raise invalid("at least two datasets of one kind are required")
        merged = self.create(organization_id, name, parts[0].sequence, now)
        merged.images = sum(part.images for part in parts)
        merged.tags = sum((Counter(part.tags) for part in parts), Counter())
        merged.boxes = sum((Counter(part.boxes) for part in parts), Counter())
        return merged

    def grow(self, dataset_id: str, images: int) -> None:
        """Raises KeyError."""
        self._by_id[dataset_id].grow(images)

    def rename(self, dataset: Dataset, name: str) -> None:
        self._check_name(dataset.organization_id, name)
        dataset.name = name

    def delete(self, dataset: Dataset) -> None:
        del self._by_id[dataset.id]

    def _check_name(self, organization_id: str, name: str) -> None:
        if not name:
            raise invalid("dataset name is required")
        if any(dataset.name == name for dataset in self.of(organization_id)):
            raise already_exists(f"dataset {name} already exists")
