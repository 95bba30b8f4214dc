"""Secrets in the database."""

import pytest
from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured
from pytest_django import Settings

from jobs import encryption
from jobs.viam.errors import CredentialsUnreadable

KEY = "made-up-api-key"


def test_what_is_sealed_opens_again_and_does_not_show() -> None:
    sealed = encryption.seal(KEY, row="7")
    assert KEY not in sealed
    assert encryption.unseal(sealed, row="7") == KEY


def test_ciphertext_moved_to_another_row_is_refused() -> None:
    sealed = encryption.seal(KEY, row="7")
    with pytest.raises(CredentialsUnreadable, match="another entry"):
        encryption.unseal(sealed, row="8")


@pytest.mark.parametrize("position", [0, 20, -2])
def test_one_flipped_letter_is_refused(position: int) -> None:
    sealed = encryption.seal(KEY, row="7")
    flipped = list(sealed)
    flipped[position] = "A" if flipped[position] != "A" else "B"
    with pytest.raises(CredentialsUnreadable):
        encryption.unseal("".join(flipped), row="7")


def test_the_first_key_seals_and_every_key_opens(settings: Settings) -> None:
    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    settings.CREDENTIAL_KEYS = [old]
    sealed = encryption.seal(KEY, row="7")
    settings.CREDENTIAL_KEYS = [new, old]
    assert encryption.unseal(sealed, row="7") == KEY
    resealed = encryption.reencrypt(sealed, row="7")
    settings.CREDENTIAL_KEYS = [new]
    assert encryption.unseal(resealed, row="7") == KEY


def test_without_the_key_nothing_opens(settings: Settings) -> None:
    sealed = encryption.seal(KEY, row="7")
    settings.CREDENTIAL_KEYS = [Fernet.generate_key().decode()]
    with pytest.raises(CredentialsUnreadable):
        encryption.unseal(sealed, row="7")


def test_a_key_that_is_none_is_told_at_start(settings: Settings) -> None:
    settings.CREDENTIAL_KEYS = ["short"]
    with pytest.raises(ImproperlyConfigured, match="CREDENTIAL_KEYS"):
        encryption.ring()
