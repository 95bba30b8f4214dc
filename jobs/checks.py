"""Said at start, and by `manage.py check --database default`: stored API keys that CREDENTIAL_KEYS doesn't open, and a
database that a later version has migrated. By any command: settings that do nothing any more. And by
`manage.py check --deploy`: mails whose links begin with whatever name was asked for.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

from django import db
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register, run_checks
from django.core.exceptions import ImproperlyConfigured
from django.db.migrations.executor import MigrationExecutor

from jobs.api_keys.key_states import unreadable_keys
from jobs.storing import later_version, migrated_later

LATER = "jobs.E002"

# Migrations are never taken back under a running process: once is enough.
_is_migrated = False


# Settings of earlier versions, and what there is instead.
RETIRED = {
    "REFRESH_THREAD": "Web servers don't refresh: `manage.py serve` runs a refresher, and so does `manage.py refresh`."
}


@register()
def settings_are_known(**_: Any) -> list[CheckMessage]:
    found = [name for name in RETIRED if name in os.environ]
    return [Warning(f"{name} does nothing. Remove it.", hint=RETIRED[name], id="jobs.W002") for name in found]


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


@register(Tags.database)
def no_later_version_was_here(*, databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    """This code doesn't know what a later version stores, and would write over it."""
    try:
        later = later_version() if databases else ""
    except db.Error:
        later = ""  # It is away, which pages tell.
    if not later:
        return []
    return [
        Error(
            migrated_later(later),
            hint="Run that version, or restore the backup from before the update.",
            id=LATER,
        )
    ]


def refuse_later_database() -> list[CheckMessage]:
    """What else the checks of the database say. Raises ImproperlyConfigured for one of a later version: nothing is
    served from it, and nothing written to it.
    """
    told = run_checks(tags=[Tags.database], databases=["default"])
    for error in told:
        if error.id == LATER:
            raise ImproperlyConfigured(f"{error.msg} {error.hint}")
    return told


def is_migrated() -> bool:
    """Whether no migration is missing. Raises django.db.Error when the database can't be asked."""
    global _is_migrated
    if not _is_migrated:
        executor = MigrationExecutor(db.connection)
        _is_migrated = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    return _is_migrated
