"""When the database takes nothing: that it is read-only, or its disk full, and what is left out meanwhile.

Each database words it in its own way: SQLite by a result code, PostgreSQL by an SQLSTATE (a standby refuses like a
server whose default_transaction_read_only is on).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django import db
from django.db import transaction

from jobs.errors import DatabaseFull, DatabaseReadOnly, NotStored

SQLITE = {8: DatabaseReadOnly, 13: DatabaseFull}  # SQLITE_READONLY, SQLITE_FULL
POSTGRESQL = {"25006": DatabaseReadOnly, "53100": DatabaseFull}  # read_only_sql_transaction, disk_full


def refusal_in(error: BaseException | None) -> type[NotStored] | None:
    """Why a database that answers takes nothing; None for any other error."""
    cause = error.__cause__ if isinstance(error, db.Error) else None
    # The low byte is the kind; the others tell more of it.
    return SQLITE.get(getattr(cause, "sqlite_errorcode", 0) & 0xFF) or POSTGRESQL.get(getattr(cause, "sqlstate", ""))


@contextmanager
def noting() -> Iterator[None]:
    """For what a page writes down on the way to being shown: it is shown without that while the database refuses."""
    try:
        with transaction.atomic():
            yield
    except db.Error as error:
        if refusal_in(error) is None:
            raise
