"""Making a token."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django import forms

from jobs.domain import GRANTABLE, Role
from jobs.models import Organization
from jobs.ui.text import plain

LASTS = [(30, "30 days"), (90, "90 days"), (365, "1 year")]


class TokenForm(forms.Form):
    """What a token is for. It never does more than its owner may."""

    label = forms.CharField(
        label="Name", max_length=80, help_text="What uses it, such as “nightly export”. Shown in Activity."
    )
    organization = forms.ModelChoiceField(
        queryset=Organization.objects.none(), required=False, empty_label="All my organizations", label="Organization"
    )
    role = forms.TypedChoiceField(
        label="Role",
        choices=[(role.value, f"{role.label}: {role.meaning}") for role in GRANTABLE[:2]],
        coerce=lambda value: Role(int(value)),
        initial=Role.VIEWER.value,
        widget=forms.RadioSelect,
    )
    lasts = forms.TypedChoiceField(
        label="Expires after", choices=LASTS, coerce=lambda days: timedelta(days=int(days)), initial=90
    )

    def __init__(self, *args: Any, organizations: Iterable[Organization], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organization"].queryset = organizations  # type: ignore[attr-defined]

    def clean_label(self) -> str:
        return plain(self.cleaned_data["label"])
