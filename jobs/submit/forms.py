"""The form of a managed job, and what it has in common with that of a custom one."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import timezone

from jobs import strict_json
from jobs.domain import (
    MANAGED_FRAMEWORKS,
    MANAGED_TYPES,
    MAX_TEXT,
    VERSION_LAYOUT,
    JobRequest,
    ManagedJobRequest,
    ModelFramework,
    ModelType,
    told_apart,
)
from jobs.models import Dataset, Job, request_of
from jobs.ui.text import plain, several

MAX_LENGTH = 200
# Datasets have some; each one is drawn wherever the job is.
MAX_LABELS = 5_000


def new_token() -> str:
    """A one-time token: a form that is sent twice acts once."""
    return secrets.token_urlsafe(24)


def fresh_version() -> str:
    """A version that is new unless two people submit in the same second; in UTC, laid out as Viam's tools do."""
    return timezone.now().strftime(VERSION_LAYOUT)


class JobForm(forms.Form):
    """The dataset is chosen from the cloud's list or typed as an id; `source` is the job that is submitted again."""

    token = forms.CharField(widget=forms.HiddenInput, max_length=64)
    source = forms.CharField(widget=forms.HiddenInput, max_length=MAX_LENGTH, required=False)
    dataset = forms.ChoiceField(required=False, label="Dataset")
    dataset_id = forms.CharField(required=False, max_length=MAX_LENGTH, label="Dataset id", strip=True)
    name = forms.CharField(
        max_length=MAX_LENGTH,
        label="Model name",
        help_text="An existing name gets a new version; machines that follow “latest” deploy it when it completes.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    version = forms.CharField(max_length=MAX_LENGTH, label="Version", help_text="Must be new for this model.")
    is_meant = forms.BooleanField(required=False, label="Submit anyway")

    # The number of the submission that this one repeats.
    resent = forms.CharField(widget=forms.HiddenInput, max_length=20, required=False)

    def __init__(
        self, *args: Any, datasets: list[Dataset], original: Mapping[str, Any] | None = None, **kwargs: Any
    ) -> None:
        """`original` is what the form was filled with, a request `as_json`: browsers change some texts on their way
        through a field, and what nobody changed is sent as it was.
        """
        super().__init__(*args, **kwargs)
        self.original = original or {}
        names = told_apart((row.viam_id, row.name, row.day) for row in datasets)
        listed = [(row.viam_id, names[row.viam_id] + " (sequences)" * row.is_sequence) for row in datasets]
        self.choose("dataset", [("", "Choose a dataset…"), *listed])

    def choose(self, field: str, choices: list[tuple[str, str]]) -> None:
        """What the field offers."""
        self.fields[field].choices = choices  # type: ignore[attr-defined]

    @classmethod
    def starting_values(cls, query: Mapping[str, str], source: Job | None) -> dict[str, Any]:
        """What an empty form holds: what the source was made of, what the address asks for, a fresh version."""
        values = cls.values_of(source) | {"source": source.viam_id} if source else {}
        asked = {name: query[name] for name in cls.base_fields if name in query and name not in ("token", "is_meant")}
        return {"version": fresh_version(), **values, **asked, "token": new_token()}

    @classmethod
    def values_of(cls, job: Job) -> dict[str, Any]:
        """Everything of a job but its version, as this form's values."""
        request = request_of(job)
        return {"dataset": request.dataset_id, "dataset_id": request.dataset_id, "name": request.model_name}

    @classmethod
    def values_of_request(cls, asked: Mapping[str, Any]) -> dict[str, str]:
        """Everything that a submission asked for (`as_json` of a request), as an address fills in this form."""
        return {name: str(asked.get(name, "")) for name in ("dataset", "name", "version")}

    def fit_dataset(self) -> None:
        """A prefilled dataset stands in one place: in the list when it is there, typed otherwise."""
        wanted = self.initial.get("dataset", "")
        is_listed = any(wanted == value for value, _ in self.fields["dataset"].choices)  # type: ignore[attr-defined]
        self.initial.update(dataset=wanted if is_listed else "", dataset_id="" if is_listed else wanted)

    def as_it_was(self, field: str, name: str = "") -> str:
        """The field's text in the original, where it may have another name, if that is what the field still tells;
        empty otherwise.
        """
        was = str(self.original.get(name or field) or "")
        return was if bare(was) == bare(self.cleaned_data[field]) else ""

    def clean_name(self) -> str:
        return self.as_it_was("name") or plain(self.cleaned_data["name"])

    def clean_version(self) -> str:
        return plain(self.cleaned_data["version"])

    def clean_dataset_id(self) -> str:
        return self.as_it_was("dataset_id", "dataset") or plain(self.cleaned_data["dataset_id"])

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        for name in [name for name, value in values.items() if _is_unsendable(value)]:
            self.add_error(name, "There is a character in it that can't be sent.")
            values.pop(name, None)
        values["dataset"] = values.get("dataset_id") or values.get("dataset") or ""
        if not values["dataset"] and not {"dataset", "dataset_id"} & set(self.errors):
            self.add_error("dataset", "Choose a dataset or enter its id.")
        return values

    def to_request(self) -> JobRequest:
        """What is filled in so far; complete when the form is valid."""
        raise NotImplementedError

    def filled_in_errors(self) -> dict[str, list[str]]:
        """What is wrong with what was typed; what is still empty is not complained about."""
        return {
            str(self.fields[field].label or field): [str(error) for error in errors]
            for field, errors in self.errors.items()
            if field in self.fields and self[field].data not in (None, "", [])
        }

    def renew_token(self) -> None:
        """The form is shown again after the cloud turned it down: its old token is used up."""
        data = QueryDict(mutable=True)
        data.update(self.data)
        data["token"] = new_token()
        self.data = data


def bare(text: str) -> str:
    """What a field of one line leaves of it."""
    return text.replace("\r", "").replace("\n", "").strip()


def in_lines(text: str) -> str:
    """What a form tells of it: browsers send each line break as CR and LF."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _is_unsendable(value: object) -> bool:
    """Fields that are read by us alone, such as labels that are ticked, let through what Django's refuse."""
    texts = [value] if isinstance(value, str) else value if isinstance(value, list) else []
    return any(isinstance(text, str) and strict_json.UNSTORABLE.search(text) for text in texts)


def _can_be_typed(label: str) -> bool:
    return several(label) == [label]


def _written(labels: Sequence[str]) -> str:
    """Those that can be typed, one a line."""
    return "\n".join(filter(_can_be_typed, labels))


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
        help_text="Labels to train on, separated by commas or one per line. Multi-label training needs two or more.",
    )

    @classmethod
    def values_of(cls, job: Job) -> dict[str, Any]:
        request = request_of(job)
        if not isinstance(request, ManagedJobRequest):
            return super().values_of(job)
        return super().values_of(job) | {
            "type": request.model_type.word,
            "framework": request.model_framework.word,
            "labels": _written(request.labels),
        }

    @classmethod
    def values_of_request(cls, asked: Mapping[str, Any]) -> dict[str, str]:
        told = {"type": asked.get("type", ""), "framework": asked.get("framework", "")}
        return super().values_of_request(asked) | told | {"labels": _written(asked.get("labels") or [])}

    @property
    def kept_labels(self) -> list[str]:
        """Labels of the original that can't be typed, as with a comma or a line break in them: they are ticked."""
        return [label for label in self.original.get("labels") or [] if not _can_be_typed(label)]

    @property
    def ticked(self) -> list[str]:
        """As they were, or as somebody picked them; of a form that is sent in what it tells."""
        return self._offered() if self.is_bound else self.initial.get("offered", self.kept_labels)

    def with_labels(self, labels: Sequence[str], offered: Sequence[str]) -> dict[str, Any]:
        """What is filled in, as initial values of a form that has these labels: ticked where that is possible."""
        ticked = [label for label in labels if label in offered or not _can_be_typed(label)]
        typed = [label for label in labels if label not in ticked]
        return {**dict(self.data.items()), "offered": ticked, "labels": "\n".join(typed)}

    @property
    def ticked_besides(self) -> list[str]:
        """Those that the dataset offered."""
        kept = self.kept_labels
        return [label for label in self.ticked if label not in kept]

    def _offered(self) -> list[str]:
        offered = self.data.getlist("offered") if isinstance(self.data, QueryDict) else []
        as_sent = {in_lines(label): label for label in self.original.get("labels") or []}
        return [as_sent.get(in_lines(label), in_lines(label)) for label in offered if label.strip()]

    def clean_labels(self) -> list[str]:
        labels = list(dict.fromkeys([*self._offered(), *several(self.cleaned_data["labels"])]))
        was = self.original.get("labels") or []
        if set(labels) == set(was):
            labels = list(was)
        if len(labels) > MAX_LABELS:
            raise forms.ValidationError(f"Remove some of the {len(labels)} labels. A job takes {MAX_LABELS} at most.")
        if too_long := max((len(label) for label in labels if len(label) > MAX_TEXT), default=0):
            # The mirror would cut it, and a submit whose answer is lost could not be told from another.
            raise forms.ValidationError(f"Shorten the label with {too_long} characters to {MAX_TEXT}.")
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
