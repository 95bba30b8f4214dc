"""Protobuf messages to our values, and requests to messages: jobs, logs, and what jobs are made from."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from hashlib import blake2b
from operator import attrgetter
from typing import cast

from jobs.domain import (
    MAX_TEXT,
    CloudDataset,
    CloudJob,
    CloudOrganization,
    Container,
    CustomJobRequest,
    JobStatus,
    ListedJob,
    LogLine,
    LogPage,
    ManagedJobRequest,
    TrainingScript,
    natural,
)
from jobs.viam.values import (
    EPOCH,
    FRAMEWORKS,
    NUL,
    STATUSES,
    TYPES,
    is_usable,
    is_usable_for_a_job,
    moment,
    short,
    text,
)
from protos import app_pb2, dataset_pb2, ml_training_pb2, packages_pb2

logger = logging.getLogger(__name__)

IDS_PER_LINE = 20
# Of an id that is too long, its beginning tells which one it was.
ID_IN_LINE = 60
JOB_TEXTS = attrgetter(
    "id",
    "organization_id",
    "model_name",
    "model_version",
    "dataset_id",
    "registry_item_id",
    "registry_item_version",
    "container_version",
    "container_id",
    "synced_model_id",
)


class Listed:
    """A ListedJob: the message, read when it is asked for."""

    __slots__ = ("_message", "id")

    def __init__(self, message: ml_training_pb2.TrainingJobMetadata) -> None:
        self.id, self._message = message.id, message

    @property
    def status(self) -> JobStatus:
        return STATUSES[self._message.status]

    @property
    def last_modified(self) -> datetime | None:
        return moment(self._message.last_modified)

    @property
    def digest(self) -> int:
        """64 bits of the whole message, unknown fields included. Maps are sorted: their order means nothing."""
        message = self._message.SerializeToString(deterministic=True)
        return int.from_bytes(blake2b(message, digest_size=8).digest(), "big", signed=True)

    def whole(self) -> CloudJob:
        return job_from(self._message)


def jobs_from(messages: Iterable[ml_training_pb2.TrainingJobMetadata], organization_id: str) -> list[ListedJob]:
    """The jobs of one answer, each once. What is wrong with an answer is logged, by ids and in one line a kind."""
    found: dict[str, ListedJob] = {}
    odd: dict[str, list[str]] = defaultdict(list)
    for message in messages:
        job = Listed(message)
        if not is_usable_for_a_job(job.id):
            complaint = "with an id that can't be stored, dropped" if job.id else "without an id, dropped"
            odd[complaint].append(job.id[:ID_IN_LINE] or "-")
        elif message.organization_id not in ("", organization_id):
            odd["of another organization, dropped"].append(job.id)
        elif job.id in found:
            odd["twice, the later modified one counts"].append(job.id)
            found[job.id] = max(found[job.id], job, key=lambda twin: twin.last_modified or EPOCH)
        else:
            found[job.id] = job
    for what, ids in odd.items():
        logger.warning("Organization %s: %d jobs came %s: %s", organization_id, len(ids), what, ids[:IDS_PER_LINE])
    return list(found.values())


def job_from(message: ml_training_pb2.TrainingJobMetadata) -> CloudJob:
    """One job, whatever the message holds; it may lack an id. Texts are fit for a database and its indexes."""
    texts: tuple[str, ...] = JOB_TEXTS(message)
    labels = tuple(message.tags)
    # One look over all texts is cheaper than one look at each.
    together = "".join(texts + labels)
    if NUL in together or len(together) > MAX_TEXT:
        texts, labels = tuple(map(short, texts)), tuple(map(short, labels))
    job_id, organization, name, version, dataset, script, script_version, container_version, container, model = texts
    failed = message.HasField("error_status")
    arguments, resources = message.arguments, message.deployment_modular_resources
    return CloudJob(
        id=job_id,
        organization_id=organization,
        status=STATUSES[message.status],
        created_on=moment(message.created_on),
        last_modified=moment(message.last_modified),
        training_started=moment(message.training_started),
        training_ended=moment(message.training_ended),
        model_name=name,
        model_version=version,
        model_type=TYPES[message.model_type],
        model_framework=FRAMEWORKS[message.model_framework],
        is_custom=message.is_custom_job,
        dataset_id=dataset,
        labels=labels,
        script_id=script,
        script_version=script_version,
        container_version=container_version,
        container_id=container,
        arguments={text(key): text(value) for key, value in arguments.items()} if arguments else {},
        resources=tuple(map(text, resources)) if resources else (),
        synced_model_id=model,
        error_code=message.error_status.code if failed else None,
        error_message=text(message.error_status.message) if failed else "",
    )


def log_page_from(message: ml_training_pb2.GetTrainingJobLogsResponse) -> LogPage:
    """Lines in the order of their arrival. The token goes back to the cloud, so it stays as it came, or is none."""
    lines = [LogLine(text(line.level), moment(line.time), text(line.message)) for line in message.logs]
    token = message.next_page_token
    return LogPage(lines=lines, next_token="" if NUL in token else token)


# What a person asks for, as the message that asks the cloud for it.


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


# As long as our columns are.
MAX_ORGANIZATION_ID = MAX_REGION = MAX_KEY_NAME = 100
MAX_ORGANIZATION_NAME = 255


def organizations_from(messages: Iterable[app_pb2.Organization]) -> list[CloudOrganization]:
    """Organizations in the cloud's order; one without an id that we could store is no organization."""
    found = [message for message in messages if message.id]
    usable = [message for message in found if is_usable(message.id, MAX_ORGANIZATION_ID)]
    _tell("organizations", len(found) - len(usable))
    return [organization_from(message) for message in usable]


def organization_from(message: app_pb2.Organization) -> CloudOrganization:
    return CloudOrganization(
        id=text(message.id),
        name=short(message.name, MAX_ORGANIZATION_NAME),
        namespace=short(message.public_namespace, MAX_ORGANIZATION_NAME),
        region=short(message.default_region, MAX_REGION),
    )


def key_name_from(messages: Iterable[app_pb2.APIKeyWithAuthorizations], key_id: str) -> str:
    """The name alone: an answer might hold the keys themselves."""
    names = (message.api_key.name for message in messages if message.api_key.id == key_id)
    return short(next(names, "").strip(), MAX_KEY_NAME)


def datasets_from(messages: Iterable[dataset_pb2.Dataset], organization_id: str) -> list[CloudDataset]:
    """Datasets in the cloud's order, without those that say that they are another organization's; each id once."""
    found = {message.id: message for message in messages if message.organization_id in ("", organization_id)}
    usable = [message for message in found.values() if is_usable(message.id)]
    _tell("datasets", len(found) - len(usable))
    return [
        CloudDataset(
            id=message.id,
            name=short(message.name),
            is_sequence=message.type == dataset_pb2.DATASET_TYPE_SEQUENCE_DATA,
            created_on=moment(message.time_created),
        )
        for message in usable
    ]


def _tell(what: str, left_out: int) -> None:
    if left_out:
        logger.warning("%d %s came with an id that can't be stored, and were left out.", left_out, what)


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
