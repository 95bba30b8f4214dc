import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.rpc import status_pb2 as _status_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ModelType(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    MODEL_TYPE_UNSPECIFIED: _ClassVar[ModelType]
    MODEL_TYPE_SINGLE_LABEL_CLASSIFICATION: _ClassVar[ModelType]
    MODEL_TYPE_MULTI_LABEL_CLASSIFICATION: _ClassVar[ModelType]
    MODEL_TYPE_OBJECT_DETECTION: _ClassVar[ModelType]

class ModelFramework(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    MODEL_FRAMEWORK_UNSPECIFIED: _ClassVar[ModelFramework]
    MODEL_FRAMEWORK_TFLITE: _ClassVar[ModelFramework]
    MODEL_FRAMEWORK_TENSORFLOW: _ClassVar[ModelFramework]
    MODEL_FRAMEWORK_PYTORCH: _ClassVar[ModelFramework]
    MODEL_FRAMEWORK_ONNX: _ClassVar[ModelFramework]
    MODEL_FRAMEWORK_REGISTRY: _ClassVar[ModelFramework]

class TrainingStatus(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    TRAINING_STATUS_UNSPECIFIED: _ClassVar[TrainingStatus]
    TRAINING_STATUS_PENDING: _ClassVar[TrainingStatus]
    TRAINING_STATUS_IN_PROGRESS: _ClassVar[TrainingStatus]
    TRAINING_STATUS_COMPLETED: _ClassVar[TrainingStatus]
    TRAINING_STATUS_FAILED: _ClassVar[TrainingStatus]
    TRAINING_STATUS_CANCELED: _ClassVar[TrainingStatus]
    TRAINING_STATUS_CANCELING: _ClassVar[TrainingStatus]

class Visibility(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    VISIBILITY_UNSPECIFIED: _ClassVar[Visibility]
    VISIBILITY_PRIVATE: _ClassVar[Visibility]
    VISIBILITY_PUBLIC: _ClassVar[Visibility]
MODEL_TYPE_UNSPECIFIED: ModelType
MODEL_TYPE_SINGLE_LABEL_CLASSIFICATION: ModelType
MODEL_TYPE_MULTI_LABEL_CLASSIFICATION: ModelType
MODEL_TYPE_OBJECT_DETECTION: ModelType
MODEL_FRAMEWORK_UNSPECIFIED: ModelFramework
MODEL_FRAMEWORK_TFLITE: ModelFramework
MODEL_FRAMEWORK_TENSORFLOW: ModelFramework
MODEL_FRAMEWORK_PYTORCH: ModelFramework
MODEL_FRAMEWORK_ONNX: ModelFramework
MODEL_FRAMEWORK_REGISTRY: ModelFramework
TRAINING_STATUS_UNSPECIFIED: TrainingStatus
TRAINING_STATUS_PENDING: TrainingStatus
TRAINING_STATUS_IN_PROGRESS: TrainingStatus
TRAINING_STATUS_COMPLETED: TrainingStatus
TRAINING_STATUS_FAILED: TrainingStatus
TRAINING_STATUS_CANCELED: TrainingStatus
TRAINING_STATUS_CANCELING: TrainingStatus
VISIBILITY_UNSPECIFIED: Visibility
VISIBILITY_PRIVATE: Visibility
VISIBILITY_PUBLIC: Visibility

class SubmitTrainingJobRequest(_message.Message):
    __slots__ = ("dataset_id", "organization_id", "model_name", "model_version", "model_type", "model_framework", "tags")
    DATASET_ID_FIELD_NUMBER: _ClassVar[int]
    ORGANIZATION_ID_FIELD_NUMBER: _ClassVar[int]
    MODEL_NAME_FIELD_NUMBER: _ClassVar[int]
    MODEL_VERSION_FIELD_NUMBER: _ClassVar[int]
    MODEL_TYPE_FIELD_NUMBER: _ClassVar[int]
    MODEL_FRAMEWORK_FIELD_NUMBER: _ClassVar[int]
    TAGS_FIELD_NUMBER: _ClassVar[int]
    dataset_id: str
    organization_id: str
    model_name: str
    model_version: str
    model_type: ModelType
    model_framework: ModelFramework
    tags: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, dataset_id: _Optional[str] = ..., organization_id: _Optional[str] = ..., model_name: _Optional[str] = ..., model_version: _Optional[str] = ..., model_type: _Optional[_Union[ModelType, str]] = ..., model_framework: _Optional[_Union[ModelFramework, str]] = ..., tags: _Optional[_Iterable[str]] = ...) -> None: ...

class SubmitTrainingJobResponse(_message.Message):
    __slots__ = ("id",)
    ID_FIELD_NUMBER: _ClassVar[int]
    id: str
    def __init__(self, id: _Optional[str] = ...) -> None: ...

class SubmitCustomTrainingJobRequest(_message.Message):
    __slots__ = ("dataset_id", "registry_item_id", "registry_item_version", "organization_id", "model_name", "model_version", "arguments", "container_version", "container_id")
    class ArgumentsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    DATASET_ID_FIELD_NUMBER: _ClassVar[int]
    REGISTRY_ITEM_ID_FIELD_NUMBER: _ClassVar[int]
    REGISTRY_ITEM_VERSION_FIELD_NUMBER: _ClassVar[int]
    ORGANIZATION_ID_FIELD_NUMBER: _ClassVar[int]
    MODEL_NAME_FIELD_NUMBER: _ClassVar[int]
    MODEL_VERSION_FIELD_NUMBER: _ClassVar[int]
    ARGUMENTS_FIELD_NUMBER: _ClassVar[int]
    CONTAINER_VERSION_FIELD_NUMBER: _ClassVar[int]
    CONTAINER_ID_FIELD_NUMBER: _ClassVar[int]
    dataset_id: str
    registry_item_id: str
    registry_item_version: str
    organization_id: str
    model_name: str
    model_version: str
    arguments: _containers.ScalarMap[str, str]
    container_version: str
    container_id: str
    def __init__(self, dataset_id: _Optional[str] = ..., registry_item_id: _Optional[str] = ..., registry_item_version: _Optional[str] = ..., organization_id: _Optional[str] = ..., model_name: _Optional[str] = ..., model_version: _Optional[str] = ..., arguments: _Optional[_Mapping[str, str]] = ..., container_version: _Optional[str] = ..., container_id: _Optional[str] = ...) -> None: ...

class SubmitCustomTrainingJobResponse(_message.Message):
    __slots__ = ("id",)
    ID_FIELD_NUMBER: _ClassVar[int]
    id: str
    def __init__(self, id: _Optional[str] = ...) -> None: ...

class GetTrainingJobRequest(_message.Message):
    __slots__ = ("id",)
    ID_FIELD_NUMBER: _ClassVar[int]
    id: str
    def __init__(self, id: _Optional[str] = ...) -> None: ...

class GetTrainingJobResponse(_message.Message):
    __slots__ = ("metadata",)
    METADATA_FIELD_NUMBER: _ClassVar[int]
    metadata: TrainingJobMetadata
    def __init__(self, metadata: _Optional[_Union[TrainingJobMetadata, _Mapping]] = ...) -> None: ...

class ListTrainingJobsRequest(_message.Message):
    __slots__ = ("organization_id", "status")
    ORGANIZATION_ID_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    organization_id: str
    status: TrainingStatus
    def __init__(self, organization_id: _Optional[str] = ..., status: _Optional[_Union[TrainingStatus, str]] = ...) -> None: ...

class ListTrainingJobsResponse(_message.Message):
    __slots__ = ("jobs",)
    JOBS_FIELD_NUMBER: _ClassVar[int]
    jobs: _containers.RepeatedCompositeFieldContainer[TrainingJobMetadata]
    def __init__(self, jobs: _Optional[_Iterable[_Union[TrainingJobMetadata, _Mapping]]] = ...) -> None: ...

class TrainingJobMetadata(_message.Message):
    __slots__ = ("id", "dataset_id", "organization_id", "model_name", "model_version", "model_type", "model_framework", "is_custom_job", "registry_item_id", "registry_item_version", "status", "error_status", "created_on", "last_modified", "training_started", "training_ended", "synced_model_id", "tags", "arguments", "container_version", "container_id", "deployment_modular_resources")
    class ArgumentsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    ID_FIELD_NUMBER: _ClassVar[int]
    DATASET_ID_FIELD_NUMBER: _ClassVar[int]
    ORGANIZATION_ID_FIELD_NUMBER: _ClassVar[int]
    MODEL_NAME_FIELD_NUMBER: _ClassVar[int]
    MODEL_VERSION_FIELD_NUMBER: _ClassVar[int]
    MODEL_TYPE_FIELD_NUMBER: _ClassVar[int]
    MODEL_FRAMEWORK_FIELD_NUMBER: _ClassVar[int]
    IS_CUSTOM_JOB_FIELD_NUMBER: _ClassVar[int]
    REGISTRY_ITEM_ID_FIELD_NUMBER: _ClassVar[int]
    REGISTRY_ITEM_VERSION_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    ERROR_STATUS_FIELD_NUMBER: _ClassVar[int]
    CREATED_ON_FIELD_NUMBER: _ClassVar[int]
    LAST_MODIFIED_FIELD_NUMBER: _ClassVar[int]
    TRAINING_STARTED_FIELD_NUMBER: _ClassVar[int]
    TRAINING_ENDED_FIELD_NUMBER: _ClassVar[int]
    SYNCED_MODEL_ID_FIELD_NUMBER: _ClassVar[int]
    TAGS_FIELD_NUMBER: _ClassVar[int]
    ARGUMENTS_FIELD_NUMBER: _ClassVar[int]
    CONTAINER_VERSION_FIELD_NUMBER: _ClassVar[int]
    CONTAINER_ID_FIELD_NUMBER: _ClassVar[int]
    DEPLOYMENT_MODULAR_RESOURCES_FIELD_NUMBER: _ClassVar[int]
    id: str
    dataset_id: str
    organization_id: str
    model_name: str
    model_version: str
    model_type: ModelType
    model_framework: ModelFramework
    is_custom_job: bool
    registry_item_id: str
    registry_item_version: str
    status: TrainingStatus
    error_status: _status_pb2.Status
    created_on: _timestamp_pb2.Timestamp
    last_modified: _timestamp_pb2.Timestamp
    training_started: _timestamp_pb2.Timestamp
    training_ended: _timestamp_pb2.Timestamp
    synced_model_id: str
    tags: _containers.RepeatedScalarFieldContainer[str]
    arguments: _containers.ScalarMap[str, str]
    container_version: str
    container_id: str
    deployment_modular_resources: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, id: _Optional[str] = ..., dataset_id: _Optional[str] = ..., organization_id: _Optional[str] = ..., model_name: _Optional[str] = ..., model_version: _Optional[str] = ..., model_type: _Optional[_Union[ModelType, str]] = ..., model_framework: _Optional[_Union[ModelFramework, str]] = ..., is_custom_job: _Optional[bool] = ..., registry_item_id: _Optional[str] = ..., registry_item_version: _Optional[str] = ..., status: _Optional[_Union[TrainingStatus, str]] = ..., error_status: _Optional[_Union[_status_pb2.Status, _Mapping]] = ..., created_on: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., last_modified: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., training_started: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., training_ended: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., synced_model_id: _Optional[str] = ..., tags: _Optional[_Iterable[str]] = ..., arguments: _Optional[_Mapping[str, str]] = ..., container_version: _Optional[str] = ..., container_id: _Optional[str] = ..., deployment_modular_resources: _Optional[_Iterable[str]] = ...) -> None: ...

class CancelTrainingJobRequest(_message.Message):
    __slots__ = ("id",)
    ID_FIELD_NUMBER: _ClassVar[int]
    id: str
    def __init__(self, id: _Optional[str] = ...) -> None: ...

class CancelTrainingJobResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class DeleteCompletedTrainingJobRequest(_message.Message):
    __slots__ = ("id",)
    ID_FIELD_NUMBER: _ClassVar[int]
    id: str
    def __init__(self, id: _Optional[str] = ...) -> None: ...

class DeleteCompletedTrainingJobResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class TrainingJobLogEntry(_message.Message):
    __slots__ = ("level", "time", "message")
    LEVEL_FIELD_NUMBER: _ClassVar[int]
    TIME_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    level: str
    time: _timestamp_pb2.Timestamp
    message: str
    def __init__(self, level: _Optional[str] = ..., time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., message: _Optional[str] = ...) -> None: ...

class GetTrainingJobLogsRequest(_message.Message):
    __slots__ = ("id", "page_token")
    ID_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    id: str
    page_token: str
    def __init__(self, id: _Optional[str] = ..., page_token: _Optional[str] = ...) -> None: ...

class GetTrainingJobLogsResponse(_message.Message):
    __slots__ = ("logs", "next_page_token")
    LOGS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    logs: _containers.RepeatedCompositeFieldContainer[TrainingJobLogEntry]
    next_page_token: str
    def __init__(self, logs: _Optional[_Iterable[_Union[TrainingJobLogEntry, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class ListSupportedContainersRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ListSupportedContainersResponse(_message.Message):
    __slots__ = ("container_map",)
    class ContainerMapEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: Container
        def __init__(self, key: _Optional[str] = ..., value: _Optional[_Union[Container, _Mapping]] = ...) -> None: ...
    CONTAINER_MAP_FIELD_NUMBER: _ClassVar[int]
    container_map: _containers.MessageMap[str, Container]
    def __init__(self, container_map: _Optional[_Mapping[str, Container]] = ...) -> None: ...

class ListContainersRequest(_message.Message):
    __slots__ = ("organization_id",)
    ORGANIZATION_ID_FIELD_NUMBER: _ClassVar[int]
    organization_id: str
    def __init__(self, organization_id: _Optional[str] = ...) -> None: ...

class ListContainersResponse(_message.Message):
    __slots__ = ("containers",)
    CONTAINERS_FIELD_NUMBER: _ClassVar[int]
    containers: _containers.RepeatedCompositeFieldContainer[Container]
    def __init__(self, containers: _Optional[_Iterable[_Union[Container, _Mapping]]] = ...) -> None: ...

class GetContainerRequest(_message.Message):
    __slots__ = ("id",)
    ID_FIELD_NUMBER: _ClassVar[int]
    id: str
    def __init__(self, id: _Optional[str] = ...) -> None: ...

class GetContainerResponse(_message.Message):
    __slots__ = ("container",)
    CONTAINER_FIELD_NUMBER: _ClassVar[int]
    container: Container
    def __init__(self, container: _Optional[_Union[Container, _Mapping]] = ...) -> None: ...

class RegisterCustomTrainingContainerRequest(_message.Message):
    __slots__ = ("organization_id", "image_uri", "description")
    ORGANIZATION_ID_FIELD_NUMBER: _ClassVar[int]
    IMAGE_URI_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    organization_id: str
    image_uri: str
    description: str
    def __init__(self, organization_id: _Optional[str] = ..., image_uri: _Optional[str] = ..., description: _Optional[str] = ...) -> None: ...

class RegisterCustomTrainingContainerResponse(_message.Message):
    __slots__ = ("id",)
    ID_FIELD_NUMBER: _ClassVar[int]
    id: str
    def __init__(self, id: _Optional[str] = ...) -> None: ...

class DeleteCustomTrainingContainerRequest(_message.Message):
    __slots__ = ("id",)
    ID_FIELD_NUMBER: _ClassVar[int]
    id: str
    def __init__(self, id: _Optional[str] = ...) -> None: ...

class DeleteCustomTrainingContainerResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class Container(_message.Message):
    __slots__ = ("key", "uri", "framework", "description", "eol", "organization_id", "created_on", "id", "visibility")
    KEY_FIELD_NUMBER: _ClassVar[int]
    URI_FIELD_NUMBER: _ClassVar[int]
    FRAMEWORK_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    EOL_FIELD_NUMBER: _ClassVar[int]
    ORGANIZATION_ID_FIELD_NUMBER: _ClassVar[int]
    CREATED_ON_FIELD_NUMBER: _ClassVar[int]
    ID_FIELD_NUMBER: _ClassVar[int]
    VISIBILITY_FIELD_NUMBER: _ClassVar[int]
    key: str
    uri: str
    framework: str
    description: str
    eol: _timestamp_pb2.Timestamp
    organization_id: str
    created_on: _timestamp_pb2.Timestamp
    id: str
    visibility: Visibility
    def __init__(self, key: _Optional[str] = ..., uri: _Optional[str] = ..., framework: _Optional[str] = ..., description: _Optional[str] = ..., eol: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., organization_id: _Optional[str] = ..., created_on: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., id: _Optional[str] = ..., visibility: _Optional[_Union[Visibility, str]] = ...) -> None: ...
