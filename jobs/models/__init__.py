"""What is ours to keep: credentials, the mirror of the cloud, and who did what."""

from jobs.models.actions import (
    COMMAND_LINE,
    LEASE,
    MAX_REASON,
    SENT_TO_THE_CLOUD,
    Actor,
    AuditEntry,
    lease_is_over,
)
from jobs.models.annotations import (
    MAX_NOTE,
    MAX_NOTES,
    MAX_TAG,
    MAX_TAGS,
    NO_MARKS,
    JobTag,
    Marks,
    Note,
    Star,
    marks_of,
    starred,
    tag_name,
    tagged,
)
from jobs.models.bulk import RUN_LEASE, BulkItem, BulkRun
from jobs.models.catalogue import Catalogue, DatasetCount, TrainedOn, trained_on
from jobs.models.credentials import ApiKey
from jobs.models.logs import LOG_LEASE, JobLog, LogLine, ReadPage
from jobs.models.memberships import Invitation, Membership, OnboardingDismissal, SavedView, address_key, lock_people
from jobs.models.mirror import Dataset, Job, Natural, Organization, Refresher, StatusChange
from jobs.models.persisting import persist, put_back, row_of, words_of
from jobs.models.submissions import MAX_KEY, Submission, can_be_made_again, request_of
from jobs.models.tokens import AccessToken

__all__ = [
    "COMMAND_LINE",
    "LEASE",
    "LOG_LEASE",
    "MAX_KEY",
    "MAX_NOTE",
    "MAX_NOTES",
    "MAX_REASON",
    "MAX_TAG",
    "MAX_TAGS",
    "NO_MARKS",
    "RUN_LEASE",
    "SENT_TO_THE_CLOUD",
    "AccessToken",
    "Actor",
    "ApiKey",
    "AuditEntry",
    "BulkItem",
    "BulkRun",
    "Catalogue",
    "Dataset",
    "DatasetCount",
    "Invitation",
    "Job",
    "JobLog",
    "JobTag",
    "LogLine",
    "Marks",
    "Membership",
    "Natural",
    "Note",
    "OnboardingDismissal",
    "Organization",
    "ReadPage",
    "Refresher",
    "SavedView",
    "Star",
    "StatusChange",
    "Submission",
    "TrainedOn",
    "address_key",
    "can_be_made_again",
    "lease_is_over",
    "lock_people",
    "marks_of",
    "persist",
    "put_back",
    "request_of",
    "row_of",
    "starred",
    "tag_name",
    "tagged",
    "trained_on",
    "words_of",
]
