"""allauth's forms in our words: a label above each field, no second one inside it, and help that is one sentence."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from allauth.account import forms as account
from allauth.core import context
from allauth.mfa.adapter import get_adapter as get_factors
from allauth.mfa.base import forms as mfa
from allauth.mfa.models import Authenticator
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from allauth.mfa.webauthn.internal import auth
from django import forms
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError

from dashboard.accounts import activity, throttle
from dashboard.accounts.ownership import may_be_reset_by
from dashboard.accounts.second_factor import counter_of, is_first_use
from jobs import strict_json

LABELS = {
    "oldpassword": "Current password",
    "password": "Password",
    "password1": "New password",
    "password2": "Confirm new password",
    "email": "Email address",
    "code": "Code",
    "name": "Name",
}
# Of COSE, https://www.iana.org/assignments/cose: -65535, and no further in either direction.
LARGEST_ALGORITHM = 65_535
HELP = {"password1": "At least 8 characters. Don’t use a common password or one close to your name."}


class Plain(forms.Form):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.label, field.help_text = LABELS.get(name, field.label), HELP.get(name, "")
            field.widget.attrs.pop("placeholder", None)


class ChangePassword(Plain, account.ChangePasswordForm):
    def clean_oldpassword(self) -> str:
        """Counts as a sign-in does, with those: whoever has a session guesses no password here."""
        attempt = throttle.begin_for(context.request, self.user, throttle.account_key(self.user, ""))
        try:
            typed: str = super().clean_oldpassword()
        except ValidationError:
            activity.sign_in_failed(context.request, self.user, "wrong password")
            raise
        throttle.succeeded(attempt)
        return typed


class SetPassword(Plain, account.SetPasswordForm): ...


class ForgottenPassword(Plain, account.ResetPasswordForm):
    users: list[User]

    def clean_email(self) -> str:
        """The answer is the same whoever is found: nobody learns who is here."""
        typed: str = super().clean_email()
        self.users = [user for user in self.users if may_be_reset_by(user, typed)]
        return typed


class NewPassword(Plain, account.ResetPasswordKeyForm): ...


class Again(Plain, account.ReauthenticateForm): ...


class AddEmail(Plain, account.AddEmailForm): ...


class Counted(forms.Form):
    """Wrong codes count by account and address: whoever guesses elsewhere locks nobody out."""

    user: User

    def clean_code(self) -> str:
        attempt = throttle.begin_for(context.request, self.user, throttle.code_key(self.user), "too many codes")
        try:
            code: str = super().clean_code()  # type: ignore[misc]
        except Authenticator.DoesNotExist:
            # It was removed, or codes made anew, since it was found.
            raise get_factors().validation_error("incorrect_code") from None
        self.use_up(code)
        throttle.succeeded(attempt)
        return code

    def use_up(self, code: str) -> None:
        """Raises ValidationError for a code that was right, and was used already."""


class Once(Counted):
    """A code of an app is good for a minute and a half, and signs in once in all that time. Recovery codes are crossed
    out when they are looked at.
    """

    authenticator: Authenticator

    def use_up(self, code: str) -> None:
        app = self.authenticator
        if app.type == Authenticator.Type.TOTP and not is_first_use(app, code):
            self._emit_authentication_failed(app)  # type: ignore[attr-defined]
            raise get_factors().validation_error("incorrect_code")


class Code(Once, Plain, mfa.AuthenticateForm): ...


class CodeAgain(Once, Plain, mfa.ReauthenticateForm): ...


class FirstCode(Counted, Plain, totp.ActivateTOTPForm):
    counter: int

    def use_up(self, code: str) -> None:
        """The step of time that it was for is kept with the app."""
        counter = counter_of(self.secret, code)
        if counter is None:
            raise get_factors().validation_error("incorrect_code")
        self.counter = counter


@contextmanager
def in_words() -> Iterator[None]:
    """What the libraries raise for data that is none: they read bytes that anybody may send."""
    try:
        yield
    except (TypeError, ValueError, LookupError, AttributeError, ArithmeticError, RecursionError, struct.error) as wrong:
        raise get_factors().validation_error("incorrect_code") from wrong


def _refuse_large_numbers(found: Any) -> None:
    """Where bytes are due, a number is taken for so many of them: a few digits would fill the memory. Passkeys have
    none but those of algorithms.
    """
    if isinstance(found, int | float) and abs(found) > LARGEST_ALGORITHM:
        raise ValueError("A number is too large.")
    if isinstance(found, dict | list):
        for inner in found.values() if isinstance(found, dict) else found:
            _refuse_large_numbers(inner)


class Credential(forms.Field):
    """What a browser tells of a passkey: JSON from outside, and never shown again."""

    widget = forms.HiddenInput

    def to_python(self, value: Any) -> dict[str, Any] | None:
        if value in self.empty_values:
            return None
        with in_words():
            found = strict_json.parse(value)
            if not isinstance(found, dict):
                raise TypeError("A passkey is an object.")
            _refuse_large_numbers(found)
            return found

    def bound_data(self, data: Any, initial: Any) -> str:
        return ""


class NewPasskey(Plain, webauthn.AddWebAuthnForm):
    credential = Credential()

    def clean(self) -> dict[str, Any] | None:
        with in_words():
            return super().clean()


class Passkey(forms.Form):
    """One that doesn't let in is a failed sign-in, of the account that it says it is for where there is one."""

    user: User | None
    claimed: User | None = None

    def clean_credential(self) -> Authenticator:
        self.claimed = self.user or _claimed_by(self.cleaned_data["credential"])
        with in_words():
            found: Authenticator = super().clean_credential()  # type: ignore[misc]
            return found

    def clean(self) -> dict[str, Any] | None:
        if self.has_error("credential") and self.data.get("credential"):
            activity.sign_in_failed(context.request, self.claimed or self.user, "wrong passkey")
        return super().clean()


def _claimed_by(credential: dict[str, Any]) -> User | None:
    try:
        with in_words():
            found: User = auth.extract_user_from_response(credential)
            return found
    except ValidationError:
        return None


class PasskeyAlone(Passkey, webauthn.LoginWebAuthnForm):
    credential = Credential()

    def clean_credential(self) -> Authenticator:
        """A touch alone is a second factor without the first. The challenge that is answered may have been given for
        the second step of somebody's own sign-in, which doesn't insist on a PIN or a finger.
        """
        found = super().clean_credential()
        told = auth.parse_authentication_response(self.cleaned_data["credential"]).response.authenticator_data
        if not told.is_user_verified():
            raise get_factors().validation_error("incorrect_code")
        return found


class PasskeyAfterPassword(Passkey, webauthn.AuthenticateWebAuthnForm):
    credential = Credential()


class PasskeyAgain(Passkey, webauthn.ReauthenticateWebAuthnForm):
    credential = Credential()
