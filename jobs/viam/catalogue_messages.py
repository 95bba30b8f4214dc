"""Protobuf messages of what jobs are made from to our values: datasets, their labels, containers, training scripts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from jobs.domain import CloudDataset, Container, TrainingScript, natural
from jobs.viam.messages import tell_left_out
from jobs.viam.values import EPOCH, FRAMEWORKS, TYPES, is_usable, moment, short, text
from protos import app_pb2, dataset_pb2, ml_training_pb2, packages_pb2


def datasets_from(messages: Iterable[dataset_pb2.Dataset], organization_id: str) -> list[CloudDataset]:
    """Datasets in the cloud's order, without those that say that they are another organization's; each id once."""
    found = {message.id: message for message in messages if message.organization_id in ("", organization_id)}
    usable = [message for message in found.values() if is_usable(message.id)]
    tell_left_out("datasets", len(found) - len(usable))
    return [
        CloudDataset(
            id=message.id,
            name=short(message.name),
            is_sequence=message.type == dataset_pb2.DATASET_TYPE_SEQUENCE_DATA,
            created_on=moment(message.time_created),
        )
        for message in usable
    ]


def labels_from(values: Iterable[str]) -> list[str]:
    """Labels sorted, each once."""
    return sorted({text(value) for value in values if value})


def containers_from(
    supported: Mapping[str, ml_training_pb2.Container],
    listed: Iterable[ml_training_pb2.Container],
    organization_id: str,
) -> list[Container]:
    """Own containers, then Viam's, each once: `listed` repeats some of the `supported`."""
    found: dict[tuple[bool, str], Container] = {}
    for key, message in supported.items():
        found[False, message.key or key] = _container_from(message, key=message.key or key)
    for message in listed:
        is_own = message.organization_id == organization_id
        # Two images of one's own may share a key, which is made from image and tag.
        name = message.id or message.key if is_own else message.key or message.id
        found.setdefault((is_own, name), _container_from(message, key=message.key, is_own=is_own))
    return sorted(found.values(), key=lambda container: (not container.is_own, container.key))


def _container_from(message: ml_training_pb2.Container, *, key: str, is_own: bool = False) -> Container:
    return Container(
        key=text(key),
        id=text(message.id),
        uri=text(message.uri),
        framework=text(message.framework),
        description=text(message.description),
        end_of_life=moment(message.eol),
        is_own=is_own,
    )


def scripts_from(messages: Iterable[app_pb2.RegistryItem], organization_id: str) -> list[TrainingScript]:
    """Training scripts by name, own ones first, each once; drafts of others are left out."""
    found: dict[tuple[bool, str, str], TrainingScript] = {}
    for message in messages:
        is_foreign = message.organization_id != organization_id
        is_hidden = is_foreign and message.ml_training_metadata.draft
        if message.item_id and is_script(message) and not is_hidden:
            script = script_from(message)
            found[is_foreign, script.name.casefold(), script.id] = script
    return [found[place] for place in sorted(found)]


def is_script(message: app_pb2.RegistryItem) -> bool:
    return message.type == packages_pb2.PACKAGE_TYPE_ML_TRAINING


def _age(version: app_pb2.MLTrainingVersion) -> tuple[datetime, str]:
    return moment(version.created_on) or EPOCH, natural(version.version)


def script_from(message: app_pb2.RegistryItem) -> TrainingScript:
    """A script; its versions newest first, those without a time last."""
    about = message.ml_training_metadata
    versions = sorted(about.versions, key=_age, reverse=True)
    return TrainingScript(
        id=text(message.item_id),
        name=text(message.name),
        description=text(message.description),
        is_public=message.visibility == app_pb2.VISIBILITY_PUBLIC,
        model_type=TYPES[about.model_type],
        model_framework=FRAMEWORKS[about.model_framework],
        versions=tuple(text(version.version) for version in versions),
        deprecated=_why_deprecated(message),
    )


def _why_deprecated(message: app_pb2.RegistryItem) -> str:
    if not message.HasField("deprecated_status"):
        return ""
    return short(message.deprecated_status.message.strip()) or "No reason is given."
