"""Datasets, each with the jobs that trained on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, F, Max, OuterRef, Q, Subquery

from jobs.domain import ACTIVE_STATUSES, JobStatus, ModelType, success_rate
from jobs.models import Dataset, DatasetCount, Job, Organization, TrainedOn, trained_on
from jobs.storing import note
from jobs.submit.fitness import LabelOffer, offer_labels
from jobs.sync import dataset_counts
from jobs.ui.text import words_of

DATASETS_A_PAGE = 100
# On a dataset's page: its last jobs, and its last counts, which are some two a day where people train every day.
JOBS_SHOWN = 10
MAX_COUNTS = 500


@dataclass(frozen=True, slots=True)
class DatasetEntry:
    """A dataset, and its jobs by how they ended; those that vanished from the cloud count. `images` as of the last
    count, None where nobody has counted them yet.
    """

    dataset: Dataset
    images: int | None = None
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
    return DatasetList(_entries(organization, datasets[:DATASETS_A_PAGE]), page, len(datasets) > DATASETS_A_PAGE)


@dataclass(frozen=True, slots=True)
class DatasetPage:
    """A dataset with its newest jobs and its counts, the oldest first."""

    entry: DatasetEntry
    jobs: list[tuple[Job, TrainedOn | None]]
    counts: list[DatasetCount]

    @property
    def points(self) -> list[tuple[datetime, int]]:
        """Its images over time."""
        return [(count.counted_at, count.images) for count in self.counts]


def get_dataset(organization: Organization, viam_id: str) -> DatasetPage:
    """Raises Dataset.DoesNotExist."""
    dataset = organization.datasets.get(viam_id=viam_id)
    [entry] = _entries(organization, [dataset])
    newest = organization.jobs.filter(dataset_id=viam_id).select_related("organization")
    jobs = list(newest.order_by("-sorted_on", "-id")[:JOBS_SHOWN])
    known = trained_on(organization, [job.viam_id for job in jobs])
    counts = list(dataset.counts.order_by("-counted_at", "-pk")[:MAX_COUNTS])
    return DatasetPage(entry, [(job, known.get(job.viam_id)) for job in jobs], counts[::-1])


def count_labels(organization: Organization, viam_id: str) -> list[tuple[str, LabelOffer]]:
    """What the cloud counts in it now, by whole images and by boxes, as classification and detection need it. How many
    images there are is kept.
    """
    tags = offer_labels(organization, viam_id, ModelType.SINGLE_LABEL_CLASSIFICATION)
    boxes = offer_labels(organization, viam_id, ModelType.OBJECT_DETECTION)
    counts = dataset_counts.count(organization, viam_id, asks=False)
    note(lambda: dataset_counts.keep(organization, viam_id, counts))
    return [("Image labels", tags), ("Box labels", boxes)]


def _entries(organization: Organization, datasets: list[Dataset]) -> list[DatasetEntry]:
    counts = _counts(organization, [dataset.viam_id for dataset in datasets])
    newest = DatasetCount.objects.filter(dataset=OuterRef("pk")).order_by("-counted_at", "-pk")
    counted = Dataset.objects.filter(pk__in=[dataset.pk for dataset in datasets])
    images = dict(counted.annotate(images=Subquery(newest.values("images")[:1])).values_list("pk", "images"))
    return [DatasetEntry(one, images.get(one.pk), *counts.get(one.viam_id, ())) for one in datasets]


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
