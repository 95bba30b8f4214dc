"""What people type about themselves."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.account.forms import LoginForm
from django import forms
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError

from dashboard.accounts import registration
from dashboard.accounts.models import Profile, known_zones
from jobs.job_list.columns import OPTIONAL


class SignInForm(LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"] = forms.CharField(label="User name or email", max_length=254)
        self.fields["login"].widget.attrs = {"autocomplete": "username webauthn", "autocapitalize": "none"}
        self.fields["password"].help_text = ""
        self.fields["password"].widget.attrs = {"autocomplete": "current-password"}
        self.order_fields(["login", "password"])

    def user_credentials(self) -> dict[str, str]:
        return {"username": self.cleaned_data["login"], "password": self.cleaned_data["password"]}


class NewPersonForm(forms.Form):
    """A person who comes to be. Invitations may use it as it is, and its template accounts/_new_person.html."""

    username = forms.CharField(label="User name", max_length=150, help_text="Letters, digits and . + - _")
    email = forms.EmailField(label="Email", max_length=254, required=False)
    name = forms.CharField(label="Name", max_length=100, required=False, help_text="The name others see.")
    password = forms.CharField(
        label="Password", widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}), strip=False
    )
    user: User

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].widget.attrs |= {"autocomplete": "username", "autocapitalize": "none"}
        self.fields["email"].widget.attrs |= {"autocomplete": "email"}
        self.fields["name"].widget.attrs |= {"autocomplete": "name"}

    def saver(self, *, owner: bool = False, email_verified: bool = False) -> Callable[[], User | None]:
        """Makes the person of a valid form, when it is called within a transaction.

        The hash is made now: it takes long, and in a transaction others would wait for it. What is called answers with
        None when the person was refused; `errors` then says why.
        """
        typed = {field: str(self.cleaned_data[field]) for field in ("username", "email", "name", "password")}
        hashed = make_password(typed["password"])

        def save() -> User | None:
            try:
                return registration.create_person(**typed, hashed=hashed, owner=owner, email_verified=email_verified)
            except ValidationError as wrong:
                self.add_error(None, wrong)
                return None

        return save


class SetUpForm(NewPersonForm):
    code = forms.CharField(
        label="Set-up code",
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
        help_text="The server printed it at startup. “manage.py setup_code” prints it again.",
    )
    field_order = ("code", "username", "email", "name", "password")

    def clean_code(self) -> str:
        typed: str = self.cleaned_data["code"]
        if not registration.is_right(typed):
            raise ValidationError("Enter the code that the server printed.")
        return typed


class ProfileForm(forms.ModelForm):  # type: ignore[type-arg]  # Django 5.2 has no brackets at run time.
    class Meta:
        model = Profile
        fields = ("name", "zone", "theme")
        help_texts = {"name": "The name others see."}
        widgets = {"theme": forms.RadioSelect}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zones = [(zone, zone.replace("_", " ")) for zone in sorted(known_zones()) if "/" in zone or zone == "UTC"]
        self.fields["zone"].widget = forms.Select(choices=[("", "Browser time zone"), *zones])


class ColumnsForm(forms.Form):
    """Which columns a list of jobs shows, and the list to go back to."""

    shown = forms.MultipleChoiceField(choices=OPTIONAL, required=False)
    back = forms.CharField(max_length=4000, required=False)

    @property
    def hidden(self) -> str:
        """The words of all others, as a profile keeps them."""
        return " ".join(word for word, _ in OPTIONAL if word not in self.cleaned_data["shown"])
