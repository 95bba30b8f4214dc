"""Whose job it is: for jobs that were started elsewhere, whoever started them says so."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from jobs import services
from jobs.access import actor, organization_for, person
from jobs.domain import Role
from jobs.models import Job
from jobs.views.undoable import job_claimed


@require_POST
def job_claim(request: HttpRequest, slug: str, viam_id: str, is_mine: bool) -> HttpResponse:
    """Claims the job, or takes the claim back, and leads to its page."""
    organization = organization_for(person(request), slug, to=Role.OPERATOR)
    change = services.claim_job if is_mine else services.disown_job
    try:
        is_done = change(actor(request), organization, viam_id)
    except Job.DoesNotExist:
        raise Http404("Job not found.") from None
    if is_done:
        told = (
            f"{organization.jobs.get(viam_id=viam_id)} is {'now claimed by you' if is_mine else 'no longer claimed'}."
        )
        messages.success(request, told, extra_tags=job_claimed(person(request), organization, viam_id, is_mine))
    else:
        messages.error(request, "Nothing was changed: someone else claimed it first, or it isn't yours to unclaim.")
    return redirect("jobs:detail", slug, viam_id)
