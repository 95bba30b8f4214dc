"""The form of a job for a training script of the registry, its arguments included."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from typing import Any

from django import forms
from django.http import QueryDict

from jobs import strict_json
from jobs.domain import (
    ARGUMENT_KEY,
    HIDDEN,
    MAX_ARGUMENTS,
    RESERVED_ARGUMENTS,
    Container,
    CustomJobRequest,
    looks_secret,
    without_secrets,
)
from jobs.models import Catalogue, Job, request_of
from jobs.submit.forms import MAX_LENGTH, JobForm, bare, in_lines
from jobs.ui.text import plain

# A container is chosen by the key of a supported one, or by the id of one that the organization registered.
BY_KEY, BY_ID = "key:", "id:"


class ArgumentRows(forms.Widget):
    """Drawn by the page; what it sends are the rows that hold anything."""

    def value_from_datadict(self, data: Mapping[str, Any], files: object, name: str) -> Pairs:
        return from_rows(data) if isinstance(data, QueryDict) else []


class CustomJobForm(JobForm):
    """Arguments come as rows (`argument_key`, `argument_value`) or as JSON, or as both."""

    script = forms.CharField(
        max_length=MAX_LENGTH,
        label="Training script",
        help_text="Choose one, or enter its id as prefix:name.",
        widget=forms.TextInput(attrs={"list": "scripts", "autocomplete": "off", "spellcheck": "false"}),
    )
    script_version = forms.CharField(
        max_length=MAX_LENGTH,
        label="Script version",
        widget=forms.TextInput(attrs={"list": "script-versions", "autocomplete": "off", "spellcheck": "false"}),
    )
    container = forms.ChoiceField(required=False, label="Container")
    rows = forms.Field(required=False, label="Arguments", widget=ArgumentRows)
    arguments = forms.CharField(
        required=False,
        label="Arguments as JSON",
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
        help_text='For example {"num_epochs": "50"}. Added to the rows above.',
    )

    def __init__(self, *args: Any, catalogue: Catalogue, **kwargs: Any) -> None:
        """The original has the true values of arguments that the form shows as HIDDEN."""
        super().__init__(*args, **kwargs)
        self.stored: Mapping[str, str] = self.original.get("arguments") or {}
        offered = [("", "The script's default"), *map(_choice, catalogue.containers)]
        chosen = str(self.data.get("container") or self.initial.get("container") or "")
        if chosen and chosen not in dict(offered):
            offered.append((chosen, f"{chosen.partition(':')[2]} (no longer listed)"))
        self.choose("container", offered)
        script = catalogue.script(str(self.initial.get("script", "")))
        if script and script.versions and not self.initial.get("script_version"):
            self.initial["script_version"] = script.versions[0]

    @classmethod
    def values_of(cls, job: Job) -> dict[str, Any]:
        request = request_of(job)
        if not isinstance(request, CustomJobRequest):
            return super().values_of(job)
        by_id, by_key = request.container_id, request.container_version
        return super().values_of(job) | {
            "script": request.script_id,
            "script_version": request.script_version,
            "container": BY_ID + by_id if by_id else BY_KEY + by_key if by_key else "",
            "argument_rows": list(without_secrets(request.arguments).items()),
        }

    @classmethod
    def values_of_request(cls, asked: Mapping[str, Any]) -> dict[str, str]:
        by_id, by_key = asked.get("container_id", ""), asked.get("container", "")
        arguments = asked.get("arguments")
        return super().values_of_request(asked) | {
            "script": asked.get("script", ""),
            "script_version": asked.get("script_version", ""),
            "container": BY_ID + by_id if by_id else BY_KEY + by_key if by_key else "",
            "arguments": json.dumps(without_secrets(arguments)) if arguments else "",
        }

    @property
    def argument_rows(self) -> Pairs:
        """What stands in the rows, and an empty one to go on with."""
        if isinstance(self.data, QueryDict) and self.is_bound:
            return [*from_rows(self.data), ("", "")]
        return [*self.initial.get("argument_rows", []), ("", "")]

    def clean_rows(self) -> Pairs:
        rows: Pairs = self.cleaned_data["rows"]
        if not all(key.strip() for key, _ in rows):
            raise forms.ValidationError("Enter a name for each argument.")
        return rows

    def add_error(self, field: str | None, error: Any) -> None:
        """What is wrong with arguments is wrong with their rows where no JSON was pasted, and is said there once."""
        if field == "arguments" and not str(self.data.get("arguments", "")).strip():
            self.cleaned_data.pop("arguments", None)
            if "rows" in self.errors:
                return
            field = "rows"
        super().add_error(field, error)

    def clean_script(self) -> str:
        if was := self.as_it_was("script"):
            return was
        script = plain(self.cleaned_data["script"])
        prefix, _, name = script.partition(":")
        if not prefix or not name or ":" in name:
            raise forms.ValidationError("Use the form prefix:name, with exactly one colon.")
        return script

    def clean_script_version(self) -> str:
        return self.as_it_was("script_version") or plain(self.cleaned_data["script_version"])

    def clean_arguments(self) -> dict[str, str]:
        rows = from_rows(self.data) if isinstance(self.data, QueryDict) else []
        rows = [self._row_as_it_was(*row) for row in rows]
        typed = checked([*rows, *from_json(self.cleaned_data["arguments"])], known=self.stored)
        return {name: self._true_value(name, value) for name, value in typed.items()}

    def _row_as_it_was(self, key: str, value: str) -> tuple[str, str]:
        """What a browser made of it on the way is undone."""
        if key not in self.stored:
            key = next((name for name in self.stored if bare(name) == bare(key)), key.strip())
        was = self.stored.get(key, "")
        return key, was if in_lines(was) == in_lines(value) else in_lines(value)

    def _true_value(self, name: str, value: str) -> str:
        """What was left as it is shown is as it was."""
        if value != HIDDEN or not looks_secret(name):
            return value
        if name not in self.stored:
            raise forms.ValidationError(
                f"Enter the value of {name}: {HIDDEN} is a placeholder for a value that isn't stored here."
            )
        return self.stored[name]

    def to_request(self) -> CustomJobRequest:
        values = self.cleaned_data
        container: str = values.get("container", "")
        return CustomJobRequest(
            dataset_id=values.get("dataset", ""),
            model_name=values.get("name", ""),
            model_version=values.get("version", ""),
            script_id=values.get("script", ""),
            script_version=values.get("script_version", ""),
            container_version=container.removeprefix(BY_KEY) if container.startswith(BY_KEY) else "",
            container_id=container.removeprefix(BY_ID) if container.startswith(BY_ID) else "",
            arguments=values.get("arguments", {}),
        )


def _choice(container: Container) -> tuple[str, str]:
    told = [container.key, container.framework, container.description]
    if container.end_of_life:
        told.append(f"end of life {container.end_of_life:%Y-%m-%d}")
    value = BY_ID + container.id if container.is_own else BY_KEY + container.key
    return value, " · ".join(part for part in told if part)


# Arguments of a training script: typed as rows of key and value, or pasted as JSON.


UNSENDABLE = "a character that can't be sent"

Pairs = list[tuple[str, str]]


def from_rows(data: QueryDict) -> Pairs:
    """The rows that hold anything; values stay as they were typed."""
    rows = zip(data.getlist("argument_key"), data.getlist("argument_value"), strict=False)
    return [(key, value) for key, value in rows if key.strip() or value]


def from_json(text: str) -> Pairs:
    """An object of texts, numbers or yes and no. Raises ValidationError."""
    if not text.strip():
        return []
    try:
        found = strict_json.parse(text)
    except strict_json.Unstorable:
        raise forms.ValidationError(f"There is {UNSENDABLE} in it.") from None
    except ValueError as wrong:
        raise forms.ValidationError(f"Enter valid JSON: {wrong}") from None
    if not isinstance(found, dict):
        raise forms.ValidationError('Enter a JSON object, for example {"num_epochs": "50"}.')
    return [(key, _text(key, value)) for key, value in found.items()]


def checked(pairs: Pairs, known: Collection[str] = ()) -> dict[str, str]:
    """The arguments by key. Raises ValidationError for keys that Viam refuses and a job of it doesn't have (`known`),
    for one that stands there twice, and for too many.
    """
    if len(pairs) > MAX_ARGUMENTS:
        raise forms.ValidationError(f"Remove some of the {len(pairs)} arguments. A job takes {MAX_ARGUMENTS} at most.")
    arguments: dict[str, str] = {}
    for key, value in pairs:
        if key not in known and not ARGUMENT_KEY.fullmatch(key):
            raise forms.ValidationError(f"“{key}” is not a valid argument name. Use letters, digits, _ and - only.")
        if key in RESERVED_ARGUMENTS:
            raise forms.ValidationError(f"{key} is set by Viam itself.")
        if key in arguments:
            raise forms.ValidationError(f"Remove one {key}: it is listed twice.")
        if strict_json.UNSTORABLE.search(value):
            raise forms.ValidationError(f"There is {UNSENDABLE} in the value of {key}.")
        arguments[key] = value
    return arguments


def _text(key: str, value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool | int | float):
        return json.dumps(value)
    raise forms.ValidationError(f"The value of {key} must be text or a number.")
