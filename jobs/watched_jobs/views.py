"""What static/js/job-watcher.js asks: how the jobs do that somebody watches, and in which words their end is told."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, JsonResponse
from django.templatetags.static import static
from django.views.decorators.http import require_safe

from jobs.permissions import organizations_of, person
from jobs.templatetags.job_text import ending, ending_details
from jobs.watched_jobs import service
from jobs.watched_jobs.service import Watched

MAX_COUNT = 50
# Of what can't be seen in the status of a job, for instance that it is gone.
OTHER_ICON = "unknown"
ICONS = {"completed", "failed", "canceled"}


@require_safe
def watched_jobs(request: HttpRequest) -> JsonResponse:
    """The jobs named by `job=<slug>/<id>`. Those that aren't, or are others' alone, are left out without a word.

    Whose answer it is stands in it: in one browser, pages of somebody who signed out may be open still.
    """
    who = person(request)
    wanted = [_parted(name) for name in request.GET.getlist("job")[:MAX_COUNT]]
    found = service.watched_jobs(organizations_of(who), wanted)
    return JsonResponse({"person": str(who.pk), "jobs": [_told(one) for one in found]})


def _parted(name: str) -> tuple[str, str]:
    slug, _, viam_id = name.replace("\0", "").partition("/")
    return slug, viam_id


def _told(one: Watched) -> dict[str, Any]:
    job = one.job
    told = {"job": f"{job.organization.slug}/{job.viam_id}", "status": job.state.word, "is_over": job.is_over}
    if not job.is_over:
        return told
    icon = job.state.word if job.state.word in ICONS else OTHER_ICON
    words = {"title": ending(job), "body": ending_details(job, one.dataset)}
    return {**told, **words, "icon": static(f"img/status/{icon}.png"), "address": job.get_absolute_url()}
