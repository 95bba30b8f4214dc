"""Which columns a person's lists show."""

from __future__ import annotations

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from dashboard.accounts.forms import ColumnsForm
from dashboard.accounts.models import profile_of
from jobs.access import person


@require_POST
def columns(request: HttpRequest) -> HttpResponse:
    """Keeps what was ticked, and goes back to the list; to the organizations when `back` leads off this site."""
    form = ColumnsForm(request.POST)
    if not form.is_valid():
        raise BadRequest("No list has such a column.")
    profile = profile_of(person(request))
    profile.hidden = form.hidden
    profile.save()
    back = form.cleaned_data["back"]
    return redirect(back if url_has_allowed_host_and_scheme(back, allowed_hosts=None) else "jobs:organizations")
