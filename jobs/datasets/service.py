"""Datasets, each with the jobs that trained on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, F, Max, Q

from jobs.domain import ACTIVE_STATUSES, JobStatus, success_rate
from jobs.models import Dataset, Organization
from jobs.ui.text import words_of

DATASETS_A_PAGE = 100


@dataclass(frozen=True, slots=True)
class DatasetEntry:
    """A dataset, and its jobs by how they ended; those that vanished from the cloud count."""

    dataset: Dataset
    jobs: int = 0
    completed: int = 0
    failed: int = 0
    active: int = 0
    last_job: datetime | None = None

    @property
    def success_rate(self) -> float | None:
        """The share of completed jobs among those that completed or failed; None when none did."""
        return success_rate(self.completed, self.failed)


@dataclass(frozen=True, slots=True)
class DatasetList:
    """A page of an organization's datasets; pages count from 1."""

    datasets: list[DatasetEntry]
    page: int
    has_more: bool


def list_datasets(organization: Organization, query: str = "", page: int = 1) -> DatasetList:
    """The newest first; every word of `query` is in the name or the id."""
    found = organization.datasets.order_by(F("created_on").desc(nulls_last=True), "name", "pk")
    for word in words_of(query):
        found = found.filter(Q(name__icontains=word) | Q(viam_id__icontains=word))
    start = (page - 1) * DATASETS_A_PAGE
    datasets = list(found[start : start + DATASETS_A_PAGE + 1])
    shown = datasets[:DATASETS_A_PAGE]
    counts = _counts(organization, [dataset.viam_id for dataset in shown])
    entries = [DatasetEntry(dataset, *counts.get(dataset.viam_id, ())) for dataset in shown]
    return DatasetList(entries, page, len(datasets) > DATASETS_A_PAGE)


def _counts(organization: Organization, ids: list[str]) -> dict[str, Sequence[Any]]:
    """What an entry holds of each of these datasets, in its order."""
    counted = organization.jobs.filter(dataset_id__in=ids).order_by().values("dataset_id")
    figures = counted.annotate(
        jobs=Count("id"),
        completed=Count("id", filter=Q(status=JobStatus.COMPLETED)),
        failed=Count("id", filter=Q(status=JobStatus.FAILED)),
        active=Count("id", filter=Q(status__in=ACTIVE_STATUSES, missing_since=None)),
        last_job=Max("sorted_on"),
    ).values_list("dataset_id", "jobs", "completed", "failed", "active", "last_job")
    return {viam_id: told for viam_id, *told in figures}
