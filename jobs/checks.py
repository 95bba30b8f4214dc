"""Said at start, and by `manage.py check --database default`: stored API keys that CREDENTIAL_KEYS doesn't open."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import db
from django.core.checks import CheckMessage, Error, Tags, register

from jobs.services import unreadable_keys


@register(Tags.database)
def stored_keys_open(*, databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    if not databases:
        return []
    try:
        rows = unreadable_keys()
    except db.Error:
        return []  # No table yet: there is nothing to open.
    return [
        Error(
            f"The API key “{row.label}” can't be opened with CREDENTIAL_KEYS.",
            hint="Put back the key that sealed it. Nothing was overwritten; pages show what was seen last.",
            id="jobs.E001",
        )
        for row in rows
    ]
