"""A job for Viam's own training."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms

from jobs.domain import LONGEST_TEXT, MANAGED_FRAMEWORKS, MANAGED_TYPES, ManagedJobRequest, ModelFramework, ModelType
from jobs.forms.job import JobForm
from jobs.forms.text import several
from jobs.models import Job, request_of

# Datasets have some; each one is drawn wherever the job is.
MOST_LABELS = 5_000


class ManagedJobForm(JobForm):
    """Labels are ticked among those that the dataset carries (`offered`), or typed."""

    type = forms.TypedChoiceField(
        label="Task", choices=[(kind.word, kind.label) for kind in MANAGED_TYPES], coerce=ModelType.from_word
    )
    framework = forms.TypedChoiceField(
        label="Framework",
        choices=[(kind.word, kind.label) for kind in MANAGED_FRAMEWORKS],
        coerce=ModelFramework.from_word,
    )
    labels = forms.CharField(
        label="Labels",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Labels to train on, separated by commas or one per line. Classification needs two or more.",
    )

    @classmethod
    def values_of(cls, job: Job) -> dict[str, Any]:
        request = request_of(job)
        if not isinstance(request, ManagedJobRequest):
            return super().values_of(job)
        return super().values_of(job) | {
            "type": request.model_type.word,
            "framework": request.model_framework.word,
            "labels": "\n".join(request.labels),
        }

    @classmethod
    def values_of_request(cls, asked: Mapping[str, Any]) -> dict[str, str]:
        told = {"type": asked.get("type", ""), "framework": asked.get("framework", "")}
        return super().values_of_request(asked) | told | {"labels": "\n".join(asked.get("labels") or [])}

    def clean_labels(self) -> list[str]:
        typed = several(self.cleaned_data["labels"])
        offered = self.data.getlist("offered") if hasattr(self.data, "getlist") else []
        labels = list(dict.fromkeys([*offered, *typed]))
        if len(labels) > MOST_LABELS:
            raise forms.ValidationError(f"Remove some of the {len(labels)} labels. A job takes {MOST_LABELS} at most.")
        if too_long := max((len(label) for label in labels if len(label) > LONGEST_TEXT), default=0):
            # The mirror would cut it, and a submit whose answer is lost could not be told from another.
            raise forms.ValidationError(f"Shorten the label with {too_long} characters to {LONGEST_TEXT}.")
        return labels

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        kind, labels = values.get("type"), values.get("labels")
        if kind and labels is not None and len(labels) < kind.fewest_labels:
            needed = "label" if kind.fewest_labels == 1 else "labels"
            self.add_error("labels", f"{kind.label} needs at least {kind.fewest_labels} {needed}.")
        return values

    def to_request(self) -> ManagedJobRequest:
        values = self.cleaned_data
        return ManagedJobRequest(
            dataset_id=values.get("dataset", ""),
            model_name=values.get("name", ""),
            model_version=values.get("version", ""),
            model_type=values.get("type") or ModelType.UNSPECIFIED,
            model_framework=values.get("framework") or ModelFramework.UNSPECIFIED,
            labels=values.get("labels", []),
        )
