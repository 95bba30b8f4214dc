"""API keys: added by site owners; tested, replaced and removed by those who look after them."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.text import get_text_list
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jobs.api_keys import key_states, service
from jobs.api_keys.forms import KeyForm, ShownOrganizationsForm
from jobs.api_keys.undo import shown_changed, shown_of
from jobs.models import ApiKey, Organization
from jobs.permissions import actor, keys_for, person, site_owner_required
from jobs.reauthentication import ask_again, typed_before
from jobs.ui.polling import HtmxHttpRequest
from jobs.viam.errors import CloudError

# More names are no short sentence.
MAX_NAMED = 3

forms_only = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def key_list(request: HttpRequest) -> HttpResponse:
    rows = keys_for(person(request)).prefetch_related("organizations").select_related("added_by")
    return render(request, "api_keys/list.html", {"keys": key_states.key_states(rows)})


@site_owner_required
@forms_only
def key_create(request: HtmxHttpRequest) -> HttpResponse:
    return _edit(request, ApiKey())


@forms_only
def key_edit(request: HtmxHttpRequest, pk: UUID) -> HttpResponse:
    return _edit(request, get_object_or_404(keys_for(person(request)), pk=pk))


@site_owner_required
@forms_only
def key_organizations(request: HttpRequest, pk: UUID) -> HttpResponse:
    row = get_object_or_404(ApiKey, pk=pk)
    form = ShownOrganizationsForm(request.POST or None, organizations=list(row.organizations.all()))
    if request.method == "POST" and form.is_valid():
        before = shown_of(row)
        service.choose(row, form.cleaned_data["shown"], actor(request))
        undo = shown_changed(person(request), row, before)
        messages.success(request, _shown(row), extra_tags=undo)
        return redirect("jobs:organizations")
    return render(request, "api_keys/organizations.html", {"row": row, "form": form})


@require_POST
def key_test(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The stored key, as it is."""
    row = get_object_or_404(keys_for(person(request)), pk=pk)
    try:
        limited = key_states.check_key(row, actor(request))
    except CloudError as error:
        messages.error(request, f"{row.label} did not work. {_told(error)}")
    else:
        messages.success(request, f"{row.label} works.{_limited(limited)}")
    return redirect("jobs:keys")


@require_POST
def key_rotate(request: HttpRequest, pk: UUID) -> HttpResponse:
    row = get_object_or_404(keys_for(person(request)), pk=pk)
    try:
        key_states.rotate_keys([row], actor(request))
    except CloudError as error:
        messages.error(request, f"{row.label} was not changed. {_told(error)}")
    else:
        messages.success(request, f"{row.label} is now encrypted with the first of CREDENTIAL_KEYS.")
    return redirect("jobs:keys")


@forms_only
def key_remove(request: HtmxHttpRequest, pk: UUID) -> HttpResponse:
    row = get_object_or_404(keys_for(person(request)), pk=pk)
    if again := ask_again(request, person(request)):
        return again
    if request.method == "POST":
        service.remove_key(row, actor(request))
        messages.success(request, f"{row.label} was removed. Its organizations stay as last seen.")
        return redirect("jobs:keys")
    return render(request, "api_keys/remove.html", {"row": row})


def _shown(row: ApiKey) -> str:
    names = list(row.organizations.filter(is_shown=True).order_by("name").values_list("name", flat=True))
    return f"This site now shows {_named(names) or 'no organizations'} of {row.label}."


def _named(names: Sequence[str]) -> str:
    return f"{len(names)} organizations" if len(names) > MAX_NAMED else get_text_list([*names], "and")


def _limited(names: Sequence[str]) -> str:
    """A sentence more, where the key may not do what this site is for."""
    return f" It may not train in {_named(names)}: there it needs the role Organization Owner." if names else ""


def _left(others: Sequence[Organization]) -> str:
    """A sentence more, where a key opens what isn't the person's to change."""
    if not others:
        return ""
    names = [organization.name for organization in others]
    verbs = "stays with its own key" if len(names) == 1 else "stay with their own keys"
    return f" {_named(names)} {verbs}: only a site owner can change that."


def _edit(request: HtmxHttpRequest, row: ApiKey) -> HttpResponse:
    # Asked before the key is typed; when it comes too late, all but the key stands in the form again.
    if again := ask_again(request, person(request), keep=("label", "endpoint", "key_id")):
        return again
    form = KeyForm(request.POST or None, instance=row, initial=typed_before(request))
    if request.method == "POST" and form.is_valid() and _save(request, form):
        # Which organizations the site shows is for its owners to say.
        return redirect(*(["jobs:key-organizations", row.pk] if person(request).is_superuser else ["jobs:keys"]))
    status = 422 if form.errors else 200
    return render(request, "api_keys/form.html", {"form": form, "row": row}, status=status)


def _save(request: HttpRequest, form: KeyForm) -> bool:
    """Whether the cloud took the key; otherwise its words stand at the form."""
    row = form.save(commit=False)
    try:
        connected = service.save_key(
            row=row, endpoint=form.to_endpoint(), key=form.cleaned_data["key"], actor=actor(request)
        )
    except CloudError as error:
        form.add_error(None, _told(error))
        return False
    messages.success(request, f"{row.label} works and was saved.{_limited(connected.limited)}{_left(connected.others)}")
    return True


def _told(error: CloudError) -> str:
    return f"{error.sentence} {error.words}".strip()
