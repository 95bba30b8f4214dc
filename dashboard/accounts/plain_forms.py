"""allauth's forms in our words: a label above each field, no second one inside it, and help that is one sentence."""

from __future__ import annotations

from typing import Any

from allauth.account import forms as account
from allauth.account.adapter import get_adapter
from allauth.core import context
from allauth.mfa.adapter import get_adapter as get_factors
from allauth.mfa.base import forms as mfa
from allauth.mfa.models import Authenticator
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from django import forms
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError

from dashboard.accounts import activity, throttle
from dashboard.accounts.ownership import may_be_reset_by
from dashboard.accounts.second_factor import counter_of, is_first_use

LABELS = {
    "oldpassword": "Your password now",
    "password": "Password",
    "password1": "New password",
    "password2": "New password, once more",
    "email": "E-mail address",
    "code": "Code",
    "name": "Name",
}
HELP = {"password1": "At least 8 characters; neither a common one nor close to your name."}


class Plain(forms.Form):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.label, field.help_text = LABELS.get(name, field.label), HELP.get(name, "")
            field.widget.attrs.pop("placeholder", None)


class ChangePassword(Plain, account.ChangePasswordForm):
    def clean_oldpassword(self) -> str:
        """Counts as a sign-in does, with those: whoever has a session guesses no password here."""
        attempt = throttle.begin(context.request, throttle.account_key(self.user, ""))
        if attempt is None:
            activity.sign_in_failed(context.request, self.user, "too many tries")
            raise get_adapter().validation_error("too_many_login_attempts")
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
        attempt = throttle.begin(context.request, throttle.code_key(self.user))
        if attempt is None:
            activity.sign_in_failed(context.request, self.user, "too many codes")
            raise get_adapter().validation_error("too_many_login_attempts")
        code: str = super().clean_code()  # type: ignore[misc]
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


class NewPasskey(Plain, webauthn.AddWebAuthnForm): ...
