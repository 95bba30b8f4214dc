"""What was asked of the cloud when a job was submitted, under which key, what was answered, and the job it became.

Its audit entry tells of it, and lends it its number: `/submissions/<number>/` is the address of both.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any, Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import Max
from django.urls import reverse

from jobs.domain import MAX_ARGUMENTS, CustomJobRequest, JobRequest, ManagedJobRequest, ModelFramework
from jobs.models.actions import Actor, AuditEntry
from jobs.models.mirror import Job, Organization
from jobs.models.persisting import persist
from jobs.viam.errors import CloudError, every_kind

MAX_KEY = 255


class Submission(models.Model):
    """`key` is an idempotency key or a form's one-time token: within it, who asks for the same again gets the answer.

    It is a person's in an organization. `fingerprint` tells whether the same is asked for.
    """

    class State(models.TextChoices):
        STARTED = "started", "Being sent"
        DONE = "done", "Submitted"
        REJECTED = "rejected", "Rejected"
        UNKNOWN = "unknown", "Outcome unknown"
        NOT_FOUND = "not_found", "Not in Viam"

    entry = models.OneToOneField(AuditEntry, primary_key=True, on_delete=models.CASCADE, related_name="submission")
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="submissions")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    key = models.CharField(max_length=MAX_KEY)
    fingerprint = models.CharField(max_length=64, help_text="SHA-256 of what was asked, in hexadecimal")
    request = models.JSONField(default=dict)
    source = models.CharField(max_length=200, blank=True, help_text="the id of the job that this one is made after")
    # Rows of the mirror up to this one were known before it was sent, so none of them is its job.
    newest_known = models.BigIntegerField(default=0)
    state = models.CharField(max_length=10, choices=State, default=State.STARTED)
    job_id = models.CharField(max_length=200, blank=True, help_text="the job's id in the cloud")
    is_attributed = models.BooleanField(default=False, help_text="whether the job in the mirror is the person's")
    problem = models.CharField(max_length=30, blank=True, help_text="the kind of CloudError")
    words = models.TextField(blank=True)
    # What a program was told at the end, and is told again: null until it asked.
    answer_status = models.PositiveSmallIntegerField(null=True)
    answer = models.JSONField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "person", "key"], name="one_submission_a_key"),
        ]
        indexes = [
            models.Index(fields=["organization", "job_id"], name="submissions_by_job"),
            models.Index(
                fields=["organization"],
                name="submissions_unattributed",
                condition=models.Q(state="done", is_attributed=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.get_state_display()}"

    def get_absolute_url(self) -> str:
        return reverse("jobs:submission", args=[self.organization.slug, self.pk])

    @classmethod
    def begin(
        cls, actor: Actor, organization: Organization, *, key: str, request: Mapping[str, Any], source: str = ""
    ) -> Self:
        """Written with its entry before anything is sent. Raises IntegrityError when the person used the key before."""
        name = f"{request['name']} {request['version']}".strip()
        with transaction.atomic(durable=True):
            return cls.objects.create(
                entry=AuditEntry.write(actor, "job:submit", organization, subject=name),
                organization=organization,
                person=actor.user,
                key=key,
                fingerprint=fingerprint_of(organization, request),
                request=request,
                source=source,
                newest_known=organization.jobs.aggregate(newest=Max("pk"))["newest"] or 0,
            )

    def finish(self, state: State, **changes: Any) -> None:
        """How it ended, with its entry (`job_id`, `words`, `problem`); tried again while the database refuses."""
        persist(lambda: self.note(state, **changes))

    def note(self, state: State, **changes: Any) -> None:
        """The same for who writes more together with it."""
        for name, value in {**changes, "state": state}.items():
            setattr(self, name, value)
        told = {name: value for name, value in changes.items() if name in ("job_id", "words", "finished_at")}
        self.entry.note(OUTCOMES[state], **told)
        self.save(update_fields=["state", *(name for name in changes if name != "finished_at")])

    def is_same(self, request: Mapping[str, Any]) -> bool:
        return self.fingerprint == fingerprint_of(self.organization, request)

    @property
    def name(self) -> str:
        return f"{self.request.get('name', '')} {self.request.get('version', '')}".strip()

    @property
    def is_awaited(self) -> bool:
        """Whether it may change by itself."""
        return self.state == self.State.STARTED or (self.state == self.State.UNKNOWN and self.entry.finished_at is None)

    @property
    def error(self) -> CloudError | None:
        """What the cloud objected when it turned it down."""
        if self.state != self.State.REJECTED:
            return None
        kind = every_kind().get(self.problem, CloudError)
        return kind(self.words if self.words != kind.sentence else "")


State, Outcome = Submission.State, AuditEntry.Outcome
OUTCOMES = {
    State.STARTED: Outcome.STARTED,
    State.DONE: Outcome.DONE,
    State.REJECTED: Outcome.REJECTED,
    State.UNKNOWN: Outcome.UNKNOWN,
    State.NOT_FOUND: Outcome.NOT_DONE,
}


def fingerprint_of(organization: Organization, request: Mapping[str, Any]) -> str:
    """The same for the same organization and request, however its members are ordered."""
    asked = {"organization": organization.viam_id, "request": request}
    return hashlib.sha256(json.dumps(asked, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def request_of(job: Job, version: str = "") -> JobRequest:
    """Everything of the job but its version: versions are new each time."""
    if not job.is_custom:
        return ManagedJobRequest(
            dataset_id=job.dataset_id,
            model_name=job.model_name,
            model_version=version,
            model_type=job.type,
            model_framework=job.framework or ModelFramework.TFLITE,
            labels=job.labels,
        )
    return CustomJobRequest(
        dataset_id=job.dataset_id,
        model_name=job.model_name,
        model_version=version,
        script_id=job.script_id,
        script_version=job.script_version,
        # A container is named in one way; one of the organization's own comes first.
        container_version="" if job.container_id else job.container_version,
        container_id=job.container_id,
        arguments=job.arguments,
    )


def can_be_made_again(job: Job) -> bool:
    """Whether enough is known of it, and not too much; what else may be wrong, the preflight tells."""
    if len(job.arguments) > MAX_ARGUMENTS:
        return False
    return bool(job.dataset_id and job.model_name and (job.script_id if job.is_custom else job.type))
