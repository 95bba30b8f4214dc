"""What people attach to jobs: notes and tags, which everybody in the organization reads, and stars, each person's own.

They hang on our row of the job, which no refresh takes away: they stay when the job vanishes in the cloud.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection
from typing import NamedTuple

from django.conf import settings
from django.db import models
from django.db.models import CharField, Q, Value
from django.utils import timezone

from jobs.domain import natural
from jobs.models.mirror import Job, Organization

MAX_NOTE, MAX_NOTES = 4_000, 200
MAX_TAG, MAX_TAGS = 40, 20


class Note(models.Model):
    """A comment on a job. Its author's name outlives the account; `revision` tells an editor that it changed."""

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="notes")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    author_name = models.CharField(max_length=150)
    text = models.TextField()
    written_at = models.DateTimeField(default=timezone.now)
    edited_at = models.DateTimeField(null=True)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["written_at", "id"]

    def __str__(self) -> str:
        return f"{self.author_name} on {self.job}"


class JobTag(models.Model):
    """A tag on a job. There is no list of tags: those of an organization are those that its jobs have."""

    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="tags", db_index=False)
    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="tags", db_index=False)
    name = models.CharField(max_length=MAX_TAG, help_text="as tag_name makes it")
    added_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["job", "name"], name="one_tag_of_a_name")]
        indexes = [models.Index(fields=["organization", "name", "job"], name="tags_by_name")]

    def __str__(self) -> str:
        return self.name


class Star(models.Model):
    """Who has starred a job is nobody else's business."""

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="stars", db_index=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["job", "user"], name="one_star_each")]

    def __str__(self) -> str:
        return f"{self.user}, {self.job}"


def tag_name(typed: str) -> str:
    """A tag as it is kept and compared: in lower case, its words apart by one space. Empty for none."""
    return " ".join(unicodedata.normalize("NFC", typed).lower().split())


class Marks(NamedTuple):
    """What a list tells of a job's annotations; the star is that of whoever looks."""

    tags: tuple[str, ...] = ()
    is_starred: bool = False
    note_count: int = 0


NO_MARKS = Marks()


def marks_of(jobs: Collection[int], person: str) -> dict[int, Marks]:
    """By the numbers of these jobs, in one query; those without any are left out. `person` is a user name."""
    if not jobs:
        return {}
    kind, nothing = CharField(), Value("", CharField())
    tags = JobTag.objects.filter(job__in=jobs).order_by().values_list("job", Value("tag", kind), "name")
    notes = Note.objects.filter(job__in=jobs).order_by().values_list("job", Value("note", kind), nothing)
    stars = Star.objects.filter(job__in=jobs, user__username=person)
    told: dict[int, list[tuple[str, str]]] = {}
    for job, what, name in tags.union(notes, stars.values_list("job", Value("star", kind), nothing), all=True):
        told.setdefault(job, []).append((what, name))
    return {job: _marks(found) for job, found in told.items()}


def _marks(found: list[tuple[str, str]]) -> Marks:
    tags = sorted((name for what, name in found if what == "tag"), key=natural)
    kinds = [what for what, _ in found]
    return Marks(tuple(tags), "star" in kinds, kinds.count("note"))


def tagged(organizations: Collection[Organization], tags: Collection[str]) -> Q:
    """Jobs that have any of these tags."""
    return Q(pk__in=JobTag.objects.filter(organization__in=organizations, name__in=tags).values("job"))


def starred(organizations: Collection[Organization], person: str) -> Q:
    """Jobs that whoever has this user name starred."""
    return Q(pk__in=Star.objects.filter(job__organization__in=organizations, user__username=person).values("job"))
