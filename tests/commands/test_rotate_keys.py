"""`manage.py rotate_keys`: all rows, or none."""

from __future__ import annotations

import pytest
from cryptography.fernet import Fernet
from django.core.management import CommandError, call_command
from pytest_django import Settings

from jobs.models import ApiKey

pytestmark = pytest.mark.django_db

Output = pytest.CaptureFixture[str]

OLD, NEW, LOST = (Fernet.generate_key().decode() for _ in range(3))


def sealed_with(key: str, label: str, settings: Settings) -> ApiKey:
    settings.CREDENTIAL_KEYS = [key]
    row = ApiKey(label=label, endpoint="app.viam.com:443", key_id=label)
    row.seal(f"the key of {label}")
    row.save()
    return row


def test_afterwards_the_first_key_alone_opens_every_row(settings: Settings, capsys: Output) -> None:
    rows = [sealed_with(OLD, "Bolt", settings), sealed_with(NEW, "Harbor", settings)]
    settings.CREDENTIAL_KEYS = [NEW, OLD]

    call_command("rotate_keys")

    settings.CREDENTIAL_KEYS = [NEW]
    for row in rows:
        row.refresh_from_db()
        assert row.credentials().key == f"the key of {row.label}"
    assert capsys.readouterr().out.startswith("2 API keys are now encrypted")


def test_names_the_rows_that_do_not_open_and_changes_nothing(settings: Settings) -> None:
    rows = [sealed_with(LOST, "Quiet", settings), sealed_with(OLD, "Bolt", settings)]
    settings.CREDENTIAL_KEYS = [NEW, OLD]

    with pytest.raises(CommandError, match=r"can't decrypt: Quiet\. Nothing was changed\."):
        call_command("rotate_keys")

    assert {row.sealed_key for row in ApiKey.objects.all()} == {row.sealed_key for row in rows}


def test_check_tells_which_key_opens_which_row_and_changes_nothing(settings: Settings, capsys: Output) -> None:
    row = sealed_with(OLD, "Bolt", settings)
    sealed_with(NEW, "Harbor", settings)
    settings.CREDENTIAL_KEYS = [NEW, OLD]

    call_command("rotate_keys", "--check")

    assert capsys.readouterr().out.splitlines() == [
        "Bolt: encrypted with key 2",
        "Harbor: encrypted with key 1",
        "Key 1 of CREDENTIAL_KEYS: 1 row, and all new ones",
        "Key 2 of CREDENTIAL_KEYS: 1 row; run rotate_keys before removing it",
        "2 of 2 API keys can be decrypted.",
    ]
    assert ApiKey.objects.get(label="Bolt").sealed_key == row.sealed_key


def test_check_fails_when_a_row_does_not_open(settings: Settings, capsys: Output) -> None:
    sealed_with(LOST, "Quiet", settings)
    settings.CREDENTIAL_KEYS = [NEW]

    with pytest.raises(CommandError, match="can't decrypt: Quiet"):
        call_command("rotate_keys", "--check")

    assert "Quiet: can't be decrypted" in capsys.readouterr().out


def test_a_row_that_was_copied_from_another_does_not_open(settings: Settings) -> None:
    row = sealed_with(OLD, "Bolt", settings)
    ApiKey.objects.create(label="Copy", endpoint=row.endpoint, key_id="copy", sealed_key=row.sealed_key)

    with pytest.raises(CommandError, match="can't decrypt: Copy"):
        call_command("rotate_keys")
