"""Sealing secrets for the database: MultiFernet from CREDENTIAL_KEYS, each secret bound to the row that holds it.

The first key seals, every key opens, so keys rotate without a moment in which something can't be read
(cryptography's MultiFernet). The name of the row is sealed in together with the secret: ciphertext that was moved to
another row opens, but is refused.
"""

from __future__ import annotations

import json
from contextlib import suppress

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from jobs.viam.errors import CredentialsUnreadable, Misplaced


def ring() -> MultiFernet:
    """The keys of CREDENTIAL_KEYS. Raises ImproperlyConfigured when one of them is no Fernet key."""
    try:
        return MultiFernet([Fernet(key) for key in settings.CREDENTIAL_KEYS])
    except ValueError:
        raise ImproperlyConfigured(
            "CREDENTIAL_KEYS holds something that is not a Fernet key (32 bytes in URL-safe base64)."
        ) from None


def seal(secret: str, *, row: str) -> str:
    return ring().encrypt(json.dumps({"row": row, "secret": secret}).encode()).decode()


def unseal(sealed: str, *, row: str) -> str:
    """Raises CredentialsUnreadable when no key opens it or it was altered, and Misplaced for that of another row."""
    try:
        opened = json.loads(ring().decrypt(sealed.encode()))
        owner, secret = opened["row"], opened["secret"]
    except (InvalidToken, ValueError, KeyError, TypeError):
        raise CredentialsUnreadable from None
    if owner != row:
        raise Misplaced
    return str(secret)


def position(sealed: str) -> int:
    """Which of CREDENTIAL_KEYS opens it, counted from 1. Raises CredentialsUnreadable when none does."""
    for number, key in enumerate(settings.CREDENTIAL_KEYS, start=1):
        with suppress(InvalidToken):
            Fernet(key).decrypt(sealed.encode())
            return number
    raise CredentialsUnreadable


def reencrypt(sealed: str, *, row: str) -> str:
    """The same secret under the first key. Raises CredentialsUnreadable like `unseal`."""
    return seal(unseal(sealed, row=row), row=row)
