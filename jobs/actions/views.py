"""What can be done to a job: asked for confirmation by GET, done by POST, answered with the new truth."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from jobs.actions import service
from jobs.actions.service import cancel_job, delete_job
from jobs.actions.undo import job_claimed
from jobs.domain import Role
from jobs.job_list.views import render_list
from jobs.job_page.views import render_job, story_of
from jobs.models import MAX_REASON, Actor, Job, Organization
from jobs.permissions import Access, access_for, access_to_all, actor, person
from jobs.ui.local_addresses import current_page, local_path
from jobs.ui.polling import HtmxHttpRequest, page_or_partial
from jobs.ui.text import one_line
from jobs.viam.errors import CloudError, NotSent, Unavailable


@dataclass(frozen=True, slots=True)
class Action:
    """`verb` names the templates `actions/<verb>.html` and `_<verb>.html`; `done` is said when the cloud took it."""

    verb: str
    service: Callable[[Actor, Organization, str, str], Job]
    done: str


CANCEL = Action("cancel", cancel_job, "Cancel requested for {job}. It ends when Viam reports “Canceled”.")
DELETE = Action("delete", delete_job, "{job} was deleted in Viam. Its page, history, and saved log are kept here.")


@require_http_methods(["GET", "HEAD", "POST"])
def job_action(request: HtmxHttpRequest, slug: str, viam_id: str, action: Action) -> HttpResponse:
    """Both answer as a dialog's content or a page's partial for htmx, and as a page without it."""
    access = access_for(person(request), slug, to=Role.OPERATOR)
    story = story_of(access, viam_id)
    back = _back(request, story.job)
    if request.method != "POST":
        context = {**access.context, "job": story.job, "back": back}
        page, partial = f"actions/{action.verb}.html", f"actions/_{action.verb}.html"
        return page_or_partial(request, page, partial, context, tag=story.tag)
    status = _act(request, access.organization, story.job, action)
    return answer_in_place(request, access, viam_id, back, status)


def _act(request: HttpRequest, organization: Organization, job: Job, action: Action) -> int:
    """The status of the answer: 409 when the cloud did not take it. What it said is on the page then."""
    reason = one_line(request.POST.get("reason", ""), MAX_REASON)
    try:
        action.service(actor(request), organization, job.viam_id, reason)
    except CloudError as error:
        messages.error(request, _refusal(error, action, job))
        return 409
    messages.success(request, action.done.format(job=job))
    return 200


def answer_in_place(
    request: HtmxHttpRequest, access: Access, viam_id: str, back: str, status: int = 200
) -> HttpResponse:
    """The new truth, as the partial of the page on which the person acted."""
    if not request.htmx:
        return redirect(back)
    access.organization.refresh_from_db()
    page = urlsplit(back).path
    if page == access.organization.get_absolute_url():
        return render_list(request, access, back, status)
    if page == reverse("jobs:list"):
        return render_list(request, access_to_all(person(request)), back, status)
    return render_job(request, access, story_of(access, viam_id), status)


def _back(request: HtmxHttpRequest, job: Job) -> str:
    """Where the person came from, if that is a place of ours; the job's page otherwise."""
    wanted = request.POST.get("back") or request.GET.get("back") or came_from(request)
    return local_path(wanted) or job.get_absolute_url()


def came_from(request: HtmxHttpRequest) -> str:
    """The page in whose browser tab this is asked, as far as htmx or the browser tells; empty when it isn't ours.

    So a row of the list need not know which page it stands on, and can be kept and shown on all of them.
    """
    page = current_page(request)
    return "" if urlsplit(page).path == request.path else page


def _refusal(error: CloudError, action: Action, job: Job) -> str:
    if isinstance(error, Unavailable):
        return (
            f"Viam did not confirm that it will {action.verb} {job} ({error}). We're checking, so don't send it again."
        )
    if isinstance(error, NotSent):
        return f"Nothing was sent for {job}: Viam's cloud can't be reached. {error.words}".strip()
    return f"Viam refused to {action.verb} {job}: {error}"


@require_POST
def job_claim(request: HttpRequest, slug: str, viam_id: str, is_mine: bool) -> HttpResponse:
    """Claims the job, or takes the claim back, and leads to its page: whoever started a job elsewhere says so."""
    organization = access_for(person(request), slug, to=Role.OPERATOR).organization
    change = service.claim_job if is_mine else service.disown_job
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
