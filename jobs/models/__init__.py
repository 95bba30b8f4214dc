"""What is ours to keep: credentials, the mirror of the cloud, and who did what."""

from jobs.models.actions import AuditEntry
from jobs.models.catalogue import Catalogue
from jobs.models.credentials import ApiSettings
from jobs.models.logs import JobLog, LogLine
from jobs.models.mirror import Dataset, Job, Organization, StatusChange

__all__ = [
    "ApiSettings",
    "AuditEntry",
    "Catalogue",
    "Dataset",
    "Job",
    "JobLog",
    "LogLine",
    "Organization",
    "StatusChange",
]
