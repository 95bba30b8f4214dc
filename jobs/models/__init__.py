"""What is ours to keep: credentials, the mirror of the cloud, and who did what."""

from jobs.models.actions import COMMAND_LINE, Actor, AuditEntry
from jobs.models.catalogue import Catalogue
from jobs.models.credentials import ApiSettings
from jobs.models.logs import JobLog, LogLine
from jobs.models.mirror import Dataset, Job, Organization, StatusChange
from jobs.models.people import Invitation, Membership

__all__ = [
    "COMMAND_LINE",
    "Actor",
    "ApiSettings",
    "AuditEntry",
    "Catalogue",
    "Dataset",
    "Invitation",
    "Job",
    "JobLog",
    "LogLine",
    "Membership",
    "Organization",
    "StatusChange",
]
