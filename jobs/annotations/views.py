"""Notes and tags on a job's page, and the star there and in every row: done by a form, answered with what changed."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import reswap, retarget

from jobs.actions.views import answer_in_place, came_from
from jobs.annotations import service
from jobs.annotations.service import Meanwhile, NotSaved, annotations_of
from jobs.domain import Role
from jobs.job_page.service import job_tag
from jobs.job_page.views import render_job, story_of
from jobs.models import Job, Note
from jobs.permissions import Access, access_for, actor, person
from jobs.ui.params import read_number
from jobs.ui.polling import HtmxHttpRequest, page_or_fragment, page_or_partial, short_answer


@require_http_methods(["GET", "HEAD", "POST"])
def job_notes(request: HtmxHttpRequest, slug: str, viam_id: str) -> HttpResponse:
    """By POST a new note. By GET what the page of a job that is over asks for, whose other parts change no more."""
    if request.method == "POST":
        return _add(request, access_for(person(request), slug, to=Role.OPERATOR), viam_id)
    access = access_for(person(request), slug)
    job = _job(access, viam_id)
    if not request.htmx:
        return redirect(_notes_of(job))
    tag = job_tag(access.organization, access.role, job)
    if short := short_answer(request, tag):
        return short
    marked = annotations_of(job, person(request).get_username())
    context = {**access.context, "job": job, "marked": marked, "is_news": True}
    return page_or_partial(request, "annotations/_news.html", "annotations/_news.html", context, tag=tag)


def _add(request: HtmxHttpRequest, access: Access, viam_id: str) -> HttpResponse:
    """A note that is refused is still in its field."""
    job, text = _job(access, viam_id), request.POST.get("text", "")
    try:
        service.add_note(actor(request), job, text)
    except NotSaved as refusal:
        messages.error(request, f"Your note was not saved. {refusal}")
        # A page that is open has it.
        draft = "" if request.htmx else text
        return render_job(request, access, story_of(access, viam_id), 422, draft=draft)
    return answer_in_place(request, access, viam_id, _notes_of(job))


@require_POST
def job_tags(request: HtmxHttpRequest, slug: str, viam_id: str) -> HttpResponse:
    access = access_for(person(request), slug, to=Role.OPERATOR)
    job = _job(access, viam_id)
    remove = request.POST.getlist("remove")
    add = [] if remove else service.tags_in(request.POST.get("tag", "")) or [""]
    status = 200
    try:
        service.change_tags(actor(request), job, add=add, remove=remove)
    except NotSaved as refusal:
        messages.error(request, f"No tags were changed. {refusal}")
        status = 422
    return answer_in_place(request, access, viam_id, job.get_absolute_url(), status)


@require_POST
def job_star(request: HtmxHttpRequest, slug: str) -> HttpResponse:
    """The button that was pressed says which job, and which way."""
    access = access_for(person(request), slug)
    is_starred = "star" in request.POST
    job = _job(access, request.POST.get("star" if is_starred else "unstar", ""))
    service.set_star(person(request), job, is_starred)
    return answer_in_place(request, access, job.viam_id, came_from(request) or job.get_absolute_url())


@require_http_methods(["GET", "HEAD", "POST"])
def note_edit(request: HtmxHttpRequest, slug: str, viam_id: str, pk: int) -> HttpResponse:
    """For its author alone. What they typed is in the form again when the note is another by now, or deleted."""
    access = access_for(person(request), slug, to=Role.OPERATOR)
    job = _job(access, viam_id)
    note = job.notes.filter(pk=pk).first()
    if note and note.author_id != person(request).pk:
        raise PermissionDenied(f"This note is {note.author_name}'s: only they can edit it.")
    if note is None and request.method != "POST":
        return redirect(_notes_of(job))
    if request.method != "POST":
        return _form(request, access, job, note)
    return _change(request, access, job, note)


def _change(request: HtmxHttpRequest, access: Access, job: Job, note: Note | None) -> HttpResponse:
    text = request.POST.get("text", "")
    if note is None:
        problem = "This note was deleted in the meantime. You can save your text as a new note."
        return _form(request, access, job, None, text=text, problem=problem, status=422)
    try:
        service.edit_note(actor(request), note, text, read_number(request.POST.get("revision", "")))
    except NotSaved as refusal:
        note.refresh_from_db()
        is_other = isinstance(refusal, Meanwhile)
        return _form(request, access, job, note, text=text, problem=str(refusal), is_other=is_other, status=422)
    return answer_in_place(request, access, job.viam_id, f"{job.get_absolute_url()}#note-{note.pk}")


def _form(
    request: HtmxHttpRequest, access: Access, job: Job, note: Note | None, status: int = 200, **told: object
) -> HttpResponse:
    context = {**access.context, "job": job, "note": note, **told}
    if note and "text" not in told:
        context["text"] = note.text
    answer = page_or_fragment(request, "annotations/edit.html", "annotations/_edit.html", context, status=status)
    # The form stays in its dialog, whatever its answer would have replaced.
    return answer if status == 200 else reswap(retarget(answer, "#dialog"), "innerHTML")


@require_http_methods(["GET", "HEAD", "POST"])
def note_delete(request: HtmxHttpRequest, slug: str, viam_id: str, pk: int) -> HttpResponse:
    """For its author, and for administrators."""
    access = access_for(person(request), slug, to=Role.OPERATOR)
    job = _job(access, viam_id)
    note = job.notes.filter(pk=pk).first()
    if note is None:  # Deleted in the meantime.
        if request.method == "POST":
            raise Http404("Note not found.")
        return redirect(_notes_of(job))
    if note.author_id != person(request).pk and not access.role.may_administer:
        raise PermissionDenied(f"This note is {note.author_name}'s: they or an administrator can delete it.")
    if request.method != "POST":
        context = {**access.context, "job": job, "note": note}
        return page_or_fragment(request, "annotations/delete.html", "annotations/_delete.html", context)
    service.delete_note(actor(request), note)
    messages.success(request, "The note was deleted.")
    return answer_in_place(request, access, viam_id, _notes_of(job))


def _job(access: Access, viam_id: str) -> Job:
    """Raises Http404."""
    job: Job = get_object_or_404(access.organization.jobs, viam_id=viam_id)
    return job


def _notes_of(job: Job) -> str:
    return f"{job.get_absolute_url()}#notes"
