"""The enums of the wire as choices that answer questions, numbers that don't exist yet included; and roles: what
somebody may do in an organization."""

from __future__ import annotations

from typing import Self

from django.db import models

# Jobs that vanished from the cloud have no status of their own there; in addresses and counts they are this word.
GONE = "gone"
UNKNOWN = "unknown"


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

    UNSPECIFIED = 0, "Unknown"
    PENDING = 1, "Queued"
    IN_PROGRESS = 2, "Running"
    COMPLETED = 3, "Completed"
    FAILED = 4, "Failed"
    CANCELED = 5, "Canceled"
    CANCELING = 6, "Canceling"

    @property
    def word(self) -> str:
        """Of a status that the cloud leaves out as of one that we don't know: people look for both in one place."""
        return super().word if self else UNKNOWN

    @property
    def is_final(self) -> bool:
        """Ended. A status that we don't know counts as active: we keep looking."""
        return self in (JobStatus.COMPLETED, JobStatus.FAILED, JobStatus.CANCELED)

    @property
    def can_cancel(self) -> bool:
        return self in (JobStatus.PENDING, JobStatus.IN_PROGRESS)


ACTIVE_STATUSES = (JobStatus.PENDING, JobStatus.IN_PROGRESS, JobStatus.CANCELING)
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

    UNSPECIFIED = 0, "Other"
    SINGLE_LABEL_CLASSIFICATION = 1, "Single-label classification"
    MULTI_LABEL_CLASSIFICATION = 2, "Multi-label classification"
    OBJECT_DETECTION = 3, "Object detection"

    @property
    def fewest_labels(self) -> int:
        """How many labels a managed job of this type must choose. Viam's documentation asks for two for any
        classification, but an image with none of them is a class of its own where each has one.
        """
        return 2 if self == ModelType.MULTI_LABEL_CLASSIFICATION else 1


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


class Role(models.IntegerChoices):
    """Roles are compared: `role >= Role.OPERATOR`. A site's owner has the highest one everywhere, and no membership."""

    VIEWER = 1, "Viewer"
    OPERATOR = 2, "Operator"
    ADMINISTRATOR = 3, "Administrator"
    OWNER = 9, "Site owner"

    @property
    def word(self) -> str:
        return self.name.lower()

    @property
    def may_operate(self) -> bool:
        """Submit, resubmit, cancel, delete."""
        return self >= Role.OPERATOR

    @property
    def may_administer(self) -> bool:
        """Members and invitations, and the API keys that this organization depends on."""
        return self >= Role.ADMINISTRATOR

    @property
    def meaning(self) -> str:
        return MEANINGS[self]


MEANINGS = {
    Role.VIEWER: "Sees jobs, logs and models.",
    Role.OPERATOR: "Also submits, resubmits, cancels and deletes jobs.",
    Role.ADMINISTRATOR: "Also looks after members and API keys.",
    Role.OWNER: "May do everything, everywhere on this site.",
}
# What a membership can be; owning the site is not a matter of one organization.
GRANTABLE = [Role.VIEWER, Role.OPERATOR, Role.ADMINISTRATOR]
