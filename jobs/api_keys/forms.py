"""API keys, and what of them is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings

from jobs.models import ApiKey, Organization
from jobs.ui.text import plain
from jobs.viam.endpoints import Endpoint

if TYPE_CHECKING:
    _KeyModelForm = forms.ModelForm[ApiKey]
else:
    _KeyModelForm = forms.ModelForm


class KeyForm(_KeyModelForm):
    """An API key. The key itself goes in and never comes out; blank keeps the stored one."""

    key = forms.CharField(
        label="API key",
        required=False,
        strip=True,
        max_length=500,
        widget=forms.PasswordInput(render_value=False, attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    field_order = ("endpoint", "key_id", "key", "label")

    class Meta:
        model = ApiKey
        fields = ["label", "endpoint", "key_id"]
        help_texts = {
            "label": "A name for your team. If empty, we use the names of its organizations.",
            "key_id": "A UUID, shown next to the key in Viam's app.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["label"].required = False
        choices = [(endpoint.text, endpoint.text) for endpoint in settings.VIAM_ENDPOINTS]
        self.fields["endpoint"] = forms.ChoiceField(choices=choices, label="Cloud", initial=choices[0][0])
        self.was = (self.instance.endpoint, self.instance.key_id)
        if self.is_stored:
            self.fields["key"].help_text = "Stored. Leave empty to keep it."

    @property
    def is_stored(self) -> bool:
        return bool(self.instance.sealed_key)

    def clean_key_id(self) -> str:
        return plain(self.cleaned_data["key_id"])

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        moved = (values.get("endpoint"), values.get("key_id")) != self.was
        if not values.get("key") and not self.errors and (moved or not self.is_stored):
            reason = "Enter the key again: its id or cloud changed." if self.is_stored else "Enter the key."
            self.add_error("key", reason)
        return values

    def to_endpoint(self) -> Endpoint:
        return next(endpoint for endpoint in settings.VIAM_ENDPOINTS if endpoint.text == self.cleaned_data["endpoint"])


class ShownOrganizationsForm(forms.Form):
    """Which organizations of a key the site shows."""

    shown = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple, label="Show")

    def __init__(self, *args: Any, organizations: list[Organization], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["shown"].choices = [(row.viam_id, row.name) for row in organizations]  # type: ignore[attr-defined]
        # A key that was just added shows nothing yet: all of it is the likely wish.
        chosen = [row.viam_id for row in organizations if row.is_shown] or [row.viam_id for row in organizations]
        self.fields["shown"].initial = chosen
