"""The words of the field: what a job is, what may be asked of it, what is sent to the cloud and what comes back.

Plain values. They import nothing of ours, so that everything else may import them.
"""

from jobs.domain.audit_actions import AUDIT_ACTIONS, ActionWords, actions_by_noun
from jobs.domain.choices import (
    ACTIVE_STATUSES,
    GONE,
    MANAGED_FRAMEWORKS,
    MANAGED_TYPES,
    STATUS_ORDER,
    UNKNOWN,
    JobStatus,
    ModelFramework,
    ModelType,
    OpenChoices,
)
from jobs.domain.cloud import (
    CloudDataset,
    CloudJob,
    CloudOrganization,
    Container,
    Credentials,
    ListedJob,
    LogLine,
    LogPage,
    TrainingScript,
    in_brief,
    key_name,
)
from jobs.domain.life import Life, Spans, is_within, later, spans
from jobs.domain.requests import (
    ARGUMENT_KEY,
    MAX_ARGUMENTS,
    MAX_TEXT,
    MODEL_NAME,
    RESERVED_ARGUMENTS,
    VERSION_LAYOUT,
    CustomJobRequest,
    JobRequest,
    ManagedJobRequest,
)
from jobs.domain.roles import GRANTABLE, Role
from jobs.domain.secret_names import HIDDEN, looks_secret, without_secrets

__all__ = [
    "ACTIVE_STATUSES",
    "ARGUMENT_KEY",
    "AUDIT_ACTIONS",
    "GONE",
    "GRANTABLE",
    "HIDDEN",
    "MANAGED_FRAMEWORKS",
    "MANAGED_TYPES",
    "MAX_ARGUMENTS",
    "MAX_TEXT",
    "MODEL_NAME",
    "RESERVED_ARGUMENTS",
    "STATUS_ORDER",
    "UNKNOWN",
    "VERSION_LAYOUT",
    "ActionWords",
    "CloudDataset",
    "CloudJob",
    "CloudOrganization",
    "Container",
    "Credentials",
    "CustomJobRequest",
    "JobRequest",
    "JobStatus",
    "Life",
    "ListedJob",
    "LogLine",
    "LogPage",
    "ManagedJobRequest",
    "ModelFramework",
    "ModelType",
    "OpenChoices",
    "Role",
    "Spans",
    "TrainingScript",
    "actions_by_noun",
    "in_brief",
    "is_within",
    "key_name",
    "later",
    "looks_secret",
    "spans",
    "without_secrets",
]
