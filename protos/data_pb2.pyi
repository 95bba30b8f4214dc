from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Filter(_message.Message):
    __slots__ = ("component_name", "component_type", "method", "robot_name", "robot_id", "part_name", "part_id", "location_ids", "organization_ids", "mime_type", "bbox_labels", "dataset_id")
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
    bbox_labels: _containers.RepeatedScalarFieldContainer[str]
    dataset_id: str
    def __init__(self, component_name: _Optional[str] = ..., component_type: _Optional[str] = ..., method: _Optional[str] = ..., robot_name: _Optional[str] = ..., robot_id: _Optional[str] = ..., part_name: _Optional[str] = ..., part_id: _Optional[str] = ..., location_ids: _Optional[_Iterable[str]] = ..., organization_ids: _Optional[_Iterable[str]] = ..., mime_type: _Optional[_Iterable[str]] = ..., bbox_labels: _Optional[_Iterable[str]] = ..., dataset_id: _Optional[str] = ...) -> None: ...

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
