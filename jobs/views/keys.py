"""API keys: added, tested, replaced, removed. For site owners only."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from jobs import services
from jobs.access import person, site_owner_required
from jobs.errors import CloudError
from jobs.forms import KeyForm, ShownOrganizationsForm
from jobs.models import ApiSettings

forms_only = require_http_methods(["GET", "HEAD", "POST"])


@site_owner_required
@require_safe
def key_list(request: HttpRequest) -> HttpResponse:
    rows = ApiSettings.objects.prefetch_related("organizations").select_related("added_by")
    unreadable = {row.pk for row in services.unreadable_keys()}
    return render(request, "keys/list.html", {"rows": rows, "unreadable": unreadable})


@site_owner_required
@forms_only
def key_create(request: HttpRequest) -> HttpResponse:
    return _edit(request, ApiSettings())


@site_owner_required
@forms_only
def key_edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _edit(request, get_object_or_404(ApiSettings, pk=pk))


@site_owner_required
@forms_only
def key_organizations(request: HttpRequest, pk: UUID) -> HttpResponse:
    row = get_object_or_404(ApiSettings, pk=pk)
    form = ShownOrganizationsForm(request.POST or None, organizations=list(row.organizations.all()))
    if request.method == "POST" and form.is_valid():
        services.choose(row, form.cleaned_data["shown"])
        return redirect("jobs:organizations")
    return render(request, "keys/organizations.html", {"row": row, "form": form})


@site_owner_required
@forms_only
def key_remove(request: HttpRequest, pk: UUID) -> HttpResponse:
    row = get_object_or_404(ApiSettings, pk=pk)
    if request.method == "POST":
        services.remove_key(row)
        messages.success(request, f"{row.label} was removed. Its organizations stay as they were seen last.")
        return redirect("jobs:keys")
    return render(request, "keys/remove.html", {"row": row})


def _edit(request: HttpRequest, row: ApiSettings) -> HttpResponse:
    form = KeyForm(request.POST or None, instance=row)
    if request.method == "POST" and form.is_valid() and _save(request, form):
        return redirect("jobs:key-organizations", form.instance.pk)
    status = 422 if form.errors else 200
    return render(request, "keys/form.html", {"form": form, "row": row}, status=status)


def _save(request: HttpRequest, form: KeyForm) -> bool:
    """Whether the cloud took the key; otherwise its words stand at the form."""
    row = form.save(commit=False)
    try:
        services.save_key(row=row, endpoint=form.to_endpoint(), key=form.cleaned_data["key"], actor=person(request))
    except CloudError as error:
        form.add_error(None, f"{error.sentence} {error.words}".strip())
        return False
    messages.success(request, f"{row.label} works. Choose the organizations to show.")
    return True
