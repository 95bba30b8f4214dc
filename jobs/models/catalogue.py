"""What a job can be made of besides datasets: training scripts and containers, as the cloud listed them last."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from django.db import models
from django.utils.dateparse import parse_datetime

from jobs.domain import Container, ModelFramework, ModelType, TrainingScript
from jobs.models.mirror import Organization


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
