"""Who asked the cloud for what, and how it ended: written before the call, completed after it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone

from jobs.models.mirror import Organization


class AuditEntry(models.Model):
    """One action. `token` is the form's one-time token: a form sent twice finds its first entry, and acts once."""

    class Outcome(models.TextChoices):
        STARTED = "started", "Started"
        DONE = "done", "Done"
        REJECTED = "rejected", "Rejected"
        UNKNOWN = "unknown", "Outcome unknown"

    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="actions")
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    action = models.CharField(max_length=40, help_text="noun:verb, for instance job:cancel")
    job_id = models.CharField(max_length=200, blank=True, help_text="the job's id in the cloud")
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
        indexes = [models.Index(fields=["organization", "job_id"], name="actions_by_job")]

    def __str__(self) -> str:
        return f"{self.action} {self.job_id} {self.outcome}"

    def finish(self, outcome: Outcome, **changes: Any) -> None:
        """Completes the entry: how it ended, and what else is known now (`job_id`, `words`)."""
        for name, value in {"outcome": outcome, "finished_at": timezone.now(), **changes}.items():
            setattr(self, name, value)
        self.save(update_fields=["outcome", "finished_at", *changes])
