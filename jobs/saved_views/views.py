"""Views of the list that people save: the menu, saving, renaming, deleting, and a link to each."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from jobs.domain import Role
from jobs.job_list.filters import Filters
from jobs.models import Organization, SavedView
from jobs.permissions import Access, access_for, actor, person
from jobs.saved_views import service
from jobs.saved_views.undo import standing_of, view_changed, view_deleted, view_saved
from jobs.ui.polling import HtmxHttpRequest, page_or_fragment
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


@require_http_methods(["GET", "HEAD", "POST"])
def view_list(request: HtmxHttpRequest, slug: str) -> HttpResponse:
    """The menu's content for htmx, a page for everybody else; `?query` of the list is what can be saved."""
    access = access_for(person(request), slug)
    if request.method == "POST":
        return _save(request, access)
    query = request.GET.urlencode()
    return _menu(request, access, query, ViewForm(role=access.role, initial={"query": query}))


@require_safe
def view_open(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """A link that stays when the view is changed."""
    view = _view(request, access_for(person(request), slug).organization, pk)
    return redirect(_list(view))


@require_http_methods(["GET", "HEAD", "POST"])
def view_edit(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """For its owner only: a shared view is theirs all the same. The list sends its filters, the form the rest."""
    access = access_for(person(request), slug)
    view = _view(request, access.organization, pk)
    if view.owner != request.user:
        raise PermissionDenied(f"This view is {view.owner.get_username()}'s: only they can edit it.")
    before = standing_of(view)
    if "query" in request.POST:
        service.change_view(view, name=view.name, is_shared=view.is_shared, query=request.POST["query"])
        undo = view_changed(person(request), access.role, view, before)
        messages.success(request, f"View “{view.name}” saved with these filters.", extra_tags=undo)
        return redirect(_list(view))
    form = ViewForm(request.POST or None, role=access.role, initial=before)
    if form.is_valid() and _keep(form, view):
        undo = view_changed(person(request), access.role, view, before)
        messages.success(request, f"View “{view.name}” saved.", extra_tags=undo)
        return redirect("jobs:views", slug)
    context = {**access.context, "view": view, "form": form}
    return render(request, "saved_views/edit.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def view_delete(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """For its owner, and for administrators when it is shared."""
    access = access_for(person(request), slug)
    view = _view(request, access.organization, pk)
    if view.owner != request.user and not access.role.may_administer:
        raise PermissionDenied(f"This view is {view.owner.get_username()}'s: they or an administrator can delete it.")
    if request.method != "POST":
        return render(request, "saved_views/delete.html", {**access.context, "view": view})
    undo = view_deleted(person(request), access.role, view)
    service.delete_view(actor(request), view)
    messages.success(request, f"View “{view.name}” deleted.", extra_tags=undo)
    return redirect("jobs:views", slug)


def _save(request: HtmxHttpRequest, access: Access) -> HttpResponse:
    form = ViewForm(request.POST, role=access.role)
    if form.is_valid():
        values = form.cleaned_data
        try:
            view = service.save_view(
                access.organization,
                person(request),
                name=values["name"],
                query=values["query"],
                is_shared=form.is_to_be_shared,
            )
        except service.NotKept as refusal:
            form.add_error("name", str(refusal))
        else:
            undo = view_saved(person(request), view)
            messages.success(request, f"View “{view.name}” saved. Find it under Views.", extra_tags=undo)
            return redirect(_list(view))
    return _menu(request, access, form.data.get("query", ""), form, status=422)


def _keep(form: ViewForm, view: SavedView) -> bool:
    try:
        service.change_view(view, name=form.cleaned_data["name"], is_shared=form.is_to_be_shared)
    except service.NotKept as refusal:
        form.add_error("name", str(refusal))
        return False
    return True


def _menu(request: HtmxHttpRequest, access: Access, query: str, form: ViewForm, status: int = 200) -> HttpResponse:
    context = {
        **access.context,
        "views": service.views_of(access.organization, person(request), query),
        "form": form,
    }
    return page_or_fragment(request, "saved_views/list.html", "saved_views/_menu.html", context, status=status)


def _view(request: HttpRequest, organization: Organization, pk: int) -> SavedView:
    """Somebody else's own view is no such view."""
    view: SavedView = get_object_or_404(service.visible(organization, person(request)), pk=pk)
    view.organization = organization
    return view


def _list(view: SavedView) -> str:
    """Which says that it is the view's: its name stands above."""
    filters = Filters.from_query(view.query)
    return f"{view.organization.get_absolute_url()}?{filters.to_address(view=view.pk)}"
