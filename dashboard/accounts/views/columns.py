"""Which columns a person's lists show."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.text import get_text_list
from django.views.decorators.http import require_POST

from dashboard.accounts.forms import ColumnsForm
from dashboard.accounts.models import Profile, profile_of
from dashboard.accounts.undo import profile_changed, standing_of
from jobs.permissions import person
from jobs.ui.local_addresses import local_path


@require_POST
def columns(request: HttpRequest) -> HttpResponse:
    """Keeps what was ticked, and goes back to the list; to the organizations when `back` leads off this site."""
    form = ColumnsForm(request.POST)
    if not form.is_valid():
        raise BadRequest("There is no such column.")
    profile = profile_of(person(request))
    before = standing_of(profile)
    profile.hidden = form.hidden
    profile.save()
    messages.success(request, _told(profile), extra_tags=profile_changed(profile, before))
    return redirect(local_path(form.cleaned_data["back"]) or "jobs:organizations")


def _told(profile: Profile) -> str:
    left_out = [label for _, label, is_shown in profile.columns if not is_shown]
    return f"Lists now hide {get_text_list(left_out, 'and')}." if left_out else "Lists now show all columns."
