"""One's own tokens: made, shown once, revoked."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST

from jobs.domain import GRANTABLE, Role
from jobs.models import AccessToken, AuditEntry, Organization
from jobs.permissions import actor, organizations_of, person
from jobs.reauthentication import ask_again, typed_before
from jobs.ui.polling import HtmxHttpRequest
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


@sensitive_variables("token")
@require_http_methods(["GET", "HEAD", "POST"])
def token_list(request: HtmxHttpRequest) -> HttpResponse:
    """The tokens; by POST a new one, which is on the answer and on no other page."""
    user, token = person(request), ""
    mine = organizations_of(user).order_by("name")
    form = TokenForm(request.POST or None, organizations=mine, initial=typed_before(request))
    if request.method == "POST" and form.is_valid():
        if again := ask_again(request, user, keep=("label", "organization", "role", "lasts")):
            return again
        asked = form.cleaned_data
        with AuditEntry.around(actor(request), "token:create", asked["organization"], subject=asked["label"]):
            _, token = AccessToken.make(user, asked["label"], asked["role"], asked["organization"], asked["lasts"])
        messages.success(request, f"The token “{asked['label']}” was created. Copy it now.")
        form = TokenForm(organizations=mine)
    tokens = user.tokens.filter(revoked_at=None).select_related("organization")
    context = {"form": form, "tokens": tokens, "made": token}
    return render(request, "api_tokens/list.html", context, status=422 if form.errors else 200)


@require_POST
def token_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(AccessToken, owner=person(request), pk=pk, revoked_at=None)
    with AuditEntry.around(actor(request), "token:revoke", row.organization, subject=row.label):
        row.revoke()
    messages.success(request, f"The token “{row.label}” was revoked and no longer works.")
    return redirect("jobs:tokens")
