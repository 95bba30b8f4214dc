"""Arguments of a training script: typed as rows of key and value, or pasted as JSON."""

from __future__ import annotations

import json
from typing import Any

from django import forms
from django.http import QueryDict

from jobs.domain import ARGUMENT_KEY, RESERVED_ARGUMENTS

Pairs = list[tuple[str, str]]


def from_rows(data: QueryDict) -> Pairs:
    """The rows that hold anything; values stay as they were typed."""
    rows = zip(data.getlist("argument_key"), data.getlist("argument_value"), strict=False)
    return [(key.strip(), value) for key, value in rows if key.strip() or value]


def from_json(text: str) -> Pairs:
    """An object of texts, numbers or yes and no. Raises ValidationError."""
    if not text.strip():
        return []
    try:
        found = json.loads(text, object_pairs_hook=lambda pairs: _Object(pairs))
    except ValueError as wrong:
        raise forms.ValidationError(f"This is no JSON: {wrong}") from None
    if not isinstance(found, _Object):
        raise forms.ValidationError('JSON has to be an object, for instance {"num_epochs": "50"}.')
    return [(key, _text(key, value)) for key, value in found]


def checked(pairs: Pairs) -> dict[str, str]:
    """The arguments by key. Raises ValidationError for keys that Viam refuses, and for one that stands there twice."""
    arguments: dict[str, str] = {}
    for key, value in pairs:
        if not ARGUMENT_KEY.fullmatch(key):
            raise forms.ValidationError(f"“{key}” is no name of an argument: letters, digits, _ and - only.")
        if key in RESERVED_ARGUMENTS:
            raise forms.ValidationError(f"{key} is set by Viam itself.")
        if key in arguments:
            raise forms.ValidationError(f"{key} stands there twice.")
        if "\0" in value:
            raise forms.ValidationError(f"The value of {key} holds a character that can't be sent.")
        arguments[key] = value
    return arguments


class _Object(list[tuple[str, Any]]):
    """An object of JSON with its pairs as written: a key that occurs twice is not lost."""


def _text(key: str, value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool | int | float):
        return json.dumps(value)
    raise forms.ValidationError(f"The value of {key} has to be a text or a number.")
