"""Inviting somebody, and changing what they may do."""

from __future__ import annotations

from django import forms

from jobs.domain import GRANTABLE, Role
from jobs.forms.text import plain

ROLES = [(role.value, f"{role.label}: {role.meaning}") for role in GRANTABLE]


class RoleForm(forms.Form):
    """One of the roles that a membership can be."""

    role = forms.TypedChoiceField(
        choices=[(role.value, role.label) for role in GRANTABLE], coerce=lambda value: Role(int(value))
    )


class InviteForm(forms.Form):
    """Whom, as what. Somebody who has an account here joins at once; for everybody else there is a link."""

    name = forms.CharField(
        label="E-mail address or user name",
        max_length=254,
        required=False,
        help_text="Leave it empty for a link that you pass on yourself.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    role = forms.TypedChoiceField(
        choices=ROLES,
        coerce=lambda value: Role(int(value)),
        initial=Role.OPERATOR.value,
        widget=forms.RadioSelect,
    )

    def clean_name(self) -> str:
        return plain(self.cleaned_data["name"].strip())
