"""One's own tokens: made, shown once, revoked."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST

from jobs.api_tokens.forms import TokenForm
from jobs.models import AccessToken, AuditEntry
from jobs.permissions import actor, organizations_of, person
from jobs.reauthentication import ask_again, typed_before
from jobs.ui.polling import HtmxHttpRequest


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
