"""Arguments of a training script: typed as rows of key and value, or pasted as JSON."""

from __future__ import annotations

import json
from typing import Any

from django import forms
from django.http import QueryDict

from jobs import strict_json
from jobs.domain import ARGUMENT_KEY, MOST_ARGUMENTS, RESERVED_ARGUMENTS

UNSENDABLE = "a character that can't be sent"

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
        found = strict_json.parse(text)
    except strict_json.Unstorable:
        raise forms.ValidationError(f"There is {UNSENDABLE} in it.") from None
    except ValueError as wrong:
        raise forms.ValidationError(f"Enter valid JSON: {wrong}") from None
    if not isinstance(found, dict):
        raise forms.ValidationError('Enter a JSON object, for example {"num_epochs": "50"}.')
    return [(key, _text(key, value)) for key, value in found.items()]


def checked(pairs: Pairs) -> dict[str, str]:
    """The arguments by key. Raises ValidationError for keys that Viam refuses, for one that stands there twice, and
    for too many.
    """
    if len(pairs) > MOST_ARGUMENTS:
        raise forms.ValidationError(f"Remove some of the {len(pairs)} arguments. A job takes {MOST_ARGUMENTS} at most.")
    arguments: dict[str, str] = {}
    for key, value in pairs:
        if not ARGUMENT_KEY.fullmatch(key):
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
