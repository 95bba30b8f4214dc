"""Second factors: sealed in the database, and not to be given up where the site requires one."""

from __future__ import annotations

import base64
import hashlib
import logging
import secrets
from collections.abc import Iterator
from contextlib import contextmanager

from allauth.account.adapter import get_adapter as get_accounts
from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa.adapter import DefaultMFAAdapter, get_adapter
from allauth.mfa.base.internal.flows import delete_and_cleanup
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from allauth.mfa.utils import decrypt
from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import User
from django.db import transaction
from django.http import HttpRequest

from dashboard.accounts.adapter import mails_afterwards
from jobs.models import lock_people

log = logging.getLogger(__name__)

CAN_SIGN_IN = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
# In an authenticator app's data: the step of time whose code was accepted last, or that it was added with.
COUNTER = "counter"
NEEDED = "This site requires a second factor. Add another before you remove this one."


def has_second_factor(user: User) -> bool:
    return bool(Authenticator.objects.filter(user=user, type__in=CAN_SIGN_IN).exists())


def what_is_missing(user: User) -> str:
    """Why a program may not act for this person, by session or token; empty when it may."""
    if not settings.REQUIRE_TWO_FACTOR or has_second_factor(user):
        return ""
    return "This site requires a second factor. Sign in and set one up; until then, your tokens are refused, too."


@contextmanager
def one_at_a_time(user: User) -> Iterator[None]:
    """What is added to this person's second factors, or removed, waits for whatever else is."""
    with mails_afterwards(), transaction.atomic():
        lock_people(User.objects.filter(pk=user.pk))
        yield


@contextmanager
def codes_held(user: User) -> Iterator[None]:
    """While somebody looks at their recovery codes for the first time: allauth notes that in the row that tells which
    of them are used, and would write over a code that signs in at this moment.
    """
    mine = Authenticator.objects.filter(user=user, type=Authenticator.Type.RECOVERY_CODES)
    if not mine.exclude(data__has_key="viewed_at").exists():
        yield
        return
    with transaction.atomic():
        list(mine.select_for_update())
        yield


def remove(request: HttpRequest, factor: Authenticator, told: str) -> bool:
    """False for the last one where the site requires one; of two that are removed at once, one is the last.

    `told`: how allauth's templates call the message and the mail about it.
    """
    with one_at_a_time(factor.user):
        if not get_adapter().can_delete_authenticator(factor):
            return False
        delete_and_cleanup(request, factor)
    accounts = get_accounts(request)
    accounts.add_message(request, messages.SUCCESS, f"mfa/messages/{told}.txt")
    accounts.send_notification_mail(f"mfa/email/{told}", factor.user)
    return True


def counter_of(secret: str, code: str, after: int = 0) -> int | None:
    """The step of time that a code of an app is for, as long as it is good; of those that come after `after`."""
    for counter in yield_hotp_counters_from_time():
        if counter > after and compare_user_code(actual=code, expected=format_hotp_value(hotp_value(secret, counter))):
            return int(counter)
    return None


def is_first_use(app: Authenticator, code: str) -> bool:
    """Whether this code is newer than any that the app has signed in with; from now on it isn't."""
    with transaction.atomic():
        row = Authenticator.objects.select_for_update().filter(pk=app.pk).first()
        counter = counter_of(decrypt(row.data["secret"]), code, row.data.get(COUNTER, 0)) if row else None
        if row is None or counter is None:
            return False
        row.data[COUNTER] = counter
        row.save(update_fields=["data"])
        return True


class SecondFactors(DefaultMFAAdapter):
    error_messages = DefaultMFAAdapter.error_messages | {
        "cannot_delete_authenticator": NEEDED,
        "incorrect_code": "Incorrect or already used code. Enter a new one.",
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
