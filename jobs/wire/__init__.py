"""Protobuf messages <-> our words. What comes is not trusted: it may be unset, unknown, impossible or twice."""

from jobs.wire.catalog import (
    containers_from,
    datasets_from,
    labels_from,
    organization_from,
    organizations_from,
    script_from,
    scripts_from,
)
from jobs.wire.jobs import job_from, jobs_from, log_page_from
from jobs.wire.requests import custom_request, managed_request
from jobs.wire.values import is_usable_for_a_job

__all__ = [
    "containers_from",
    "custom_request",
    "datasets_from",
    "is_usable_for_a_job",
    "job_from",
    "jobs_from",
    "labels_from",
    "log_page_from",
    "managed_request",
    "organization_from",
    "organizations_from",
    "script_from",
    "scripts_from",
]
