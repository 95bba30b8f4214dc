"""Who uses the emulator in these tests: somebody with a key, over the wire, by a clock that stands still."""

from collections.abc import Callable
from typing import Any, NamedTuple

import grpc

from emulator.timestamps import HOUR
from emulator.world.tenants import BOLT_ROBOTICS_ID
from protos import (
    app_pb2_grpc,
    auth_pb2,
    auth_pb2_grpc,
    data_pb2_grpc,
    dataset_pb2,
    dataset_pb2_grpc,
    ml_training_pb2_grpc,
    packages_pb2_grpc,
)
from protos import ml_training_pb2 as ml


class StoppedClock:
    """Goes on only when told to."""

    def __init__(self) -> None:
        self.time = 1_790_000_000.0

    def __call__(self) -> float:
        return self.time

    def wait(self, seconds: float) -> None:
        self.time += seconds


class Person:
    """The services of one emulator, called with a bearer token."""

    def __init__(self, channel: grpc.Channel, token: str, clock: StoppedClock) -> None:
        self.token = token
        self.clock = clock
        signed_in = grpc.intercept_channel(channel, _Bearer(token))
        self.app = app_pb2_grpc.AppServiceStub(signed_in)
        self.data = data_pb2_grpc.DataServiceStub(signed_in)
        self.datasets = dataset_pb2_grpc.DatasetServiceStub(signed_in)
        self.packages = packages_pb2_grpc.PackageServiceStub(signed_in)
        self.training = ml_training_pb2_grpc.MLTrainingServiceStub(signed_in)

    def job(self, job_id: str) -> ml.TrainingJobMetadata:
        return self.training.GetTrainingJob(ml.GetTrainingJobRequest(id=job_id)).metadata

    def jobs(self, organization_id: str = BOLT_ROBOTICS_ID, status: int = 0) -> list[ml.TrainingJobMetadata]:
        request = ml.ListTrainingJobsRequest(organization_id=organization_id)
        request.status = status  # type: ignore[assignment]  # numbers without a name are allowed as well
        return list(self.training.ListTrainingJobs(request).jobs)

    def some_job(self, status: ml.TrainingStatus, custom: bool | None = None) -> ml.TrainingJobMetadata:
        return next(job for job in self.jobs(status=status) if custom in (None, job.is_custom_job))

    def dataset_id(self, name: str, organization_id: str = BOLT_ROBOTICS_ID) -> str:
        request = dataset_pb2.ListDatasetsByOrganizationIDRequest(organization_id=organization_id)
        found = self.datasets.ListDatasetsByOrganizationID(request).datasets
        return next(dataset.id for dataset in found if dataset.name == name)

    def managed(self, dataset: str = "bolts-line-3", **changes: Any) -> ml.SubmitTrainingJobRequest:
        """A request that the cloud accepts, but for the changes."""
        wanted = {
            "organization_id": BOLT_ROBOTICS_ID,
            "dataset_id": self.dataset_id(dataset),
            "model_name": "steady-bolts",
            "model_version": "1",
            "model_type": ml.MODEL_TYPE_SINGLE_LABEL_CLASSIFICATION,
            "model_framework": ml.MODEL_FRAMEWORK_TFLITE,
            "tags": ["bolt", "nut"],
        }
        return ml.SubmitTrainingJobRequest(**{**wanted, **changes})

    def custom(self, **changes: Any) -> ml.SubmitCustomTrainingJobRequest:
        """A request that the cloud accepts, but for the changes."""
        wanted = {
            "organization_id": BOLT_ROBOTICS_ID,
            "dataset_id": self.dataset_id("bolts-line-3"),
            "registry_item_id": "viam:classification-tflite",
            "registry_item_version": "2024-08-13T12-11-54",
            "model_name": "steady-custom",
            "model_version": "1",
            "container_version": "tf:2.17",
            "arguments": {"num_epochs": "20"},
        }
        return ml.SubmitCustomTrainingJobRequest(**{**wanted, **changes})

    def submit(self, **changes: Any) -> str:
        return self.training.SubmitTrainingJob(self.managed(**changes)).id

    def submit_custom(self, **changes: Any) -> str:
        return self.training.SubmitCustomTrainingJob(self.custom(**changes)).id

    def cancel(self, job_id: str) -> None:
        self.training.CancelTrainingJob(ml.CancelTrainingJobRequest(id=job_id))

    def delete(self, job_id: str) -> None:
        self.training.DeleteCompletedTrainingJob(ml.DeleteCompletedTrainingJobRequest(id=job_id))

    def log(self, job_id: str) -> list[ml.TrainingJobLogEntry]:
        """All pages of it."""
        return [line for page in self.log_pages(job_id) for line in page.logs]

    def log_pages(self, job_id: str) -> list[ml.GetTrainingJobLogsResponse]:
        pages = [self.log_page(job_id)]
        while pages[-1].next_page_token:
            pages.append(self.log_page(job_id, pages[-1].next_page_token))
        return pages

    def log_page(self, job_id: str, token: str = "") -> ml.GetTrainingJobLogsResponse:
        return self.training.GetTrainingJobLogs(ml.GetTrainingJobLogsRequest(id=job_id, page_token=token))

    def wait_until_over(self, job_id: str) -> ml.TrainingJobMetadata:
        self.clock.wait(HOUR)
        return self.job(job_id)


class Refusal(NamedTuple):
    code: grpc.StatusCode
    details: str


def refusal(call: Callable[..., object], *arguments: Any, **options: Any) -> Refusal:
    """How the cloud said no."""
    try:
        call(*arguments, **options)
    except grpc.RpcError as error:
        return Refusal(error.code(), error.details() or "")
    raise AssertionError("the call was accepted")


def authenticate(channel: grpc.Channel, key_id: str, key: str, kind: str = "api-key") -> str:
    credentials = auth_pb2.Credentials(type=kind, payload=key)
    request = auth_pb2.AuthenticateRequest(entity=key_id, credentials=credentials)
    return auth_pb2_grpc.AuthServiceStub(channel).Authenticate(request).access_token


class _Bearer(grpc.UnaryUnaryClientInterceptor):
    def __init__(self, token: str) -> None:
        self._metadata = (("authorization", f"Bearer {token}"),)

    def intercept_unary_unary(self, continuation: Any, client_call_details: Any, request: Any) -> Any:
        return continuation(_Details(client_call_details, self._metadata), request)


class _Details(grpc.ClientCallDetails):
    def __init__(self, details: Any, metadata: tuple[tuple[str, str], ...]) -> None:
        self.method = details.method
        self.timeout = details.timeout
        self.metadata = metadata
        self.credentials = details.credentials
        self.wait_for_ready = details.wait_for_ready
        self.compression = details.compression
