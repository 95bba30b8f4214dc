"""When the database takes nothing: that it is read-only, its disk full, or that a later version has migrated it, and
what is left out meanwhile.

Each database words it in its own way: SQLite by a result code, PostgreSQL by an SQLSTATE (a standby refuses like a
server whose default_transaction_read_only is on).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from time import monotonic

from django import db
from django.apps import apps
from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder

from jobs.viam.errors import DatabaseFull, DatabaseOfLaterVersion, DatabaseReadOnly, NotStored

# What is only noted may be noted the next time.
NOTED_WITHIN_MS = 100

SQLITE_BUSY = (5, 6)  # SQLITE_BUSY, SQLITE_LOCKED
SQLITE = {8: DatabaseReadOnly, 13: DatabaseFull}  # SQLITE_READONLY, SQLITE_FULL
POSTGRESQL = {"25006": DatabaseReadOnly, "53100": DatabaseFull}  # read_only_sql_transaction, disk_full


def refusal_in(error: BaseException | None) -> type[NotStored] | None:
    """Why a database that answers takes nothing; None for any other error."""
    if isinstance(error, LaterVersion):
        return DatabaseOfLaterVersion
    cause = error.__cause__ if isinstance(error, db.Error) else None
    # The low byte is the kind; the others tell more of it.
    return SQLITE.get(getattr(cause, "sqlite_errorcode", 0) & 0xFF) or POSTGRESQL.get(getattr(cause, "sqlstate", ""))


def note(write: Callable[[], object]) -> db.Error | None:
    """What a page writes down on the way to being shown: it is shown without that while the database refuses, and gets
    told why.

    Nor does it wait for whoever writes: SQLite has one writer at a time, and a request that waits holds a thread.
    """
    if _seen[1]:
        return LaterVersion(_seen[1])
    try:
        with _impatient(), transaction.atomic():
            write()
    except db.Error as error:
        if refusal_in(error) is None and not is_busy(error):
            raise
        return error
    return None


def is_busy(error: BaseException | None) -> bool:
    """Somebody else writes just now, for longer than this was to wait. PostgreSQL's writers don't keep others off."""
    cause = error.__cause__ if isinstance(error, db.Error) else None
    return getattr(cause, "sqlite_errorcode", 0) & 0xFF in SQLITE_BUSY


@contextmanager
def _impatient() -> Iterator[None]:
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        usual = cursor.execute("PRAGMA busy_timeout").fetchone()[0]
        cursor.execute(f"PRAGMA busy_timeout = {NOTED_WITHIN_MS}")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA busy_timeout = {int(usual)}")


# The applications whose tables are ours. Those of others may join migrations of theirs that are long applied.
OURS = ("jobs", "accounts")
LOOKED_EVERY = 15.0
_seen = (-LOOKED_EVERY, "")


class LaterVersion(db.DatabaseError):
    """This code doesn't know what the later version stores, and would write over it. Says which migration it was."""


def migrated_later(migration: str) -> str:
    """That somebody did, for operators."""
    return f"A later version of Trainyard has migrated this database ({migration})."


def refuse_later_version() -> None:
    """Raises LaterVersion before anything is written; it asks the database every 15 seconds at most."""
    at, later = _seen
    if monotonic() - at >= LOOKED_EVERY:
        later = later_version()
    if later:
        raise LaterVersion(later)


def later_version() -> str:
    """A migration of ours that this code doesn't know; empty when there is none. Raises django.db.Error."""
    global _seen
    applied = MigrationRecorder.Migration.objects.filter(app__in=OURS).order_by("app", "name")
    found = applied.values_list("app", "name")
    later = [f"{app}.{name}" for app, name in found if name not in _known_migrations(app)]
    _seen = (monotonic(), later[0] if later else "")
    return _seen[1]


@cache
def _known_migrations(app: str) -> frozenset[str]:
    """By the names of their files: importing them all would cost each worker its time and memory. Once, lest a process
    take for its own what an update puts beside it.
    """
    folder = Path(apps.get_app_config(app).path) / "migrations"
    return frozenset(file.stem for file in folder.glob("[0-9]*.py"))
