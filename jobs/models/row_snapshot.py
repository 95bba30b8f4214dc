"""A row that is deleted, kept in words: with them it can be put back as it was, its number included."""

from __future__ import annotations

from typing import TypeVar, cast

from django.core import serializers
from django.db import models, transaction

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
