"""Writing notes, tagging and starring. Each is told to pages that are open by a new version of job and organization.

The activity says who wrote, edited or deleted a note on which job, and never what it says: a note that is deleted is
gone. Stars are nobody's business but their owner's, and not in it.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from jobs.models import (
    MAX_NOTE,
    MAX_NOTES,
    MAX_TAG,
    MAX_TAGS,
    NO_MARKS,
    Actor,
    AuditEntry,
    Job,
    JobTag,
    Marks,
    Note,
    Organization,
    Star,
    marks_of,
    tag_name,
)
from jobs.ui.text import several

MAX_SUGGESTED = 200


class NotSaved(Exception):
    """Nothing was changed; its text says why, and what to do."""


class Meanwhile(NotSaved):
    """Somebody else was faster."""


@dataclass(frozen=True, slots=True)
class Annotations:
    """What a job's page shows of them, for who looks; `suggested` are the tags of other jobs."""

    marks: Marks
    notes: list[Note]
    suggested: list[str]


def annotations_of(job: Job, person: str) -> Annotations:
    """`person` is a user name."""
    marks = marks_of([job.pk], person).get(job.pk, NO_MARKS)
    notes = list(job.notes.all()) if marks.note_count else []
    known = JobTag.objects.filter(organization=job.organization_id).order_by("name").values_list("name", flat=True)
    return Annotations(marks, notes, [name for name in known.distinct()[:MAX_SUGGESTED] if name not in marks.tags])


# Notes.


def add_note(actor: Actor, job: Job, text: str) -> Note:
    """Raises NotSaved."""
    if job.notes.count() >= MAX_NOTES:
        raise NotSaved(f"A job can have {MAX_NOTES} notes, and this one does. Delete one first.")
    kept, author = _checked(text), actor.user
    with _told(actor, "note:add", job):
        touch(job)
        return Note.objects.create(job=job, author=author, author_name=actor.name, text=kept)


def edit_note(actor: Actor, note: Note, text: str, revision: int) -> None:
    """`revision` is that of the text which was edited. Raises NotSaved, Meanwhile when it is another by now."""
    kept = _checked(text)
    changed = {"text": kept, "edited_at": timezone.now(), "revision": revision + 1}
    with _told(actor, "note:edit", note.job):
        touch(note.job)
        if not Note.objects.filter(pk=note.pk, revision=revision).update(**changed):
            raise Meanwhile("This note was changed in the meantime, in another window.")


def delete_note(actor: Actor, note: Note) -> None:
    with _told(actor, "note:delete", note.job):
        touch(note.job)
        note.delete()


def _checked(text: str) -> str:
    """Raises NotSaved."""
    kept = "\n".join(line.rstrip() for line in text.replace("\0", "").splitlines()).strip("\n")
    if not kept.strip():
        raise NotSaved("Enter a note.")
    if len(kept) > MAX_NOTE:
        raise NotSaved(f"A note can have {MAX_NOTE:,} characters. This one has {len(kept):,}: shorten it.")
    return kept


# Tags.


def change_tags(actor: Actor, job: Job, add: Iterable[str] = (), remove: Iterable[str] = ()) -> list[str]:
    """Answers with what was added or taken away. Raises NotSaved, with nothing changed."""
    had = set(job.tags.values_list("name", flat=True))
    dropped = {tag_name(name) for name in remove} & had
    wanted = [name for name in dict.fromkeys(_named(name) for name in add) if name not in had]
    if len(had - dropped) + len(wanted) > MAX_TAGS:
        raise NotSaved(f"A job can have {MAX_TAGS} tags. Remove one first.")
    for name in sorted(dropped):
        with _told(actor, "tag:remove", job, name):
            touch(job)
            job.tags.filter(name=name).delete()
    for name in wanted:
        with _told(actor, "tag:add", job, name):
            touch(job)
            # Somebody else may have added it in the meantime: then it is there, which is what was asked for.
            JobTag.objects.get_or_create(job=job, name=name, defaults={"organization": job.organization})
    return [*sorted(dropped), *wanted]


def tags_in(typed: str) -> list[str]:
    """Tags as somebody types them, between commas."""
    return several(typed.replace("\n", ","))


def _named(typed: str) -> str:
    """Raises NotSaved."""
    name = tag_name(typed)
    if not name:
        raise NotSaved("Enter a tag.")
    if len(name) > MAX_TAG:
        raise NotSaved(f"A tag can have {MAX_TAG} characters. “{name[:MAX_TAG]}…” has {len(name)}.")
    if "," in name or not name.isprintable():
        raise NotSaved("A tag can't contain commas or characters that can't be printed.")
    return name


# Stars.


@transaction.atomic
def set_star(user: User, job: Job, is_starred: bool) -> None:
    """Twice is once."""
    touch(job)
    if is_starred:
        Star.objects.get_or_create(job=job, user=user)
    else:
        Star.objects.filter(job=job, user=user).delete()


# What all of them share.


def touch(job: Job) -> None:
    """Within a transaction: open pages that show the job differ from now on."""
    found = Organization.objects.select_for_update().only("version").get(pk=job.organization_id)
    version = found.version + 1
    Organization.objects.filter(pk=found.pk).update(version=version)
    Job.objects.filter(pk=job.pk).update(version=version)


def _told(actor: Actor, action: str, job: Job, reason: str = "") -> AbstractContextManager[AuditEntry]:
    what = {"job_id": job.viam_id, "subject": str(job), "reason": reason}
    return AuditEntry.around(actor, action, job.organization, **what)
