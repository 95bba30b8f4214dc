"""Said at start, and by `manage.py check --database default`: stored API keys that CREDENTIAL_KEYS doesn't open. And by
`manage.py check --deploy`: mails whose links begin with whatever name was asked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import db
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register

from jobs.api_keys.key_states import unreadable_keys


@register(Tags.security, deploy=True)
def mails_name_the_site(**_: Any) -> list[CheckMessage]:
    if settings.SITE_URL or settings.DEBUG or not settings.SENDS_MAIL:
        return []
    return [
        Warning(
            "SITE_URL is not set, and this site sends email.",
            hint="Set it to where people reach the site, such as https://name: links in emails begin with it, rather "
            "than with the name a request asked for.",
            id="jobs.W001",
        )
    ]


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
            f"The API key “{row.label}” can't be decrypted with CREDENTIAL_KEYS.",
            hint="Restore the key that encrypted it. Nothing was overwritten; pages show the last known state.",
            id="jobs.E001",
        )
        for row in rows
    ]
