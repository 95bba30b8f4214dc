"""Who did what: in an organization, and on the whole site."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from jobs.activity import service
from jobs.activity.service import LogQuestion
from jobs.domain import Role, actions_by_noun
from jobs.models import AuditEntry, Organization
from jobs.permissions import Access, access_for, person, site_owner_required
from jobs.ui.csv_export import csv_answer


@require_safe
def activity(request: HttpRequest, slug: str) -> HttpResponse:
    return _page(request, access_for(person(request), slug))


@require_safe
def activity_export(request: HttpRequest, slug: str) -> StreamingHttpResponse:
    """For administrators: it tells from which addresses people acted."""
    organization = access_for(person(request), slug, to=Role.ADMINISTRATOR).organization
    return _export(request, organization, f"activity-{slug}.csv")


@site_owner_required
@require_safe
def site_activity(request: HttpRequest) -> HttpResponse:
    return _page(request, None)


@site_owner_required
@require_safe
def site_activity_export(request: HttpRequest) -> StreamingHttpResponse:
    return _export(request, None, "activity.csv")


def _page(request: HttpRequest, access: Access | None) -> HttpResponse:
    organization = access.organization if access else None
    question = LogQuestion.from_address(request.GET.dict())
    page = service.read_activity(organization, question)
    context = {
        **(access.context if access else {}),
        "page": page,
        "actions": actions_by_noun(),
        "outcomes": AuditEntry.Outcome.choices,
        "may_export": access is None or access.role.may_administer,
    }
    return render(request, "activity/list.html", context)


def _export(request: HttpRequest, organization: Organization | None, name: str) -> StreamingHttpResponse:
    question = LogQuestion.from_address(request.GET.dict())
    return csv_answer(service.export_activity(organization, question), name)
