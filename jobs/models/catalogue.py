"""What a job can be made of: training scripts and containers, as the cloud listed them last, and how many images
datasets had when.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db import models
from django.utils.dateparse import parse_datetime

from jobs.domain import Container, ModelFramework, ModelType, TrainingScript
from jobs.models.mirror import Dataset, Organization
from jobs.models.submissions import Submission


class Catalogue(models.Model):
    """One row per organization, replaced as a whole; a list that the cloud did not give stays as it was."""

    organization = models.OneToOneField(Organization, on_delete=models.CASCADE, related_name="catalogue")
    scripts_json = models.JSONField(default=list)
    containers_json = models.JSONField(default=list)
    fetched_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"Catalogue of {self.organization}"

    @property
    def scripts(self) -> list[TrainingScript]:
        return [_script(values) for values in self.scripts_json]

    @scripts.setter
    def scripts(self, scripts: Sequence[TrainingScript]) -> None:
        self.scripts_json = [_json(script) for script in scripts]

    @property
    def containers(self) -> list[Container]:
        return [_container(values) for values in self.containers_json]

    @containers.setter
    def containers(self, containers: Sequence[Container]) -> None:
        self.containers_json = [
            {**asdict(container), "end_of_life": container.end_of_life and container.end_of_life.isoformat()}
            for container in containers
        ]

    def script(self, script_id: str) -> TrainingScript | None:
        return next((script for script in self.scripts if script.id == script_id), None)

    def container(self, key: str = "", container_id: str = "") -> Container | None:
        """By the id of a registered one, or by the key of a supported one."""
        wanted = [one for one in self.containers if (one.id == container_id if container_id else one.key == key)]
        return wanted[0] if wanted else None


def _json(script: TrainingScript) -> dict[str, Any]:
    values = asdict(script)
    if not script.deprecated:
        # A process of the version before knows no such word.
        del values["deprecated"]
    return {**values, "model_type": int(script.model_type), "model_framework": int(script.model_framework)}


def _script(values: dict[str, Any]) -> TrainingScript:
    kinds = {
        "model_type": ModelType(values["model_type"]),
        "model_framework": ModelFramework(values["model_framework"]),
        "versions": tuple(values["versions"]),
    }
    return TrainingScript(**{**values, **kinds})


def _container(values: dict[str, Any]) -> Container:
    end = values["end_of_life"]
    return Container(**{**values, "end_of_life": parse_datetime(end) if end else None})


class DatasetCount(models.Model):
    """How many images a dataset had at a time: when a job was submitted from here, and once a day after that.

    `labeled` and `by_label` are those of the submitted job's kind and labels, as far as they were counted.
    """

    dataset = models.ForeignKey(Dataset, on_delete=models.CASCADE, related_name="counts")
    submission = models.OneToOneField(
        Submission, null=True, on_delete=models.SET_NULL, related_name="dataset_count", help_text="null: none at all"
    )
    counted_at = models.DateTimeField()
    images = models.PositiveIntegerField()
    labeled = models.PositiveIntegerField(null=True)
    by_label = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["dataset", "-counted_at"], name="counts_newest_first")]

    def __str__(self) -> str:
        return f"{self.dataset}: {self.images} at {self.counted_at:%Y-%m-%d %H:%M}"


@dataclass(frozen=True, slots=True)
class TrainedOn:
    """What a job that was submitted from here was trained on; `more` images were there at the last count, `as_of`."""

    count: DatasetCount
    more: int
    as_of: datetime

    @property
    def fewer(self) -> int:
        return -self.more


def trained_on(organization: Organization, job_ids: Collection[str]) -> dict[str, TrainedOn]:
    """By job id; of jobs that were submitted elsewhere nobody knows."""
    later = DatasetCount.objects.filter(dataset=models.OuterRef("dataset")).order_by("-counted_at", "-pk")
    of_them = {"submission__organization": organization, "submission__job_id__in": set(job_ids) - {""}}
    counts = DatasetCount.objects.filter(**of_them).annotate(
        job_id=models.F("submission__job_id"),
        newest=models.Subquery(later.values("images")[:1]),
        as_of=models.Subquery(later.values("counted_at")[:1]),
    )
    return {one.job_id: TrainedOn(one, one.newest - one.images, one.as_of) for one in counts}
