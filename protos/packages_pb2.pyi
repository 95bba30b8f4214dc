from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from typing import ClassVar as _ClassVar

DESCRIPTOR: _descriptor.FileDescriptor

class PackageType(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    PACKAGE_TYPE_UNSPECIFIED: _ClassVar[PackageType]
    PACKAGE_TYPE_ARCHIVE: _ClassVar[PackageType]
    PACKAGE_TYPE_ML_MODEL: _ClassVar[PackageType]
    PACKAGE_TYPE_MODULE: _ClassVar[PackageType]
    PACKAGE_TYPE_SLAM_MAP: _ClassVar[PackageType]
    PACKAGE_TYPE_ML_TRAINING: _ClassVar[PackageType]
PACKAGE_TYPE_UNSPECIFIED: PackageType
PACKAGE_TYPE_ARCHIVE: PackageType
PACKAGE_TYPE_ML_MODEL: PackageType
PACKAGE_TYPE_MODULE: PackageType
PACKAGE_TYPE_SLAM_MAP: PackageType
PACKAGE_TYPE_ML_TRAINING: PackageType
