"""`manage.py rotate_keys`: every stored API key re-encrypted, with the first of CREDENTIAL_KEYS."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from jobs.api_keys import key_states
from jobs.models import COMMAND_LINE, ApiKey
from jobs.viam.errors import CredentialsUnreadable


class Command(BaseCommand):
    help = "Re-encrypts every stored API key with the first of CREDENTIAL_KEYS; all or none."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="only show which key decrypts which API key")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["check"]:
            self._tell()
        else:
            self.stdout.write(f"{_rotate()} API keys are now encrypted with the first of CREDENTIAL_KEYS.")

    def _tell(self) -> None:
        unreadable = {row.pk for row in key_states.unreadable_keys()}
        rows = list(ApiKey.objects.all())
        for row in rows:
            opened_by = "can't be decrypted" if row.pk in unreadable else f"encrypted with key {row.sealed_by}"
            self.stdout.write(f"{row.label}: {opened_by}")
        self._sum_up()
        if unreadable:
            raise CommandError(_refusal([row for row in rows if row.pk in unreadable]))

    def _sum_up(self) -> None:
        counts = key_states.count_by_sealing_key()
        unopened = counts.pop(0)
        for number, count in counts.items():
            self.stdout.write(f"Key {number} of CREDENTIAL_KEYS: {_rows(count)}{_advice(number, count)}")
        self.stdout.write(f"{sum(counts.values())} of {sum(counts.values()) + unopened} API keys can be decrypted.")


def _rows(count: int) -> str:
    return f"{count} row{'' if count == 1 else 's'}"


def _advice(number: int, count: int) -> str:
    if number == 1:
        return ", and all new ones"
    return "; run rotate_keys before removing it" if count else "; it can be removed"


def _rotate() -> int:
    """The number of rows. Raises CommandError, and changes nothing, when one of them can't be opened."""
    rows = list(ApiKey.objects.all())
    try:
        key_states.rotate_keys(rows, COMMAND_LINE)
    except CredentialsUnreadable:
        raise CommandError(f"{_refusal(key_states.unreadable_keys())} Nothing was changed.") from None
    return len(rows)


def _refusal(rows: Iterable[ApiKey]) -> str:
    return f"CREDENTIAL_KEYS can't decrypt: {', '.join(row.label for row in rows)}."
