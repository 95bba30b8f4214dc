"""The calls of the wire, by name: where each lives, whether it may be repeated, and how long it may take.

A read may be repeated when the cloud is unavailable. A write is sent once: sent twice it could train twice. Its seconds
include the read that goes before it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

import grpc
from google.protobuf.message import Message

from protos import app_pb2 as app
from protos import auth_pb2 as auth
from protos import data_pb2 as data
from protos import dataset_pb2 as dataset
from protos import ml_training_pb2 as training

Answer = TypeVar("Answer", bound=Message)

APP = "viam.app.v1.AppService"
AUTH = "proto.rpc.v1.AuthService"
DATA = "viam.app.data.v1.DataService"
DATASETS = "viam.app.dataset.v1.DatasetService"
TRAINING = "viam.app.mltraining.v1.MLTrainingService"

READ = 5.0  # seconds, as the two below
LIST = 10.0
WRITE = 15.0
JOBS_PER_SECOND = 10_000


@dataclass(frozen=True, slots=True)
class Method(Generic[Answer]):
    """A call that takes one message and gives one; `seconds` are for all its attempts together."""

    service: str
    name: str
    answer: type[Answer]
    seconds: float = READ
    is_read: bool = True

    def on(self, channel: grpc.Channel) -> grpc.UnaryUnaryMultiCallable[Message, Answer]:
        path = f"/{self.service}/{self.name}"
        return channel.unary_unary(path, request_serializer=_serialized, response_deserializer=self.answer.FromString)


def _serialized(message: Message) -> bytes:
    return message.SerializeToString()


def _write(name: str, answer: type[Answer]) -> Method[Answer]:
    return Method(TRAINING, name, answer, WRITE, is_read=False)


AUTHENTICATE = Method(AUTH, "Authenticate", auth.AuthenticateResponse)

LIST_ORGANIZATIONS = Method(APP, "ListOrganizations", app.ListOrganizationsResponse)
GET_ORGANIZATION = Method(APP, "GetOrganization", app.GetOrganizationResponse)
LIST_SCRIPTS = Method(APP, "ListRegistryItems", app.ListRegistryItemsResponse)
GET_SCRIPT = Method(APP, "GetRegistryItem", app.GetRegistryItemResponse)
CHECK_PERMISSIONS = Method(APP, "CheckPermissions", app.CheckPermissionsResponse)
LIST_KEYS = Method(APP, "ListKeys", app.ListKeysResponse)

LIST_DATASETS = Method(DATASETS, "ListDatasetsByOrganizationID", dataset.ListDatasetsByOrganizationIDResponse)
TAGS = Method(DATA, "TagsByFilter", data.TagsByFilterResponse)
COUNT_IMAGES = Method(DATA, "BinaryDataByFilter", data.BinaryDataByFilterResponse)
BOX_LABELS = Method(DATA, "BoundingBoxLabelsByFilter", data.BoundingBoxLabelsByFilterResponse)

LIST_JOBS = Method(TRAINING, "ListTrainingJobs", training.ListTrainingJobsResponse, LIST)
GET_JOB = Method(TRAINING, "GetTrainingJob", training.GetTrainingJobResponse)
JOB_LOGS = Method(TRAINING, "GetTrainingJobLogs", training.GetTrainingJobLogsResponse)
SUPPORTED_CONTAINERS = Method(TRAINING, "ListSupportedContainers", training.ListSupportedContainersResponse)
LISTED_CONTAINERS = Method(TRAINING, "ListContainers", training.ListContainersResponse)

SUBMIT_MANAGED = _write("SubmitTrainingJob", training.SubmitTrainingJobResponse)
SUBMIT_CUSTOM = _write("SubmitCustomTrainingJob", training.SubmitCustomTrainingJobResponse)
CANCEL_JOB = _write("CancelTrainingJob", training.CancelTrainingJobResponse)
DELETE_JOB = _write("DeleteCompletedTrainingJob", training.DeleteCompletedTrainingJobResponse)
