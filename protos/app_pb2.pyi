import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from protos import ml_training_pb2 as _ml_training_pb2
from protos import packages_pb2 as _packages_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Visibility(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    VISIBILITY_UNSPECIFIED: _ClassVar[Visibility]
    VISIBILITY_PRIVATE: _ClassVar[Visibility]
    VISIBILITY_PUBLIC: _ClassVar[Visibility]
    VISIBILITY_PUBLIC_UNLISTED: _ClassVar[Visibility]

class RegistryItemStatus(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    REGISTRY_ITEM_STATUS_UNSPECIFIED: _ClassVar[RegistryItemStatus]
    REGISTRY_ITEM_STATUS_PUBLISHED: _ClassVar[RegistryItemStatus]
    REGISTRY_ITEM_STATUS_IN_DEVELOPMENT: _ClassVar[RegistryItemStatus]
VISIBILITY_UNSPECIFIED: Visibility
VISIBILITY_PRIVATE: Visibility
VISIBILITY_PUBLIC: Visibility
VISIBILITY_PUBLIC_UNLISTED: Visibility
REGISTRY_ITEM_STATUS_UNSPECIFIED: RegistryItemStatus
REGISTRY_ITEM_STATUS_PUBLISHED: RegistryItemStatus
REGISTRY_ITEM_STATUS_IN_DEVELOPMENT: RegistryItemStatus

class Organization(_message.Message):
    __slots__ = ("id", "name", "created_on", "public_namespace", "default_region", "cid")
    ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    CREATED_ON_FIELD_NUMBER: _ClassVar[int]
    PUBLIC_NAMESPACE_FIELD_NUMBER: _ClassVar[int]
    DEFAULT_REGION_FIELD_NUMBER: _ClassVar[int]
    CID_FIELD_NUMBER: _ClassVar[int]
    id: str
    name: str
    created_on: _timestamp_pb2.Timestamp
    public_namespace: str
    default_region: str
    cid: str
    def __init__(self, id: _Optional[str] = ..., name: _Optional[str] = ..., created_on: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., public_namespace: _Optional[str] = ..., default_region: _Optional[str] = ..., cid: _Optional[str] = ...) -> None: ...

class ListOrganizationsRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ListOrganizationsResponse(_message.Message):
    __slots__ = ("organizations",)
    ORGANIZATIONS_FIELD_NUMBER: _ClassVar[int]
    organizations: _containers.RepeatedCompositeFieldContainer[Organization]
    def __init__(self, organizations: _Optional[_Iterable[_Union[Organization, _Mapping]]] = ...) -> None: ...

class GetOrganizationRequest(_message.Message):
    __slots__ = ("organization_id",)
    ORGANIZATION_ID_FIELD_NUMBER: _ClassVar[int]
    organization_id: str
    def __init__(self, organization_id: _Optional[str] = ...) -> None: ...

class GetOrganizationResponse(_message.Message):
    __slots__ = ("organization",)
    ORGANIZATION_FIELD_NUMBER: _ClassVar[int]
    organization: Organization
    def __init__(self, organization: _Optional[_Union[Organization, _Mapping]] = ...) -> None: ...

class AuthorizedPermissions(_message.Message):
    __slots__ = ("resource_type", "resource_id", "permissions")
    RESOURCE_TYPE_FIELD_NUMBER: _ClassVar[int]
    RESOURCE_ID_FIELD_NUMBER: _ClassVar[int]
    PERMISSIONS_FIELD_NUMBER: _ClassVar[int]
    resource_type: str
    resource_id: str
    permissions: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, resource_type: _Optional[str] = ..., resource_id: _Optional[str] = ..., permissions: _Optional[_Iterable[str]] = ...) -> None: ...

class CheckPermissionsRequest(_message.Message):
    __slots__ = ("permissions",)
    PERMISSIONS_FIELD_NUMBER: _ClassVar[int]
    permissions: _containers.RepeatedCompositeFieldContainer[AuthorizedPermissions]
    def __init__(self, permissions: _Optional[_Iterable[_Union[AuthorizedPermissions, _Mapping]]] = ...) -> None: ...

class CheckPermissionsResponse(_message.Message):
    __slots__ = ("authorized_permissions",)
    AUTHORIZED_PERMISSIONS_FIELD_NUMBER: _ClassVar[int]
    authorized_permissions: _containers.RepeatedCompositeFieldContainer[AuthorizedPermissions]
    def __init__(self, authorized_permissions: _Optional[_Iterable[_Union[AuthorizedPermissions, _Mapping]]] = ...) -> None: ...

class ListKeysRequest(_message.Message):
    __slots__ = ("org_id",)
    ORG_ID_FIELD_NUMBER: _ClassVar[int]
    org_id: str
    def __init__(self, org_id: _Optional[str] = ...) -> None: ...

class ListKeysResponse(_message.Message):
    __slots__ = ("api_keys",)
    API_KEYS_FIELD_NUMBER: _ClassVar[int]
    api_keys: _containers.RepeatedCompositeFieldContainer[APIKeyWithAuthorizations]
    def __init__(self, api_keys: _Optional[_Iterable[_Union[APIKeyWithAuthorizations, _Mapping]]] = ...) -> None: ...

class APIKeyWithAuthorizations(_message.Message):
    __slots__ = ("api_key", "authorizations")
    API_KEY_FIELD_NUMBER: _ClassVar[int]
    AUTHORIZATIONS_FIELD_NUMBER: _ClassVar[int]
    api_key: APIKey
    authorizations: _containers.RepeatedCompositeFieldContainer[AuthorizationDetails]
    def __init__(self, api_key: _Optional[_Union[APIKey, _Mapping]] = ..., authorizations: _Optional[_Iterable[_Union[AuthorizationDetails, _Mapping]]] = ...) -> None: ...

class APIKey(_message.Message):
    __slots__ = ("id", "key", "name", "created_on")
    ID_FIELD_NUMBER: _ClassVar[int]
    KEY_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    CREATED_ON_FIELD_NUMBER: _ClassVar[int]
    id: str
    key: str
    name: str
    created_on: _timestamp_pb2.Timestamp
    def __init__(self, id: _Optional[str] = ..., key: _Optional[str] = ..., name: _Optional[str] = ..., created_on: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class AuthorizationDetails(_message.Message):
    __slots__ = ("authorization_type", "authorization_id", "resource_type", "resource_id", "org_id")
    AUTHORIZATION_TYPE_FIELD_NUMBER: _ClassVar[int]
    AUTHORIZATION_ID_FIELD_NUMBER: _ClassVar[int]
    RESOURCE_TYPE_FIELD_NUMBER: _ClassVar[int]
    RESOURCE_ID_FIELD_NUMBER: _ClassVar[int]
    ORG_ID_FIELD_NUMBER: _ClassVar[int]
    authorization_type: str
    authorization_id: str
    resource_type: str
    resource_id: str
    org_id: str
    def __init__(self, authorization_type: _Optional[str] = ..., authorization_id: _Optional[str] = ..., resource_type: _Optional[str] = ..., resource_id: _Optional[str] = ..., org_id: _Optional[str] = ...) -> None: ...

class ListRegistryItemsRequest(_message.Message):
    __slots__ = ("organization_id", "types", "visibilities", "statuses", "search_term", "page_token", "public_namespaces", "include_markdown_documentation", "show_owned_deprecated")
    ORGANIZATION_ID_FIELD_NUMBER: _ClassVar[int]
    TYPES_FIELD_NUMBER: _ClassVar[int]
    VISIBILITIES_FIELD_NUMBER: _ClassVar[int]
    STATUSES_FIELD_NUMBER: _ClassVar[int]
    SEARCH_TERM_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    PUBLIC_NAMESPACES_FIELD_NUMBER: _ClassVar[int]
    INCLUDE_MARKDOWN_DOCUMENTATION_FIELD_NUMBER: _ClassVar[int]
    SHOW_OWNED_DEPRECATED_FIELD_NUMBER: _ClassVar[int]
    organization_id: str
    types: _containers.RepeatedScalarFieldContainer[_packages_pb2.PackageType]
    visibilities: _containers.RepeatedScalarFieldContainer[Visibility]
    statuses: _containers.RepeatedScalarFieldContainer[RegistryItemStatus]
    search_term: str
    page_token: str
    public_namespaces: _containers.RepeatedScalarFieldContainer[str]
    include_markdown_documentation: bool
    show_owned_deprecated: bool
    def __init__(self, organization_id: _Optional[str] = ..., types: _Optional[_Iterable[_Union[_packages_pb2.PackageType, str]]] = ..., visibilities: _Optional[_Iterable[_Union[Visibility, str]]] = ..., statuses: _Optional[_Iterable[_Union[RegistryItemStatus, str]]] = ..., search_term: _Optional[str] = ..., page_token: _Optional[str] = ..., public_namespaces: _Optional[_Iterable[str]] = ..., include_markdown_documentation: _Optional[bool] = ..., show_owned_deprecated: _Optional[bool] = ...) -> None: ...

class ListRegistryItemsResponse(_message.Message):
    __slots__ = ("items",)
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    items: _containers.RepeatedCompositeFieldContainer[RegistryItem]
    def __init__(self, items: _Optional[_Iterable[_Union[RegistryItem, _Mapping]]] = ...) -> None: ...

class GetRegistryItemRequest(_message.Message):
    __slots__ = ("item_id", "include_markdown_documentation")
    ITEM_ID_FIELD_NUMBER: _ClassVar[int]
    INCLUDE_MARKDOWN_DOCUMENTATION_FIELD_NUMBER: _ClassVar[int]
    item_id: str
    include_markdown_documentation: bool
    def __init__(self, item_id: _Optional[str] = ..., include_markdown_documentation: _Optional[bool] = ...) -> None: ...

class GetRegistryItemResponse(_message.Message):
    __slots__ = ("item",)
    ITEM_FIELD_NUMBER: _ClassVar[int]
    item: RegistryItem
    def __init__(self, item: _Optional[_Union[RegistryItem, _Mapping]] = ...) -> None: ...

class RegistryItem(_message.Message):
    __slots__ = ("item_id", "organization_id", "public_namespace", "name", "type", "visibility", "url", "description", "total_robot_usage", "total_external_robot_usage", "total_organization_usage", "total_external_organization_usage", "created_at", "updated_at", "deprecated_status", "ml_model_metadata", "ml_training_metadata")
    ITEM_ID_FIELD_NUMBER: _ClassVar[int]
    ORGANIZATION_ID_FIELD_NUMBER: _ClassVar[int]
    PUBLIC_NAMESPACE_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    TYPE_FIELD_NUMBER: _ClassVar[int]
    VISIBILITY_FIELD_NUMBER: _ClassVar[int]
    URL_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    TOTAL_ROBOT_USAGE_FIELD_NUMBER: _ClassVar[int]
    TOTAL_EXTERNAL_ROBOT_USAGE_FIELD_NUMBER: _ClassVar[int]
    TOTAL_ORGANIZATION_USAGE_FIELD_NUMBER: _ClassVar[int]
    TOTAL_EXTERNAL_ORGANIZATION_USAGE_FIELD_NUMBER: _ClassVar[int]
    CREATED_AT_FIELD_NUMBER: _ClassVar[int]
    UPDATED_AT_FIELD_NUMBER: _ClassVar[int]
    DEPRECATED_STATUS_FIELD_NUMBER: _ClassVar[int]
    ML_MODEL_METADATA_FIELD_NUMBER: _ClassVar[int]
    ML_TRAINING_METADATA_FIELD_NUMBER: _ClassVar[int]
    item_id: str
    organization_id: str
    public_namespace: str
    name: str
    type: _packages_pb2.PackageType
    visibility: Visibility
    url: str
    description: str
    total_robot_usage: int
    total_external_robot_usage: int
    total_organization_usage: int
    total_external_organization_usage: int
    created_at: _timestamp_pb2.Timestamp
    updated_at: _timestamp_pb2.Timestamp
    deprecated_status: DeprecatedStatus
    ml_model_metadata: MLModelMetadata
    ml_training_metadata: MLTrainingMetadata
    def __init__(self, item_id: _Optional[str] = ..., organization_id: _Optional[str] = ..., public_namespace: _Optional[str] = ..., name: _Optional[str] = ..., type: _Optional[_Union[_packages_pb2.PackageType, str]] = ..., visibility: _Optional[_Union[Visibility, str]] = ..., url: _Optional[str] = ..., description: _Optional[str] = ..., total_robot_usage: _Optional[int] = ..., total_external_robot_usage: _Optional[int] = ..., total_organization_usage: _Optional[int] = ..., total_external_organization_usage: _Optional[int] = ..., created_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., updated_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., deprecated_status: _Optional[_Union[DeprecatedStatus, _Mapping]] = ..., ml_model_metadata: _Optional[_Union[MLModelMetadata, _Mapping]] = ..., ml_training_metadata: _Optional[_Union[MLTrainingMetadata, _Mapping]] = ...) -> None: ...

class DeprecatedStatus(_message.Message):
    __slots__ = ("deprecated_at", "message")
    DEPRECATED_AT_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    deprecated_at: _timestamp_pb2.Timestamp
    message: str
    def __init__(self, deprecated_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., message: _Optional[str] = ...) -> None: ...

class MLModelMetadata(_message.Message):
    __slots__ = ("versions", "model_type", "model_framework", "detailed_versions", "deployment_modular_resources")
    VERSIONS_FIELD_NUMBER: _ClassVar[int]
    MODEL_TYPE_FIELD_NUMBER: _ClassVar[int]
    MODEL_FRAMEWORK_FIELD_NUMBER: _ClassVar[int]
    DETAILED_VERSIONS_FIELD_NUMBER: _ClassVar[int]
    DEPLOYMENT_MODULAR_RESOURCES_FIELD_NUMBER: _ClassVar[int]
    versions: _containers.RepeatedScalarFieldContainer[str]
    model_type: _ml_training_pb2.ModelType
    model_framework: _ml_training_pb2.ModelFramework
    detailed_versions: _containers.RepeatedCompositeFieldContainer[MLModelVersion]
    deployment_modular_resources: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, versions: _Optional[_Iterable[str]] = ..., model_type: _Optional[_Union[_ml_training_pb2.ModelType, str]] = ..., model_framework: _Optional[_Union[_ml_training_pb2.ModelFramework, str]] = ..., detailed_versions: _Optional[_Iterable[_Union[MLModelVersion, _Mapping]]] = ..., deployment_modular_resources: _Optional[_Iterable[str]] = ...) -> None: ...

class MLModelVersion(_message.Message):
    __slots__ = ("version", "created_on")
    VERSION_FIELD_NUMBER: _ClassVar[int]
    CREATED_ON_FIELD_NUMBER: _ClassVar[int]
    version: str
    created_on: _timestamp_pb2.Timestamp
    def __init__(self, version: _Optional[str] = ..., created_on: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class MLTrainingMetadata(_message.Message):
    __slots__ = ("versions", "model_type", "model_framework", "draft", "deployment_modular_resources")
    VERSIONS_FIELD_NUMBER: _ClassVar[int]
    MODEL_TYPE_FIELD_NUMBER: _ClassVar[int]
    MODEL_FRAMEWORK_FIELD_NUMBER: _ClassVar[int]
    DRAFT_FIELD_NUMBER: _ClassVar[int]
    DEPLOYMENT_MODULAR_RESOURCES_FIELD_NUMBER: _ClassVar[int]
    versions: _containers.RepeatedCompositeFieldContainer[MLTrainingVersion]
    model_type: _ml_training_pb2.ModelType
    model_framework: _ml_training_pb2.ModelFramework
    draft: bool
    deployment_modular_resources: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, versions: _Optional[_Iterable[_Union[MLTrainingVersion, _Mapping]]] = ..., model_type: _Optional[_Union[_ml_training_pb2.ModelType, str]] = ..., model_framework: _Optional[_Union[_ml_training_pb2.ModelFramework, str]] = ..., draft: _Optional[bool] = ..., deployment_modular_resources: _Optional[_Iterable[str]] = ...) -> None: ...

class MLTrainingVersion(_message.Message):
    __slots__ = ("version", "created_on")
    VERSION_FIELD_NUMBER: _ClassVar[int]
    CREATED_ON_FIELD_NUMBER: _ClassVar[int]
    version: str
    created_on: _timestamp_pb2.Timestamp
    def __init__(self, version: _Optional[str] = ..., created_on: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...
