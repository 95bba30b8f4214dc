"""One thing done to many jobs: choosing them, confirming, and the page of the run."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jobs.bulk import choose as choose_
from jobs.bulk import service, worker
from jobs.domain import Role
from jobs.models import MAX_REASON, BulkRun, Organization
from jobs.permissions import Access, access_for, actor, person
from jobs.saved_views.service import canonical
from jobs.ui.local_addresses import current_page
from jobs.ui.polling import HtmxHttpRequest, page_or_partial, short_answer
from jobs.ui.text import one_line

LATEST_RUNS = 5
MAX_DIGITS = 10


@require_http_methods(["GET", "HEAD", "POST"])
def bulk_choose(request: HttpRequest, slug: str) -> HttpResponse:
    """GET offers the jobs that the list's query finds, to be ticked; POST asks whether those are meant."""
    access = access_for(person(request), slug, to=Role.OPERATOR)
    organization = access.organization
    if request.method == "POST":
        return _ask(request, access)
    query = canonical(request.GET.urlencode())
    found = choose_.matching(organization, query, person(request))
    jobs = list(found[: choose_.MAX_SHOWN])
    for job in jobs:
        job.organization = organization
    context = {
        **access.context,
        "jobs": jobs,
        "total": found.count(),
        "query": query,
        "runs": organization.runs.all()[:LATEST_RUNS],
    }
    return render(request, "bulk/choose.html", context)


@require_POST
def bulk_start(request: HttpRequest, slug: str) -> HttpResponse:
    organization = access_for(person(request), slug, to=Role.OPERATOR).organization
    reason = one_line(request.POST.get("reason", ""), MAX_REASON)
    run = service.start(actor(request), organization, request.POST.get("confirmed", ""), reason)
    if run is None:
        messages.error(
            request, "Nothing was done: this confirmation has expired or is not yours. Select the jobs again."
        )
        return redirect("jobs:bulk", slug)
    if worker.is_waiting(run):
        messages.success(request, f"{_named(run)} is confirmed. It starts when other bulk actions have finished.")
    else:
        messages.success(request, f"{_named(run)} has started. Each outcome appears below.")
    return _to_run(run, request.POST.get("query", ""))


@require_safe
def bulk_run(request: HtmxHttpRequest, slug: str, pk: int) -> HttpResponse:
    """Who looks takes the run up again, should its worker have died."""
    access = access_for(person(request), slug, to=Role.OPERATOR)
    run = _run(access.organization, pk)
    worker.keep_going(run)
    progress = service.progress_of(run)
    short = short_answer(request, progress.tag)
    query = canonical(request.META.get("QUERY_STRING", ""))
    context = {**access.context, "run": run, "progress": progress, "query": query}
    return short or page_or_partial(request, "bulk/run.html", "bulk/_run.html", context, tag=progress.tag)


@require_POST
def bulk_stop(request: HtmxHttpRequest, slug: str, pk: int) -> HttpResponse:
    run = _run(access_for(person(request), slug, to=Role.OPERATOR).organization, pk)
    if worker.stop(run, actor(request)):
        messages.success(request, f"{_named(run)} was stopped. The remaining jobs were not processed.")
    else:
        messages.error(request, f"Nothing was changed: {_named(run)} has finished or was already stopped.")
    return _to_run(run, urlsplit(current_page(request)).query)


@require_POST
def bulk_continue(request: HtmxHttpRequest, slug: str, pk: int) -> HttpResponse:
    run = _run(access_for(person(request), slug, to=Role.OPERATOR).organization, pk)
    if worker.go_on(run, actor(request)):
        messages.success(request, f"{_named(run)} continues with the remaining jobs.")
    else:
        messages.error(request, f"Nothing was changed: {_named(run)} has finished or is already running.")
    return _to_run(run, urlsplit(current_page(request)).query)


def _to_run(run: BulkRun, query: str) -> HttpResponse:
    """With the query of the list that leads back."""
    address = run.get_absolute_url()
    return redirect(f"{address}?{kept}" if (kept := canonical(query)) else address)


def _ask(request: HttpRequest, access: Access) -> HttpResponse:
    organization, told = access.organization, request.POST
    query = canonical(told.get("query", "").lstrip("?"))
    choose = f"{reverse('jobs:bulk', args=[organization.slug])}?{query}"
    if told.get("verb") not in BulkRun.Verb.values or not (_ticked(told) or told.get("everything")):
        messages.error(request, "No jobs selected. Select jobs, then choose an action.")
        return redirect(choose)
    verb = BulkRun.Verb(told["verb"])
    ids = _ticked(told)
    try:
        choice = choose_.chosen(organization, person(request), verb, ids, query if told.get("everything") else None)
    except choose_.TooMany as refusal:
        messages.error(request, str(refusal))
        return redirect(choose)
    context = {
        **access.context,
        "choice": choice,
        "seen": _seen_total(told, choice),
        "confirmed": service.confirm(actor(request), organization, choice),
        "back": f"{organization.get_absolute_url()}?{query}",
        "query": query,
    }
    return render(request, "bulk/confirm.html", context)


def _seen_total(told: QueryDict, choice: choose_.Choice) -> int | None:
    """How many jobs matched when all of them were selected, unless those are as many now: the list goes on changing."""
    total = told.get("total", "")
    is_known = bool(told.get("everything")) and total.isascii() and total.isdecimal() and len(total) < MAX_DIGITS
    return int(total) if is_known and int(total) != choice.total else None


def _named(run: BulkRun) -> str:
    return f"“{run.name}”"


def _ticked(told: QueryDict) -> list[str]:
    """One field each from boxes; all of them in one field from the list's script, encoded as in an address, between
    spaces: Django takes a thousand fields.
    """
    ids = [*told.getlist("job"), *map(unquote, told.get("jobs", "").split())]
    return [viam_id.replace("\0", "") for viam_id in ids]


def _run(organization: Organization, pk: int) -> BulkRun:
    run = get_object_or_404(organization.runs.select_related("organization__credentials"), pk=pk)
    run.organization = organization
    return run
