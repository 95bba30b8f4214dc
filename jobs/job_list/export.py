"""Jobs for programs and spreadsheets: everything that is known of them, as plain values."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from jobs.job_list.columns import TOLD, told
from jobs.job_list.filters import Filters
from jobs.models import Organization


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
    yield [*TOLD]
    for job in found.select_related("submitted_by").order_by(*filters.order()).iterator(chunk_size=500):
        yield [_cell(value) for value in told(job).values()]


def _cell(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, dict):
        return ", ".join(f"{key}={one}" for key, one in value.items())
    return "" if value is None else str(value)
