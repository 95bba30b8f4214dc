"""Said at start, and by `manage.py check --database default`: stored API keys that CREDENTIAL_KEYS doesn't open, and a
database that a later version has migrated. And by `manage.py check --deploy`: mails whose links begin with whatever
name was asked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django import db
from django.apps import apps
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.core.exceptions import ImproperlyConfigured
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder

from jobs.api_keys.key_states import unreadable_keys

# The applications whose tables are ours. Those of others may join migrations of theirs that are long applied.
OURS = ("jobs", "accounts")

# Migrations are never taken back under a running process: once is enough.
_is_migrated = False


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
    if not databases or not (later := _later_migrations()):
        return []
    return [
        Error(
            f"A later version of Trainyard has migrated this database ({later[0]}).",
            hint="Run that version, or restore the backup from before the update.",
            id="jobs.E002",
        )
    ]


def refuse_later_database() -> None:
    """Raises ImproperlyConfigured: nothing is served from a database of a later version, and nothing written to it."""
    for error in no_later_version_was_here(databases=["default"]):
        raise ImproperlyConfigured(f"{error.msg} {error.hint}")


def is_migrated() -> bool:
    """Whether no migration is missing. Raises django.db.Error when the database can't be asked."""
    global _is_migrated
    if not _is_migrated:
        executor = MigrationExecutor(db.connection)
        _is_migrated = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    return _is_migrated


def _later_migrations() -> list[str]:
    try:
        applied = MigrationRecorder(db.connection).applied_migrations()
    except db.Error:
        return []  # It is away, which pages tell.
    known = {app: _known_migrations(app) for app in OURS}
    return [f"{app}.{name}" for app, name in sorted(applied) if app in known and name not in known[app]]


def _known_migrations(app: str) -> set[str]:
    """By the names of their files: importing them all would cost each worker its time and memory."""
    folder = Path(apps.get_app_config(app).path) / "migrations"
    return {file.stem for file in folder.glob("[0-9]*.py")}
