"""What people of an organization would train: names, labels, scripts and arguments, drawn from a seeded dice."""

from collections.abc import Sequence
from random import Random

from emulator.timestamps import stamp, version_of
from emulator.world import script_stock as stock
from emulator.world.datasets import Dataset
from emulator.world.failures import Failure, any_failure
from emulator.world.ids import seeded_id
from emulator.world.scripts import Item
from emulator.world.tenants import BOLT_ROBOTICS_ID, HARBOR_PILOTS_ID, OTHER_TENANT_ID
from protos import ml_training_pb2 as ml

CUSTOM_SHARE = 0.45

_MODELS = {
    "bolts-line-3": ("bolt-detector", "nut-or-washer", "washer-counter"),
    "conveyor-jams": ("conveyor-jam", "carton-edges"),
    "gripper-poses": ("gripper-pose", "slip-watch"),
    "weld-seams": ("weld-quality", "spatter-finder"),
    "apple-crates": ("apple-ripeness",),
    "buoys-and-boats": ("buoy-spotter", "fog-or-clear"),
    "dock-lines": ("dock-line-check",),
    "not-yours": ("left-or-right",),
}
"""Dataset -> models that are trained on it; on the others nobody trains."""

_SCRIPTS = {
    BOLT_ROBOTICS_ID: (stock.CLASSIFICATION_TFLITE, stock.YOLO_ONNX, stock.WELD_INSPECTOR, stock.WELD_INSPECTOR),
    HARBOR_PILOTS_ID: (stock.BUOY_TRACKER, stock.YOLO_ONNX),
    OTHER_TENANT_ID: (stock.CLASSIFICATION_TFLITE,),
}
_CONTAINERS = ("tf:2.16", "tf:2.16", "tf:2.17", "tf:2.17", "tf:2.21", "")
_FRAMEWORKS = (ml.MODEL_FRAMEWORK_TFLITE, ml.MODEL_FRAMEWORK_TFLITE, ml.MODEL_FRAMEWORK_TENSORFLOW)
_CLASSIFICATION = (ml.MODEL_TYPE_SINGLE_LABEL_CLASSIFICATION, ml.MODEL_TYPE_MULTI_LABEL_CLASSIFICATION)
_TYPES = (*_CLASSIFICATION, ml.MODEL_TYPE_OBJECT_DETECTION)


class Imagination:
    """Thinks up jobs for one organization. The same dice, asked in the same order, thinks up the same jobs."""

    def __init__(self, organization_id: str, datasets: Sequence[Dataset], scripts: Sequence[Item]) -> None:
        self._organization_id = organization_id
        self._datasets = [dataset for dataset in datasets if dataset.name in _MODELS]
        by_id = {script.id: script for script in scripts}
        self._scripts = [by_id[script_id] for script_id in _SCRIPTS[organization_id]]

    def job(self, dice: Random, created: float, custom: bool | None = None) -> ml.TrainingJobMetadata:
        """`custom` when it has been decided already."""
        dataset = dice.choice(self._datasets)
        job = ml.TrainingJobMetadata(
            id=seeded_id(dice),
            organization_id=self._organization_id,
            dataset_id=dataset.id,
            model_name=dice.choice(_MODELS[dataset.name]),
            model_version=version_of(created),
            created_on=stamp(created),
        )
        if dice.random() < CUSTOM_SHARE if custom is None else custom:
            self._make_custom(job, dice)
        else:
            _make_managed(job, dataset, dice)
        return job

    def failure(self, dice: Random, job: ml.TrainingJobMetadata) -> Failure:
        """A reason that fits the job and its dataset."""
        dataset = next(dataset for dataset in self._datasets if dataset.id == job.dataset_id)
        labels = dataset.labels(job.model_type)
        return any_failure(dice, job.is_custom_job, {label: labels[label] for label in job.tags})

    def _make_custom(self, job: ml.TrainingJobMetadata, dice: Random) -> None:
        script = dice.choice(self._scripts)
        job.is_custom_job = True
        job.registry_item_id = script.id
        job.registry_item_version = dice.choice(script.versions)[0]
        job.model_type = script.model_type
        job.model_framework = script.model_framework
        job.container_version = dice.choice(_CONTAINERS)
        job.arguments.update(_arguments(dice))


def _make_managed(job: ml.TrainingJobMetadata, dataset: Dataset, dice: Random) -> None:
    job.model_type = dice.choice(_TYPES if dataset.boxes else _CLASSIFICATION)
    job.model_framework = dice.choice(_FRAMEWORKS)
    labels = list(dataset.labels(job.model_type))
    job.tags.extend(labels[: dice.randint(2, len(labels))])


def _arguments(dice: Random) -> dict[str, str]:
    chosen = {"num_epochs": dice.choice(("20", "40", "60", "100"))}
    if dice.random() < 0.6:
        chosen["learning_rate"] = dice.choice(("0.01", "0.001", "0.0003"))
    if dice.random() < 0.3:
        chosen["labels"] = "'good porous undercut'"
    if dice.random() < 0.2:
        chosen["augment"] = "true"
    return chosen
