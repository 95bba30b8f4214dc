"""What the cloud checks before it accepts a job, and the record that it makes of the request.

Viam documents which requests are wrong, but neither the codes nor the words of its refusals: those are ours.
"""

import re
from collections.abc import Mapping

from emulator.refusals import invalid, not_found
from emulator.world.containers import Containers
from emulator.world.datasets import Dataset, Datasets
from emulator.world.scripts import SCRIPT, Item, Registry
from emulator.world.tenants import Key
from protos import ml_training_pb2 as ml

Submission = ml.SubmitTrainingJobRequest | ml.SubmitCustomTrainingJobRequest

_NAME = re.compile(r"^[a-zA-Z0-9][-\w]{0,199}$", re.ASCII)
_RESERVED_ARGUMENTS = frozenset(
    {"dataset_file", "model_output_directory", "binary_data_file", "tabular_data_file", "sequences_file"}
)
_TYPES = frozenset(ml.ModelType.values()) - {ml.MODEL_TYPE_UNSPECIFIED}
_MANAGED_FRAMEWORKS = frozenset(
    {ml.MODEL_FRAMEWORK_UNSPECIFIED, ml.MODEL_FRAMEWORK_TFLITE, ml.MODEL_FRAMEWORK_TENSORFLOW}
)


def check_model(name: str, version: str) -> None:
    if not name:
        raise invalid("model name is required")
    if not _NAME.match(name):
        raise invalid(f"model name '{name}' may contain only letters, digits, dashes and underscores")
    if not version:
        raise invalid("model version is required")


def dataset(request: Submission, caller: Key, datasets: Datasets) -> Dataset:
    """The dataset to train on. Raises Refused (NOT_FOUND) for one of another organization as well."""
    if not request.dataset_id:
        raise invalid("dataset id is required")
    found = datasets.find(caller, request.dataset_id)
    if found.organization_id != request.organization_id:
        raise not_found(f"dataset {request.dataset_id} not found in organization {request.organization_id}")
    return found


def managed(request: ml.SubmitTrainingJobRequest, dataset: Dataset) -> ml.TrainingJobMetadata:
    """The record of a managed job. Raises Refused (INVALID_ARGUMENT)."""
    if request.model_type not in _TYPES:
        raise invalid("model type is required")
    if request.model_framework not in _MANAGED_FRAMEWORKS:
        raise invalid("managed training supports the frameworks tflite and tensorflow only")
    if dataset.sequence:
        raise invalid("managed training does not support sequence datasets")
    _check_labels(request, dataset)
    return ml.TrainingJobMetadata(
        organization_id=request.organization_id,
        dataset_id=request.dataset_id,
        model_name=request.model_name,
        model_version=request.model_version,
        model_type=request.model_type,
        model_framework=request.model_framework,
        tags=request.tags,
    )


def custom(
    request: ml.SubmitCustomTrainingJobRequest, caller: Key, registry: Registry, containers: Containers
) -> ml.TrainingJobMetadata:
    """The record of a custom job. Raises Refused (NOT_FOUND for what it names, INVALID_ARGUMENT for what it says)."""
    script = _script(request, caller, registry)
    _check_container(request, caller, containers)
    _check_arguments(request.arguments)
    return ml.TrainingJobMetadata(
        organization_id=request.organization_id,
        dataset_id=request.dataset_id,
        model_name=request.model_name,
        model_version=request.model_version,
        model_type=script.model_type,
        model_framework=script.model_framework,
        is_custom_job=True,
        registry_item_id=request.registry_item_id,
        registry_item_version=request.registry_item_version,
        arguments=request.arguments,
        container_version=request.container_version,
        container_id=request.container_id,
    )


def _check_labels(request: ml.SubmitTrainingJobRequest, dataset: Dataset) -> None:
    if not request.tags:
        raise invalid("at least one label is required")
    unknown = [label for label in request.tags if label not in dataset.labels(request.model_type)]
    if unknown:
        raise invalid(f"dataset {dataset.name} has no label '{unknown[0]}' for this type of model")


def _script(request: ml.SubmitCustomTrainingJobRequest, caller: Key, registry: Registry) -> Item:
    script = registry.find(caller, request.registry_item_id)
    if script.type != SCRIPT:
        raise invalid(f"{script.id} is not a training script")
    if not request.registry_item_version:
        raise invalid("training script version is required")
    if not script.has_version(request.registry_item_version):
        raise not_found(f"training script {script.id} has no version {request.registry_item_version}")
    return script


def _check_container(request: ml.SubmitCustomTrainingJobRequest, caller: Key, containers: Containers) -> None:
    if request.container_id and request.container_version:
        raise invalid("container id and container version exclude each other")
    if request.container_id:
        containers.find(caller, request.container_id)
    if request.container_version and request.container_version not in containers.supported():
        raise invalid(f"container version '{request.container_version}' is not supported")


def _check_arguments(arguments: Mapping[str, str]) -> None:
    for name in arguments:
        if not name.strip():
            raise invalid("an argument has no name")
        if name in _RESERVED_ARGUMENTS:
            raise invalid(f"argument '{name}' is set by the platform")
