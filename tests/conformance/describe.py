"""Descriptors as plain data: `python describe.py MODULE ...` prints those of generated modules as JSON.

It runs here for our stubs and in the SDK's environment for Viam's, and therefore imports nothing but protobuf.
"""

import importlib
import json
import sys
from collections.abc import Iterator
from typing import Any

from google.protobuf.descriptor_pb2 import DescriptorProto, FieldDescriptorProto, FileDescriptorProto

Description = dict[str, dict[str, dict[str, Any]]]
"""Kind ("messages", "enums", "services") -> full name -> what is in it by name."""

OUR_MODULES = tuple(f"protos.{name}_pb2" for name in ("auth", "app", "data", "dataset", "ml_training", "packages"))
THEIR_MODULES = (
    "viam.gen.proto.rpc.v1.auth_pb2",
    "viam.gen.app.v1.app_pb2",
    "viam.gen.app.data.v1.data_pb2",
    "viam.gen.app.dataset.v1.dataset_pb2",
    "viam.gen.app.mltraining.v1.ml_training_pb2",
    "viam.gen.app.packages.v1.packages_pb2",
)
# Of these we have everything; of the others what we use.
COMPLETE_PACKAGES = ("viam.app.mltraining.v1.", "viam.app.dataset.v1.")


def differences(ours: Description, theirs: Description) -> list[str]:
    """What of ours is another thing there or missing, and what is new there where we have everything."""
    found = []
    for kind, named in ours.items():
        for name in sorted({*named, *(other for other in theirs[kind] if other.startswith(COMPLETE_PACKAGES))}):
            mine, other = named.get(name, {}), theirs[kind].get(name, {})
            looked_at = {*mine, *other} if name.startswith(COMPLETE_PACKAGES) or kind == "enums" else mine
            found += [f"{name}.{part}" for part in sorted(looked_at) if mine.get(part) != other.get(part)]
    return found


def describe(*modules: str) -> Description:
    described: Description = {"messages": {}, "enums": {}, "services": {}}
    for module in modules:
        file = FileDescriptorProto.FromString(importlib.import_module(module).DESCRIPTOR.serialized_pb)
        for name, message in _messages(file.package, file.message_type):
            described["messages"][name] = {field.name: _field(field, message) for field in message.field}
            _describe_enums(described, name, message.enum_type)
        _describe_enums(described, file.package, file.enum_type)
        for service in file.service:
            described["services"][f"{file.package}.{service.name}"] = {m.name: _method(m) for m in service.method}
    return described


def _messages(scope: str, messages: Any) -> Iterator[tuple[str, DescriptorProto]]:
    """Nested ones as well, among which are the entries of maps."""
    for message in messages:
        name = f"{scope}.{message.name}"
        yield name, message
        yield from _messages(name, message.nested_type)


def _describe_enums(described: Description, scope: str, enums: Any) -> None:
    for enum in enums:
        described["enums"][f"{scope}.{enum.name}"] = {value.name: value.number for value in enum.value}


def _field(field: FieldDescriptorProto, message: DescriptorProto) -> dict[str, Any]:
    alone = field.proto3_optional or not field.HasField("oneof_index")
    return {
        "number": field.number,
        "type": FieldDescriptorProto.Type.Name(field.type),
        "type_name": field.type_name,
        "label": FieldDescriptorProto.Label.Name(field.label),
        "optional": field.proto3_optional,
        "oneof": None if alone else message.oneof_decl[field.oneof_index].name,
    }


def _method(method: Any) -> dict[str, Any]:
    return {
        "input": method.input_type,
        "output": method.output_type,
        "streams": [method.client_streaming, method.server_streaming],
    }


if __name__ == "__main__":
    json.dump(describe(*sys.argv[1:]), sys.stdout)
