"""What a person asks for, as the message that asks the cloud for it."""

from __future__ import annotations

from typing import cast

from jobs.domain import CustomJobRequest, ManagedJobRequest
from protos import ml_training_pb2


def managed_request(organization_id: str, request: ManagedJobRequest) -> ml_training_pb2.SubmitTrainingJobRequest:
    return ml_training_pb2.SubmitTrainingJobRequest(
        organization_id=organization_id,
        dataset_id=request.dataset_id,
        model_name=request.model_name,
        model_version=request.model_version,
        model_type=cast("ml_training_pb2.ModelType", request.model_type.value),
        model_framework=cast("ml_training_pb2.ModelFramework", request.model_framework.value),
        tags=request.labels,
    )


def custom_request(organization_id: str, request: CustomJobRequest) -> ml_training_pb2.SubmitCustomTrainingJobRequest:
    return ml_training_pb2.SubmitCustomTrainingJobRequest(
        organization_id=organization_id,
        dataset_id=request.dataset_id,
        model_name=request.model_name,
        model_version=request.model_version,
        registry_item_id=request.script_id,
        registry_item_version=request.script_version,
        container_version=request.container_version,
        container_id=request.container_id,
        arguments=request.arguments,
    )
