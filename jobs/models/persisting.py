"""Writing down what must not be lost, tried again while the database refuses; and putting back what was deleted."""

from __future__ import annotations

import logging
from collections.abc import Callable
from time import monotonic, sleep
from typing import TypeVar, cast

from django import db
from django.core import serializers
from django.db import connection, models, transaction

log = logging.getLogger(__name__)

# Seconds after the first try; the lease of an entry is found by others when nobody could write in this time.
GIVES_UP_AFTER = 60.0
FIRST_PAUSE, MAX_PAUSE = 0.25, 4.0
# What stays wrong however often it is tried.
OURS = (db.IntegrityError, db.DataError, db.ProgrammingError, db.NotSupportedError)


def persist(
    write: Callable[[], object],
    *,
    what: str = "how an action ended",
    seconds: float = GIVES_UP_AFTER,
    level: int = logging.WARNING,
) -> None:
    """Runs `write` in a transaction of its own. Raises what the database says when it still refuses after `seconds`.

    A database that is locked, full, restarted or read-only for a while takes it later; each refusal is logged on
    `level`. Called inside the transaction of something else it raises RuntimeError: what is written here has to survive
    that.
    """
    deadline, pause = monotonic() + seconds, FIRST_PAUSE
    while True:
        try:
            with transaction.atomic(durable=True):
                write()
            return
        except OURS:
            raise
        except db.Error as error:
            if connection.in_atomic_block or monotonic() + pause > deadline:
                raise
            log.log(level, "The database refused to note %s; tried again in %.2g s: %s", what, pause, error)
            connection.close()  # One that broke does not mend by itself.
        sleep(pause)
        pause = min(2 * pause, MAX_PAUSE)


Row = TypeVar("Row", bound=models.Model)


def words_of(row: models.Model) -> str:
    """As JSON; to be signed when it leaves this site."""
    return str(serializers.serialize("json", [row]))


def row_of(kind: type[Row], words: str) -> Row:
    """The row, not yet in the database again."""
    return cast(Row, next(iter(serializers.deserialize("json", words))).object)


def put_back(row: models.Model) -> None:
    """Raises IntegrityError when something stands in its place by now, or what it belongs to is gone."""
    with transaction.atomic():
        row.save(force_insert=True)
