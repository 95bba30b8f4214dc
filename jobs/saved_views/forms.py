"""Naming a view of the list."""

from __future__ import annotations

from typing import Any

from django import forms

from jobs.domain import Role
from jobs.ui.text import plain


class ViewForm(forms.Form):
    """Sharing is for those who may also act; a viewer's views are their own."""

    name = forms.CharField(max_length=80, label="Name", widget=forms.TextInput(attrs={"autocomplete": "off"}))
    is_shared = forms.BooleanField(required=False, label="Share with the team")
    query = forms.CharField(max_length=4000, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, role: Role, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not role.may_operate:
            del self.fields["is_shared"]

    def clean_name(self) -> str:
        return plain(self.cleaned_data["name"])

    @property
    def is_to_be_shared(self) -> bool:
        return bool(self.cleaned_data.get("is_shared"))
