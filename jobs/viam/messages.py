"""Protobuf messages to our values, and requests to messages: jobs, logs, organizations."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from hashlib import blake2b
from operator import attrgetter
from typing import cast

from jobs.domain import (
    MAX_TEXT,
    CloudJob,
    CloudOrganization,
    CustomJobRequest,
    JobStatus,
    ListedJob,
    LogLine,
    LogPage,
    ManagedJobRequest,
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
from protos import app_pb2, ml_training_pb2

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
    tell_left_out("organizations", len(found) - len(usable))
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


def tell_left_out(what: str, left_out: int) -> None:
    if left_out:
        logger.warning("%d %s came with an id that can't be stored, and were left out.", left_out, what)
