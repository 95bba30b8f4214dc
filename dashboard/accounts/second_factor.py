"""Second factors: sealed in the database, and not to be given up where the site requires one."""

from __future__ import annotations

import base64
import hashlib
import logging
import secrets

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.contrib.auth.models import User

log = logging.getLogger(__name__)

CAN_SIGN_IN = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]


def has_second_factor(user: User) -> bool:
    return bool(Authenticator.objects.filter(user=user, type__in=CAN_SIGN_IN).exists())


def what_is_missing(user: User) -> str:
    """Why a program may not act for this person, by session or token; empty when it may."""
    if not settings.REQUIRE_TWO_FACTOR or has_second_factor(user):
        return ""
    return "This site requires a second factor: sign in and set one up first. Until then your tokens are refused, too."


class SecondFactors(DefaultMFAAdapter):
    error_messages = DefaultMFAAdapter.error_messages | {
        "cannot_delete_authenticator": "This site requires a second factor. Add another before you remove this one.",
        "incorrect_code": "This code is wrong, or was used already.",
    }

    def encrypt(self, text: str) -> str:
        return _seal().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """What another SECRET_KEY sealed opens to a secret that nobody knows: no code fits, and none can be guessed."""
        try:
            return _seal().decrypt(encrypted_text.encode()).decode()
        except InvalidToken:
            log.error("A second factor can't be opened with this SECRET_KEY. Its owner has to add a new one.")
            return base64.b32encode(secrets.token_bytes(20)).decode()

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        others = Authenticator.objects.filter(user=authenticator.user, type__in=CAN_SIGN_IN).exclude(
            pk=authenticator.pk
        )
        return not settings.REQUIRE_TWO_FACTOR or others.exists()

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:
        return "Passkey"


def _seal() -> Fernet:
    """Of SECRET_KEY: a stolen database makes no codes."""
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(b"second factors:" + settings.SECRET_KEY.encode()).digest()))
