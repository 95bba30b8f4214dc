"""When the database takes nothing: that it is read-only, or its disk full, and what is left out meanwhile.

Each database words it in its own way: SQLite by a result code, PostgreSQL by an SQLSTATE (a standby refuses like a
server whose default_transaction_read_only is on).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django import db
from django.db import connection, transaction

from jobs.viam.errors import DatabaseFull, DatabaseReadOnly, NotStored

# What is only noted may be noted the next time.
NOTED_WITHIN_MS = 100

SQLITE_BUSY = (5, 6)  # SQLITE_BUSY, SQLITE_LOCKED
SQLITE = {8: DatabaseReadOnly, 13: DatabaseFull}  # SQLITE_READONLY, SQLITE_FULL
POSTGRESQL = {"25006": DatabaseReadOnly, "53100": DatabaseFull}  # read_only_sql_transaction, disk_full


def refusal_in(error: BaseException | None) -> type[NotStored] | None:
    """Why a database that answers takes nothing; None for any other error."""
    cause = error.__cause__ if isinstance(error, db.Error) else None
    # The low byte is the kind; the others tell more of it.
    return SQLITE.get(getattr(cause, "sqlite_errorcode", 0) & 0xFF) or POSTGRESQL.get(getattr(cause, "sqlstate", ""))


def note(write: Callable[[], object]) -> None:
    """What a page writes down on the way to being shown: it is shown without that while the database refuses.

    Nor does it wait for whoever writes: SQLite has one writer at a time, and a request that waits holds a thread.
    """
    try:
        with _impatient(), transaction.atomic():
            write()
    except db.Error as error:
        if refusal_in(error) is None and not is_busy(error):
            raise


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
