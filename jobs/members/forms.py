"""Inviting somebody, and changing what they may do."""

from __future__ import annotations

from django import forms
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.validators import MaxLengthValidator, validate_email

from jobs.domain import GRANTABLE, Role
from jobs.models import address_key
from jobs.ui.text import plain

ROLES = [(role.value, f"{role.label}: {role.meaning}") for role in GRANTABLE]


def _validate_address(name: str) -> None:
    validate_email(name)
    if not address_key(name):
        raise forms.ValidationError("Use ASCII letters only before the @.")


def _validate_username(name: str) -> None:
    UnicodeUsernameValidator()(name)
    MaxLengthValidator(150)(name)


class RoleForm(forms.Form):
    """One of the roles that a membership can be."""

    role = forms.TypedChoiceField(
        choices=[(role.value, role.label) for role in GRANTABLE], coerce=lambda value: Role(int(value))
    )


class InviteForm(forms.Form):
    """Whom, as what. Nothing here looks for an account: the answer is the same for everybody."""

    name = forms.CharField(
        label="Email address or user name",
        max_length=254,
        required=False,
        help_text="Leave empty to get a link to pass on yourself.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    role = forms.TypedChoiceField(
        choices=ROLES,
        coerce=lambda value: Role(int(value)),
        initial=Role.OPERATOR.value,
        widget=forms.RadioSelect,
    )

    def clean_name(self) -> str:
        """One of an address, a user name and nothing; only an address has an @."""
        name = plain(self.cleaned_data["name"].strip())
        check = _validate_address if "@" in name else _validate_username
        try:
            if name:
                check(name)
        except forms.ValidationError:
            raise forms.ValidationError("Enter an email address such as name@example.com, or a user name.") from None
        return name

    @property
    def whom(self) -> dict[str, str]:
        """For `services.invite`."""
        name: str = self.cleaned_data["name"]
        return {"email": name} if "@" in name else {"username": name}
