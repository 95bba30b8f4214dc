"""The addresses for programs. description.py describes them; README.md shows their use."""

from __future__ import annotations

import json
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_safe

from jobs.actions.service import cancel_job, delete_job
from jobs.annotations.service import NotSaved, add_note, change_tags
from jobs.api.auth import for_machines, problem_of
from jobs.api.body import read_key, read_object
from jobs.api.description import description_text
from jobs.api.problems import CONTENT_TYPE, Problem, marked
from jobs.domain import Role
from jobs.job_list import service as job_list
from jobs.job_list.columns import told
from jobs.job_list.filters import Filters
from jobs.job_list.views import access_to
from jobs.models import MAX_REASON, Job, Note, Organization, Submission
from jobs.permissions import Access, Listed, access_for, accesses_for, actor, person
from jobs.submit import offers
from jobs.submit.custom_form import CustomJobForm
from jobs.submit.forms import JobForm, ManagedJobForm, new_token
from jobs.submit.service import KeyReused, Unfit, keep_answer, submission_for, submit_job
from jobs.submit.views import submission_of
from jobs.sync import worker
from jobs.ui.csv_export import csv_answer
from jobs.ui.text import one_line

State = Submission.State

SECONDS_TO_WAIT = "5"


@marked
@login_not_required
@require_safe
def openapi(request: HttpRequest) -> HttpResponse:
    """What there is for programs, in the words of OpenAPI 3.1: the same for everybody."""
    return HttpResponse(description_text(), content_type="application/json")


@for_machines("GET")
def organizations_json(request: HttpRequest) -> HttpResponse:
    told = [_organization(access) for access in accesses_for(person(request))]
    return JsonResponse({"organizations": told})


def _organization(access: Access) -> dict[str, Any]:
    row = access.organization
    return {"slug": row.slug, "name": row.name, "role": access.role.word, "jobs": row.counts}


@for_machines("GET", "POST")
def jobs_json(request: HttpRequest, slug: str) -> HttpResponse:
    """The list as it is filtered; by POST a new job."""
    if request.method == "POST":
        return _submit(request, access_for(person(request), slug, to=Role.OPERATOR).organization)
    return _listed(request, access_to(request, slug).organization)


def _listed(request: HttpRequest, organization: Listed) -> HttpResponse:
    portion = job_list.portion_of(organization, _filters(request), person(request).get_username())
    following = f"{request.path}?{portion.next}" if portion.next else None
    as_of = organization.fetched_at.isoformat() if organization.fetched_at else None
    return JsonResponse({"total": portion.total, "as_of": as_of, "next": following, "jobs": portion.jobs})


@for_machines("GET")
def all_jobs_json(request: HttpRequest) -> HttpResponse:
    """The same of all organizations; a job is submitted in one of them."""
    return _listed(request, access_to(request, "").organization)


@for_machines("GET")
def jobs_csv(request: HttpRequest, slug: str = "") -> StreamingHttpResponse:
    organization = access_to(request, slug).organization
    rows = job_list.all_rows(organization, _filters(request), person(request).get_username())
    return csv_answer(rows, f"jobs-{slug}.csv" if slug else "jobs.csv")


@for_machines("GET")
def job_json(request: HttpRequest, slug: str, viam_id: str) -> HttpResponse:
    """As in the list, and the notes."""
    organization = access_for(person(request), slug).organization
    worker.mark_viewed(organization)
    job: Job = get_object_or_404(organization.jobs, viam_id=viam_id)
    return JsonResponse({**_job(request, job), "notes": [_note(note) for note in job.notes.all()]})


def _job(request: HttpRequest, job: Job) -> dict[str, Any]:
    return told([job], person(request).get_username())[0]


def _note(note: Note) -> dict[str, Any]:
    edited = note.edited_at.isoformat() if note.edited_at else None
    written = note.written_at.isoformat()
    return {"id": note.pk, "author": note.author_name, "text": note.text, "written": written, "edited": edited}


@for_machines("POST")
def job_notes_json(request: HttpRequest, slug: str, viam_id: str) -> HttpResponse:
    """Adds a note, and tells it."""
    job = _job_to_annotate(request, slug, viam_id)
    body = read_object(request)
    try:
        note = add_note(actor(request), job, _line_of(body, "text"))
    except NotSaved as refusal:
        raise Problem(422, "The note was not saved.", str(refusal)) from None
    return JsonResponse(_note(note), status=201)


@for_machines("POST")
def job_tags_json(request: HttpRequest, slug: str, viam_id: str) -> HttpResponse:
    """Adds tags and removes others, and tells the job."""
    job = _job_to_annotate(request, slug, viam_id)
    body = read_object(request)
    try:
        change_tags(actor(request), job, add=_lines_of(body, "add"), remove=_lines_of(body, "remove"))
    except NotSaved as refusal:
        raise Problem(422, "No tags were changed.", str(refusal)) from None
    return JsonResponse(_job(request, job))


def _job_to_annotate(request: HttpRequest, slug: str, viam_id: str) -> Job:
    organization = access_for(person(request), slug, to=Role.OPERATOR).organization
    job: Job = get_object_or_404(organization.jobs, viam_id=viam_id)
    return job


def _line_of(body: dict[str, Any], name: str) -> str:
    if not isinstance(text := body.get(name, ""), str):
        raise Problem(422, f"{name} is not a string.")
    return text


def _lines_of(body: dict[str, Any], name: str) -> list[str]:
    texts = body.get(name, [])
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        raise Problem(422, f"{name} is not a list of strings.")
    return texts


@for_machines("POST")
def job_cancel_json(request: HttpRequest, slug: str, viam_id: str) -> HttpResponse:
    return _act(request, slug, viam_id, cancel_job)


@for_machines("POST")
def job_delete_json(request: HttpRequest, slug: str, viam_id: str) -> HttpResponse:
    return _act(request, slug, viam_id, delete_job)


@for_machines("GET")
def submission_json(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    organization = access_for(person(request), slug).organization
    return JsonResponse(_told(submission_of(organization, pk)))


def _filters(request: HttpRequest) -> Filters:
    filters = Filters.from_query(request.META.get("QUERY_STRING", ""))
    if filters.ignored:
        raise Problem(400, "Jobs can't be filtered like this.", f"Not understood: {', '.join(filters.ignored)[:300]}")
    return filters


def _act(request: HttpRequest, slug: str, viam_id: str, service: Any) -> HttpResponse:
    organization = access_for(person(request), slug, to=Role.OPERATOR).organization
    reason = one_line(str(read_object(request).get("reason", "")), MAX_REASON)
    try:
        job = service(actor(request), organization, viam_id, reason)
    except Job.DoesNotExist:
        raise Http404 from None
    return JsonResponse(_job(request, job))


def _submit(request: HttpRequest, organization: Organization) -> HttpResponse:
    """201 with the job's id, or 202 when the cloud's answer was lost: the address in `submission` tells what became.

    A key that comes again gets what it got the first time.
    """
    key = read_key(request)
    offers.expect_submit(organization)
    form = _form_of(request, organization)
    if not form.is_valid():
        raise Problem(422, "This is not a valid job.", errors=form.errors.get_json_data())
    try:
        asked, token = form.to_request(), key or form.cleaned_data["token"]
        if key and (used := submission_for(actor(request), organization, asked, key)):
            return _answer_again(used)
        submission = submit_job(
            actor=actor(request),
            organization=organization,
            request=asked,
            token=token,
            is_meant=form.cleaned_data["is_meant"],
        )
    except KeyReused as reused:
        raise Problem(422, "This Idempotency-Key was used for another request.", str(reused)) from None
    except Unfit as unfit:
        found = [{"field": one.field, "words": one.words} for one in unfit.preflight.errors or unfit.preflight.warnings]
        how = "" if unfit.preflight.errors else 'Send "is_meant": true to submit anyway.'
        raise Problem(422, "Nothing was sent.", how, findings=found) from None
    return _answer_again(submission)


def _answer_again(submission: Submission) -> HttpResponse:
    """What became of it. Its end is kept in the very words in which it is told first."""
    if submission.answer_status is not None:
        return _answered(submission.answer_status, submission.answer)
    if submission.state == State.STARTED:
        words = "The first request with this Idempotency-Key is still running. Try again in a few seconds."
        raise Problem(409, "This Idempotency-Key is in use.", words, headers={"Retry-After": SECONDS_TO_WAIT})
    status, answer = _answer_of(submission)
    if not submission.is_awaited:
        keep_answer(submission, status, answer)
    return _answered(status, answer)


def _answer_of(submission: Submission) -> tuple[int, dict[str, Any]]:
    if submission.state == State.DONE:
        return 201, _told(submission)
    if submission.state == State.UNKNOWN:
        return 202, _told(submission)
    where = {"submission": _address(submission)}
    if submission.error:
        problem = problem_of(submission.error)
    else:
        how = f"{submission.words} To submit it again, use a new Idempotency-Key."
        problem = Problem(409, "The job is not in Viam.", how)
    return problem.status, problem.told() | where


def _answered(status: int, answer: Any) -> HttpResponse:
    kind = "application/json" if status < 400 else CONTENT_TYPE
    # PostgreSQL keeps no order of members: sorted, an answer that is told again is the same, byte by byte.
    return JsonResponse(answer, status=status, content_type=kind, json_dumps_params={"sort_keys": True})


def _form_of(request: HttpRequest, organization: Organization) -> JobForm:
    """The very form of the pages, so that the same is checked: members of the JSON are its fields."""
    body = read_object(request)
    is_custom = body.get("kind", "managed") == "custom"
    data = QueryDict(mutable=True)
    for name, value in body.items():
        data[name] = "\n".join(map(str, value)) if isinstance(value, list) else _text(value)
    if isinstance(labels := body.get("labels"), list):
        # Each is one label, whatever stands in it.
        data.setlist("offered", list(map(str, labels)))
        data["labels"] = ""
    data["dataset_id"] = data.pop("dataset", [""])[-1]
    data["token"] = new_token()
    datasets = offers.list_datasets(organization)
    if is_custom:
        return CustomJobForm(datasets=datasets, catalogue=offers.catalogue_of(organization), data=data)
    return ManagedJobForm(datasets=datasets, data=data)


def _text(value: Any) -> str:
    if isinstance(value, dict | bool):
        return json.dumps(value) if value else ""
    return "" if value is None else str(value)


def _told(submission: Submission) -> dict[str, Any]:
    return {
        "outcome": submission.state,
        "job": submission.job_id or None,
        "words": submission.words,
        "submission": _address(submission),
    }


def _address(submission: Submission) -> str:
    return reverse("jobs:submission-json", args=[submission.organization.slug, submission.pk])
