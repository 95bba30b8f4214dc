import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class TagsFilterType(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    TAGS_FILTER_TYPE_UNSPECIFIED: _ClassVar[TagsFilterType]
    TAGS_FILTER_TYPE_MATCH_BY_OR: _ClassVar[TagsFilterType]
    TAGS_FILTER_TYPE_TAGGED: _ClassVar[TagsFilterType]
    TAGS_FILTER_TYPE_UNTAGGED: _ClassVar[TagsFilterType]
TAGS_FILTER_TYPE_UNSPECIFIED: TagsFilterType
TAGS_FILTER_TYPE_MATCH_BY_OR: TagsFilterType
TAGS_FILTER_TYPE_TAGGED: TagsFilterType
TAGS_FILTER_TYPE_UNTAGGED: TagsFilterType

class Filter(_message.Message):
    __slots__ = ("component_name", "component_type", "method", "robot_name", "robot_id", "part_name", "part_id", "location_ids", "organization_ids", "mime_type", "tags_filter", "bbox_labels", "dataset_id")
    COMPONENT_NAME_FIELD_NUMBER: _ClassVar[int]
    COMPONENT_TYPE_FIELD_NUMBER: _ClassVar[int]
    METHOD_FIELD_NUMBER: _ClassVar[int]
    ROBOT_NAME_FIELD_NUMBER: _ClassVar[int]
    ROBOT_ID_FIELD_NUMBER: _ClassVar[int]
    PART_NAME_FIELD_NUMBER: _ClassVar[int]
    PART_ID_FIELD_NUMBER: _ClassVar[int]
    LOCATION_IDS_FIELD_NUMBER: _ClassVar[int]
    ORGANIZATION_IDS_FIELD_NUMBER: _ClassVar[int]
    MIME_TYPE_FIELD_NUMBER: _ClassVar[int]
    TAGS_FILTER_FIELD_NUMBER: _ClassVar[int]
    BBOX_LABELS_FIELD_NUMBER: _ClassVar[int]
    DATASET_ID_FIELD_NUMBER: _ClassVar[int]
    component_name: str
    component_type: str
    method: str
    robot_name: str
    robot_id: str
    part_name: str
    part_id: str
    location_ids: _containers.RepeatedScalarFieldContainer[str]
    organization_ids: _containers.RepeatedScalarFieldContainer[str]
    mime_type: _containers.RepeatedScalarFieldContainer[str]
    tags_filter: TagsFilter
    bbox_labels: _containers.RepeatedScalarFieldContainer[str]
    dataset_id: str
    def __init__(self, component_name: _Optional[str] = ..., component_type: _Optional[str] = ..., method: _Optional[str] = ..., robot_name: _Optional[str] = ..., robot_id: _Optional[str] = ..., part_name: _Optional[str] = ..., part_id: _Optional[str] = ..., location_ids: _Optional[_Iterable[str]] = ..., organization_ids: _Optional[_Iterable[str]] = ..., mime_type: _Optional[_Iterable[str]] = ..., tags_filter: _Optional[_Union[TagsFilter, _Mapping]] = ..., bbox_labels: _Optional[_Iterable[str]] = ..., dataset_id: _Optional[str] = ...) -> None: ...

class TagsFilter(_message.Message):
    __slots__ = ("type", "tags")
    TYPE_FIELD_NUMBER: _ClassVar[int]
    TAGS_FIELD_NUMBER: _ClassVar[int]
    type: TagsFilterType
    tags: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, type: _Optional[_Union[TagsFilterType, str]] = ..., tags: _Optional[_Iterable[str]] = ...) -> None: ...

class DataRequest(_message.Message):
    __slots__ = ("filter", "limit", "last")
    FILTER_FIELD_NUMBER: _ClassVar[int]
    LIMIT_FIELD_NUMBER: _ClassVar[int]
    LAST_FIELD_NUMBER: _ClassVar[int]
    filter: Filter
    limit: int
    last: str
    def __init__(self, filter: _Optional[_Union[Filter, _Mapping]] = ..., limit: _Optional[int] = ..., last: _Optional[str] = ...) -> None: ...

class BinaryDataByFilterRequest(_message.Message):
    __slots__ = ("data_request", "include_binary", "count_only", "include_internal_data")
    DATA_REQUEST_FIELD_NUMBER: _ClassVar[int]
    INCLUDE_BINARY_FIELD_NUMBER: _ClassVar[int]
    COUNT_ONLY_FIELD_NUMBER: _ClassVar[int]
    INCLUDE_INTERNAL_DATA_FIELD_NUMBER: _ClassVar[int]
    data_request: DataRequest
    include_binary: bool
    count_only: bool
    include_internal_data: bool
    def __init__(self, data_request: _Optional[_Union[DataRequest, _Mapping]] = ..., include_binary: _Optional[bool] = ..., count_only: _Optional[bool] = ..., include_internal_data: _Optional[bool] = ...) -> None: ...

class BinaryDataByFilterResponse(_message.Message):
    __slots__ = ("data", "count", "last", "total_size_bytes")
    DATA_FIELD_NUMBER: _ClassVar[int]
    COUNT_FIELD_NUMBER: _ClassVar[int]
    LAST_FIELD_NUMBER: _ClassVar[int]
    TOTAL_SIZE_BYTES_FIELD_NUMBER: _ClassVar[int]
    data: _containers.RepeatedCompositeFieldContainer[BinaryData]
    count: int
    last: str
    total_size_bytes: int
    def __init__(self, data: _Optional[_Iterable[_Union[BinaryData, _Mapping]]] = ..., count: _Optional[int] = ..., last: _Optional[str] = ..., total_size_bytes: _Optional[int] = ...) -> None: ...

class BinaryData(_message.Message):
    __slots__ = ("binary", "metadata")
    BINARY_FIELD_NUMBER: _ClassVar[int]
    METADATA_FIELD_NUMBER: _ClassVar[int]
    binary: bytes
    metadata: BinaryMetadata
    def __init__(self, binary: _Optional[bytes] = ..., metadata: _Optional[_Union[BinaryMetadata, _Mapping]] = ...) -> None: ...

class BinaryMetadata(_message.Message):
    __slots__ = ("capture_metadata", "time_requested", "time_received", "file_name", "file_ext", "annotations", "dataset_ids", "binary_data_id", "file_size_bytes")
    CAPTURE_METADATA_FIELD_NUMBER: _ClassVar[int]
    TIME_REQUESTED_FIELD_NUMBER: _ClassVar[int]
    TIME_RECEIVED_FIELD_NUMBER: _ClassVar[int]
    FILE_NAME_FIELD_NUMBER: _ClassVar[int]
    FILE_EXT_FIELD_NUMBER: _ClassVar[int]
    ANNOTATIONS_FIELD_NUMBER: _ClassVar[int]
    DATASET_IDS_FIELD_NUMBER: _ClassVar[int]
    BINARY_DATA_ID_FIELD_NUMBER: _ClassVar[int]
    FILE_SIZE_BYTES_FIELD_NUMBER: _ClassVar[int]
    capture_metadata: CaptureMetadata
    time_requested: _timestamp_pb2.Timestamp
    time_received: _timestamp_pb2.Timestamp
    file_name: str
    file_ext: str
    annotations: Annotations
    dataset_ids: _containers.RepeatedScalarFieldContainer[str]
    binary_data_id: str
    file_size_bytes: int
    def __init__(self, capture_metadata: _Optional[_Union[CaptureMetadata, _Mapping]] = ..., time_requested: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., time_received: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., file_name: _Optional[str] = ..., file_ext: _Optional[str] = ..., annotations: _Optional[_Union[Annotations, _Mapping]] = ..., dataset_ids: _Optional[_Iterable[str]] = ..., binary_data_id: _Optional[str] = ..., file_size_bytes: _Optional[int] = ...) -> None: ...

class CaptureMetadata(_message.Message):
    __slots__ = ("organization_id", "location_id", "tags", "mime_type")
    ORGANIZATION_ID_FIELD_NUMBER: _ClassVar[int]
    LOCATION_ID_FIELD_NUMBER: _ClassVar[int]
    TAGS_FIELD_NUMBER: _ClassVar[int]
    MIME_TYPE_FIELD_NUMBER: _ClassVar[int]
    organization_id: str
    location_id: str
    tags: _containers.RepeatedScalarFieldContainer[str]
    mime_type: str
    def __init__(self, organization_id: _Optional[str] = ..., location_id: _Optional[str] = ..., tags: _Optional[_Iterable[str]] = ..., mime_type: _Optional[str] = ...) -> None: ...

class Annotations(_message.Message):
    __slots__ = ("bboxes", "classifications")
    BBOXES_FIELD_NUMBER: _ClassVar[int]
    CLASSIFICATIONS_FIELD_NUMBER: _ClassVar[int]
    bboxes: _containers.RepeatedCompositeFieldContainer[BoundingBox]
    classifications: _containers.RepeatedCompositeFieldContainer[Classification]
    def __init__(self, bboxes: _Optional[_Iterable[_Union[BoundingBox, _Mapping]]] = ..., classifications: _Optional[_Iterable[_Union[Classification, _Mapping]]] = ...) -> None: ...

class BoundingBox(_message.Message):
    __slots__ = ("id", "label", "x_min_normalized", "y_min_normalized", "x_max_normalized", "y_max_normalized")
    ID_FIELD_NUMBER: _ClassVar[int]
    LABEL_FIELD_NUMBER: _ClassVar[int]
    X_MIN_NORMALIZED_FIELD_NUMBER: _ClassVar[int]
    Y_MIN_NORMALIZED_FIELD_NUMBER: _ClassVar[int]
    X_MAX_NORMALIZED_FIELD_NUMBER: _ClassVar[int]
    Y_MAX_NORMALIZED_FIELD_NUMBER: _ClassVar[int]
    id: str
    label: str
    x_min_normalized: float
    y_min_normalized: float
    x_max_normalized: float
    y_max_normalized: float
    def __init__(self, id: _Optional[str] = ..., label: _Optional[str] = ..., x_min_normalized: _Optional[float] = ..., y_min_normalized: _Optional[float] = ..., x_max_normalized: _Optional[float] = ..., y_max_normalized: _Optional[float] = ...) -> None: ...

class Classification(_message.Message):
    __slots__ = ("id", "label")
    ID_FIELD_NUMBER: _ClassVar[int]
    LABEL_FIELD_NUMBER: _ClassVar[int]
    id: str
    label: str
    def __init__(self, id: _Optional[str] = ..., label: _Optional[str] = ...) -> None: ...

class TagsByFilterRequest(_message.Message):
    __slots__ = ("filter",)
    FILTER_FIELD_NUMBER: _ClassVar[int]
    filter: Filter
    def __init__(self, filter: _Optional[_Union[Filter, _Mapping]] = ...) -> None: ...

class TagsByFilterResponse(_message.Message):
    __slots__ = ("tags",)
    TAGS_FIELD_NUMBER: _ClassVar[int]
    tags: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, tags: _Optional[_Iterable[str]] = ...) -> None: ...

class BoundingBoxLabelsByFilterRequest(_message.Message):
    __slots__ = ("filter",)
    FILTER_FIELD_NUMBER: _ClassVar[int]
    filter: Filter
    def __init__(self, filter: _Optional[_Union[Filter, _Mapping]] = ...) -> None: ...

class BoundingBoxLabelsByFilterResponse(_message.Message):
    __slots__ = ("labels",)
    LABELS_FIELD_NUMBER: _ClassVar[int]
    labels: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, labels: _Optional[_Iterable[str]] = ...) -> None: ...
