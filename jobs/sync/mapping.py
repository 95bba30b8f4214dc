"""From a job of the cloud to a row of ours."""

from __future__ import annotations

import json
from datetime import datetime
from hashlib import blake2b
from typing import Any

from django.utils import timezone

from jobs.domain import CloudJob, JobStatus
from jobs.error_fingerprint import alike
from jobs.models import Job, Organization, StatusChange

BATCH = 500
# Of PositiveIntegerField; 68 years.
MAX_LENGTH = 2**31 - 1

MIRRORED = (
    "status",
    "created_on",
    "last_modified",
    "training_started",
    "training_ended",
    "model_name",
    "model_version",
    "model_type",
    "model_framework",
    "is_custom",
    "dataset_id",
    "labels",
    "script_id",
    "script_version",
    "container_version",
    "container_id",
    "arguments",
    "resources",
    "synced_model_id",
    "error_code",
    "error_message",
)
OURS = (
    "sorted_on",
    "missing_since",
    "request_number",
    "digest",
    "version",
    "search_text",
    "queued_seconds",
    "ran_seconds",
    "recipe_hash",
    "failure",
)


def values_of(job: CloudJob) -> dict[str, Any]:
    values = {name: getattr(job, name) for name in MIRRORED}
    values.update(
        status=int(job.status),
        model_type=int(job.model_type),
        model_framework=int(job.model_framework),
        labels=list(job.labels),
        arguments=dict(job.arguments),
        resources=list(job.resources),
    )
    return values


def shape(row: Job, organization: Organization) -> None:
    row.sorted_on = row.created_on or row.seen_at
    row.version = organization.version + 1
    words = (row.model_name, row.model_version, row.viam_id, row.dataset_id, row.script_id, *row.labels)
    row.search_text = "\n".join(words).lower()
    row.queued_seconds = whole_seconds(row.created_on, row.training_started)
    row.ran_seconds = whole_seconds(row.training_started, row.training_ended)
    row.recipe_hash = fingerprint(row.is_custom, row.model_type, row.script_id, row.dataset_id)
    row.failure = alike(row.error_message) if row.status == JobStatus.FAILED else None


def whole_seconds(start: datetime | None, end: datetime | None) -> int | None:
    """Never negative, and no more than a column holds; None until both are known."""
    return min(max(0, int((end - start).total_seconds())), MAX_LENGTH) if start and end else None


def fingerprint(*parts: object) -> int:
    """A number of 64 bits for some values, the same in every process; that two of them share one does not happen."""
    digest = blake2b(json.dumps(parts).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


def turn(row: Job) -> StatusChange:
    return StatusChange(job=row, status=row.status, seen_at=timezone.now(), cloud_time=row.last_modified)
