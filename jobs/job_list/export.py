"""Jobs for programs and spreadsheets: everything that is known of them, as plain values."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from jobs.domain import GONE, without_secrets
from jobs.job_list.filters import Filters
from jobs.models import Job, Organization

COLUMNS = [
    *("id", "status", "model", "version", "kind", "type", "framework", "dataset_id", "labels", "script"),
    *("script_version", "container", "arguments", "submitted_by", "created", "started", "ended", "modified"),
    *("error_code", "error"),
]


@dataclass(frozen=True, slots=True)
class Portion:
    """Some of the jobs that match, `total` of all; `next` is the query of the following portion, empty for the last."""

    jobs: list[dict[str, Any]]
    total: int
    next: str


def portion_of(organization: Organization, filters: Filters, me: str = "") -> Portion:
    """The page that `filters` ask for."""
    found = organization.jobs.matching(filters, me)
    total, start = found.count(), (filters.page - 1) * filters.per
    rows = found.select_related("submitted_by").order_by(*filters.order())[start : start + filters.per]
    is_last = start + filters.per >= total
    return Portion([told(job) for job in rows], total, "" if is_last else filters.to_address(page=filters.page + 1))


def all_rows(organization: Organization, filters: Filters, me: str = "") -> Iterator[list[str]]:
    """All that match, as rows of a table, headings first; read in portions."""
    found = organization.jobs.matching(filters, me)
    yield COLUMNS
    for job in found.select_related("submitted_by").order_by(*filters.order()).iterator(chunk_size=500):
        yield [_cell(value) for value in told(job).values()]


def told(job: Job) -> dict[str, Any]:
    """One job; times are ISO 8601 in UTC, None where there is none yet."""
    values = [
        *(job.viam_id, GONE if job.gone_at else job.state.word, job.model_name, job.model_version),
        *("custom" if job.is_custom else "managed", job.type.word, job.framework.word, job.dataset_id, job.labels),
        *(job.script_id, job.script_version, job.container_version or job.container_id),
        without_secrets(job.arguments),
        *(job.submitted_by.get_username() if job.submitted_by else None, _time(job.created_on)),
        *(_time(job.training_started), _time(job.training_ended), _time(job.last_modified)),
        *(job.error_code, job.error_message),
    ]
    return dict(zip(COLUMNS, values, strict=True))


def _time(value: datetime | None) -> str | None:
    return value.isoformat() if value else None


def _cell(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, dict):
        return ", ".join(f"{key}={one}" for key, one in value.items())
    return "" if value is None else str(value)
