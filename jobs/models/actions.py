"""Who did what, and how it ended: written before it is done, completed after it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db import models
from django.utils import timezone

from jobs.models.mirror import Organization

LONGEST_REASON = 500


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, and from where: an address of the network, and "browser", "command line" or a token's name."""

    user: User | None = None
    address: str | None = None
    via: str = "browser"


COMMAND_LINE = Actor(via="command line")


class AuditEntry(models.Model):
    """One action. `token` is the form's one-time token: a form sent twice finds its first entry, and acts once."""

    class Outcome(models.TextChoices):
        STARTED = "started", "Started"
        DONE = "done", "Done"
        REJECTED = "rejected", "Rejected"
        UNKNOWN = "unknown", "Outcome unknown"

    # Null for what concerns the whole site.
    organization = models.ForeignKey(Organization, null=True, on_delete=models.CASCADE, related_name="actions")
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    # The name outlives the account.
    actor_name = models.CharField(max_length=150, blank=True)
    address = models.GenericIPAddressField(null=True)
    via = models.CharField(max_length=100, default="browser")
    action = models.CharField(max_length=40, help_text="noun:verb, for instance job:cancel")
    job_id = models.CharField(max_length=200, blank=True, help_text="the job's id in the cloud")
    subject = models.CharField(max_length=255, blank=True, help_text="what it was done to, in words")
    reason = models.CharField(max_length=LONGEST_REASON, blank=True)
    request = models.JSONField(default=dict)
    # Null where there is no form: unique values may be missing, empty ones not.
    token = models.CharField(max_length=64, null=True, unique=True)  # noqa: DJ001
    outcome = models.CharField(max_length=10, choices=Outcome, default=Outcome.STARTED)
    words = models.TextField(blank=True)
    started_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-started_at", "-id"]
        verbose_name_plural = "audit entries"
        indexes = [
            models.Index(fields=["organization", "job_id"], name="actions_by_job"),
            models.Index(fields=["organization", "-started_at", "-id"], name="actions_newest_first"),
            models.Index(fields=["-started_at", "-id"], name="actions_of_the_site"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.job_id or self.subject} {self.outcome}"

    @classmethod
    def begin(cls, actor: Actor, action: str, organization: Organization | None = None, **what: Any) -> AuditEntry:
        """The entry as it is written before anything is done: `what` may be job_id, subject, reason, request, token."""
        what["subject"] = what.get("subject", "")[:255]
        return cls.objects.create(
            organization=organization,
            actor=actor.user,
            actor_name=actor.user.get_username() if actor.user else "",
            address=actor.address,
            via=actor.via,
            action=action,
            **what,
        )

    @classmethod
    @contextmanager
    def around(cls, actor: Actor, action: str, organization: Organization | None = None, **what: Any) -> Iterator[None]:
        """An entry begun before a block, and done after it; rejected, with the error's words, when the block fails."""
        entry = cls.begin(actor, action, organization, **what)
        try:
            yield
        except Exception as error:
            entry.finish(cls.Outcome.REJECTED, words=str(error)[:2000])
            raise
        entry.finish(cls.Outcome.DONE)

    @property
    def who(self) -> str:
        """A name for a page; accounts come and go."""
        return self.actor_name or ("somebody who has left" if self.via == "browser" else f"the {self.via}")

    def finish(self, outcome: Outcome, **changes: Any) -> None:
        """Completes the entry: how it ended, and what else is known now (`job_id`, `words`)."""
        for name, value in {"outcome": outcome, "finished_at": timezone.now(), **changes}.items():
            setattr(self, name, value)
        self.save(update_fields=["outcome", "finished_at", *changes])
