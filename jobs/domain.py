"""The words of the field: what a job is, what may be asked of it, what is sent to the cloud and what comes back.

Plain values. They import nothing of ours, so that everything else may import them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Self

from django.db import models

# Viam's own rule for package names, read off its command line (`^[a-zA-Z0-9][-\w]*$`, at most 200 characters).
MODEL_NAME = re.compile(r"[a-zA-Z0-9][-\w]{0,199}", re.ASCII)
ARGUMENT_KEY = re.compile(r"[a-zA-Z0-9_-]+")
# Set by the platform itself when it starts a script (viam.md, section 4.6).
RESERVED_ARGUMENTS = frozenset(
    {"dataset_file", "model_output_directory", "binary_data_file", "tabular_data_file", "sequences_file"}
)
# Viam's command line and web app name a version by the time of its submission.
VERSION_LAYOUT = "%Y-%m-%dT%H-%M-%S"


class OpenChoices(models.IntegerChoices):
    """An enum of the wire: a number that does not exist yet becomes a member "Unknown (n)" instead of an error."""

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        if not isinstance(value, int):
            return None
        unknown = int.__new__(cls, value)
        unknown._name_ = f"UNKNOWN_{value}"
        unknown._value_ = value
        unknown._label_ = f"Unknown ({value})"
        return unknown

    @property
    def word(self) -> str:
        """The choice as it stands in addresses and attributes, for instance `in_progress`."""
        return self.name.lower() if self.is_known else UNKNOWN

    @property
    def is_known(self) -> bool:
        return self.value in type(self).values

    @classmethod
    def from_word(cls, word: str) -> Self | None:
        return next((choice for choice in cls if choice.word == word), None)


class JobStatus(OpenChoices):
    """`viam.app.mltraining.v1.TrainingStatus`. The numbers are Viam's and tell no order: CANCELING is last."""

    UNSPECIFIED = 0, "Unspecified"
    PENDING = 1, "Pending"
    IN_PROGRESS = 2, "In progress"
    COMPLETED = 3, "Completed"
    FAILED = 4, "Failed"
    CANCELED = 5, "Canceled"
    CANCELING = 6, "Canceling"

    @property
    def is_final(self) -> bool:
        """Ended. A status that we don't know counts as active: we keep looking."""
        return self in (JobStatus.COMPLETED, JobStatus.FAILED, JobStatus.CANCELED)

    @property
    def can_cancel(self) -> bool:
        return self in (JobStatus.PENDING, JobStatus.IN_PROGRESS)


ACTIVE_STATUSES = (JobStatus.PENDING, JobStatus.IN_PROGRESS, JobStatus.CANCELING)
# Jobs that vanished from the cloud have no status of their own there; in addresses and counts they are this word.
GONE = "gone"
UNKNOWN = "unknown"
# The order in which people look: what runs, what waits, what went wrong, what is over.
STATUS_ORDER = (
    JobStatus.IN_PROGRESS,
    JobStatus.PENDING,
    JobStatus.CANCELING,
    JobStatus.FAILED,
    JobStatus.COMPLETED,
    JobStatus.CANCELED,
)


class ModelType(OpenChoices):
    """`viam.app.mltraining.v1.ModelType`. Many custom jobs leave it unspecified."""

    UNSPECIFIED = 0, "Unspecified"
    SINGLE_LABEL_CLASSIFICATION = 1, "Single-label classification"
    MULTI_LABEL_CLASSIFICATION = 2, "Multi-label classification"
    OBJECT_DETECTION = 3, "Object detection"

    @property
    def fewest_labels(self) -> int:
        """How many labels a managed job of this type must choose (viam.md: two for classification)."""
        return 1 if self == ModelType.OBJECT_DETECTION else 2


class ModelFramework(OpenChoices):
    """`viam.app.mltraining.v1.ModelFramework`. Managed training offers TFLite and TensorFlow only."""

    UNSPECIFIED = 0, "Unspecified"
    TFLITE = 1, "TensorFlow Lite"
    TENSORFLOW = 2, "TensorFlow"
    PYTORCH = 3, "PyTorch"
    ONNX = 4, "ONNX"
    REGISTRY = 5, "Registry"


MANAGED_FRAMEWORKS = (ModelFramework.TFLITE, ModelFramework.TENSORFLOW)
MANAGED_TYPES = (
    ModelType.OBJECT_DETECTION,
    ModelType.SINGLE_LABEL_CLASSIFICATION,
    ModelType.MULTI_LABEL_CLASSIFICATION,
)


@dataclass(frozen=True, slots=True)
class Credentials:
    """An API key of Viam. The key itself never shows in a repr."""

    key_id: str
    key: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class CloudOrganization:
    """An organization as the cloud tells of it (`viam.app.v1.Organization`)."""

    id: str
    name: str
    namespace: str = ""
    region: str = ""


@dataclass(frozen=True, slots=True)
class CloudDataset:
    """A dataset as the cloud tells of it (`viam.app.dataset.v1.Dataset`)."""

    id: str
    name: str
    is_sequence: bool = False
    created_on: datetime | None = None


# Not frozen as its fellows are: a refresh makes ten thousand of them, and freezing would cost a fifth of that time.
@dataclass(slots=True)
class CloudJob:
    """A training job as the cloud tells of it (`TrainingJobMetadata`). Times are aware, in UTC; None where unset."""

    id: str
    organization_id: str
    status: JobStatus
    created_on: datetime | None = None
    last_modified: datetime | None = None
    training_started: datetime | None = None
    training_ended: datetime | None = None
    model_name: str = ""
    model_version: str = ""
    model_type: ModelType = ModelType.UNSPECIFIED
    model_framework: ModelFramework = ModelFramework.UNSPECIFIED
    is_custom: bool = False
    dataset_id: str = ""
    labels: Sequence[str] = ()
    script_id: str = ""
    script_version: str = ""
    container_version: str = ""
    container_id: str = ""
    arguments: Mapping[str, str] = field(default_factory=dict)
    resources: Sequence[str] = ()
    synced_model_id: str = ""
    error_code: int | None = None
    error_message: str = ""


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line of a job's log as the cloud delivers it; its level is often wrong (viam.md, Logs)."""

    level: str
    time: datetime | None
    message: str


@dataclass(frozen=True, slots=True)
class LogPage:
    """Lines and the token of the page after them, empty at the end."""

    lines: Sequence[LogLine]
    next_token: str


@dataclass(frozen=True, slots=True)
class Container:
    """Where a custom job runs. `end_of_life` is None when the cloud tells none."""

    key: str
    id: str = ""
    uri: str = ""
    framework: str = ""
    description: str = ""
    end_of_life: datetime | None = None
    is_own: bool = False


@dataclass(frozen=True, slots=True)
class TrainingScript:
    """A training script of the registry; `versions` newest first."""

    id: str
    name: str
    description: str = ""
    is_public: bool = False
    model_type: ModelType = ModelType.UNSPECIFIED
    model_framework: ModelFramework = ModelFramework.UNSPECIFIED
    versions: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class ManagedJobRequest:
    """What a person asks Viam's own training to do (`SubmitTrainingJobRequest`)."""

    dataset_id: str
    model_name: str
    model_version: str
    model_type: ModelType
    model_framework: ModelFramework
    labels: Sequence[str]

    def as_json(self) -> dict[str, Any]:
        return {
            "kind": "managed",
            "dataset": self.dataset_id,
            "name": self.model_name,
            "version": self.model_version,
            "type": self.model_type.word,
            "framework": self.model_framework.word,
            "labels": list(self.labels),
        }


@dataclass(frozen=True, slots=True)
class CustomJobRequest:
    """What a person asks a training script to do (`SubmitCustomTrainingJobRequest`)."""

    dataset_id: str
    model_name: str
    model_version: str
    script_id: str
    script_version: str
    container_version: str = ""
    container_id: str = ""
    arguments: Mapping[str, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return {
            "kind": "custom",
            "dataset": self.dataset_id,
            "name": self.model_name,
            "version": self.model_version,
            "script": self.script_id,
            "script_version": self.script_version,
            "container": self.container_version,
            "container_id": self.container_id,
            "arguments": dict(self.arguments),
        }


JobRequest = ManagedJobRequest | CustomJobRequest


@dataclass(frozen=True, slots=True)
class Spans:
    """How long a job waited and how long it ran so far; None where it can't be said."""

    queued: timedelta | None
    running: timedelta | None


def spans(
    *, created: datetime | None, started: datetime | None, ended: datetime | None, now: datetime, is_final: bool
) -> Spans:
    """Queued = started - created, running = ended - started; still going on until `now`. Never negative.

    A job that ended without having started only waited: until its end when that is known.
    """
    until = ended or (None if is_final else now)
    return Spans(_between(created, started or until), _between(started, until) if started else None)


def _between(start: datetime | None, end: datetime | None) -> timedelta | None:
    return max(end - start, timedelta()) if start and end else None
