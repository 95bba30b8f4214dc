"""How the stored API keys do: which work, since when, which don't open; trying one, and sealing them anew."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction

from jobs.api_keys.service import limited_in, test_key
from jobs.models import Actor, ApiKey, AuditEntry
from jobs.sync import worker
from jobs.sync.connection import client_for
from jobs.viam.errors import CredentialsUnreadable, Refused, every_kind


@dataclass(frozen=True, slots=True)
class KeyState:
    """A key with what is wrong with it, in a sentence that is empty while nothing is. `sealed_by` counts from 1."""

    row: ApiKey
    trouble: str = ""
    opens: bool = True
    sealed_by: int = 1
    # When its organizations ask the cloud again by themselves.
    next_try: datetime | None = None

    @property
    def is_sealed_with_an_older_key(self) -> bool:
        return self.opens and self.sealed_by > 1


def key_states(rows: Iterable[ApiKey]) -> list[KeyState]:
    return [_state(row) for row in rows]


def _state(row: ApiKey) -> KeyState:
    try:
        row.credentials()
        row.allowed_endpoint()
        sealed_by = row.sealed_by
    except CredentialsUnreadable as error:
        return KeyState(row, trouble=error.sentence, opens=False)
    kind = every_kind().get(row.problem)
    due = [one.due_at for one in row.organizations.all() if one.is_shown and one.due_at]
    return KeyState(row, kind.sentence if kind else "", sealed_by=sealed_by, next_try=min(due, default=None))


def unreadable_keys() -> Sequence[ApiKey]:
    """Rows whose key doesn't open with CREDENTIAL_KEYS, or was sealed for another row."""
    return [row for row in ApiKey.objects.all() if not _opens(row)]


def check_key(row: ApiKey, actor: Actor) -> list[str]:
    """Tries the stored key now, and notes how that went; the organizations in which it may not train.

    Raises CloudError.
    """
    with AuditEntry.begun(actor, "credentials:test", subject=row.identity) as entry:
        try:
            found = test_key(row.allowed_endpoint(), row.credentials())
        except (Refused, CredentialsUnreadable) as error:
            row.fails_now(error.kind, error.words)
            row.note()
            raise
        with entry.doing():
            row.works_now()
            row.note()
    for organization in row.organizations.filter(is_shown=True):
        worker.ask_soon(organization)
    return limited_in(client_for(row), found)


def rotate_keys(rows: Sequence[ApiKey], actor: Actor) -> None:
    """Seals all of these with the first of CREDENTIAL_KEYS, or none. Raises CredentialsUnreadable.

    The entries begin outside the transaction: when that is rolled back, they tell of it.
    """
    with ExitStack() as entries:
        begun = [
            entries.enter_context(AuditEntry.begun(actor, "credentials:rotate", subject=row.identity)) for row in rows
        ]
        with transaction.atomic(durable=True):
            for row in ApiKey.objects.select_for_update().filter(pk__in=[row.pk for row in rows]):
                row.reencrypt()
                row.save(update_fields=["sealed_key"])
            for entry in begun:
                entry.note(AuditEntry.Outcome.DONE)


def count_by_sealing_key() -> dict[int, int]:
    """How many rows each of CREDENTIAL_KEYS opens, counted from 1; those that none opens count for 0."""
    counts = dict.fromkeys(range(1, len(settings.CREDENTIAL_KEYS) + 1), 0) | {0: 0}
    for row in ApiKey.objects.all():
        counts[row.sealed_by if _opens(row) else 0] += 1
    return counts


def _opens(row: ApiKey) -> bool:
    try:
        row.credentials()
    except CredentialsUnreadable:
        return False
    return True
