"""One thing done to many jobs: what was asked for, and how it ended for each of them."""

from __future__ import annotations

import secrets
from datetime import timedelta

from django.conf import settings
from django.db import models
from django.template.defaultfilters import pluralize
from django.urls import reverse
from django.utils import timezone

from jobs.models.actions import Actor, AuditEntry
from jobs.models.mirror import Job, Organization

# Longer than the calls for one job together, so that it only runs out when its holder died.
RUN_LEASE = timedelta(seconds=60)


def new_secret() -> str:
    return secrets.token_hex(16)


class BulkRun(models.Model):
    """A confirmed list of jobs, worked off one by one by whoever holds the lease.

    `secret` is the confirmation's one-time token: a confirmation sent twice finds its first run. The tokens of submits
    are made from it, so that no job is sent twice either.
    """

    class Verb(models.TextChoices):
        CANCEL = "cancel", "Cancel"
        RESUBMIT = "resubmit", "Resubmit"
        DELETE = "delete", "Delete"

    class State(models.TextChoices):
        RUNNING = "running", "Running"
        STOPPED = "stopped", "Stopped"
        FINISHED = "finished", "Finished"

    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="runs")
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    actor_name = models.CharField(max_length=150)
    address = models.GenericIPAddressField(null=True)
    verb = models.CharField(max_length=10, choices=Verb)
    reason = models.CharField(max_length=500, blank=True)
    secret = models.CharField(max_length=32, unique=True, default=new_secret)
    created_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=10, choices=State, default=State.RUNNING)
    words = models.TextField(blank=True, help_text="why it stopped")
    lease_owner = models.CharField(max_length=64, blank=True)
    lease_until = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return f"{self.get_verb_display()} jobs of {self.organization}"

    def get_absolute_url(self) -> str:
        return reverse("jobs:bulk-run", args=[self.organization.slug, self.pk])

    @property
    def name(self) -> str:
        """What it does, in words: “Cancel 3 jobs”."""
        count = self.items.count()
        return f"{self.get_verb_display()} {count} job{pluralize(count)}"

    @property
    def as_actor(self) -> Actor:
        return Actor(self.actor, self.address)


class BulkItem(models.Model):
    """One job of a run. `number` is its place in the list, from 1; `made_id` the job that a resubmit made."""

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        STARTED = "started", "Sending"
        DONE = "done", "Done"
        REFUSED = "refused", "Refused"
        UNKNOWN = "unknown", "Outcome unknown"

    run = models.ForeignKey(BulkRun, on_delete=models.CASCADE, related_name="items")
    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="+")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    words = models.TextField(blank=True)
    made_id = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["run", "job"], name="one_item_per_job")]
        indexes = [
            models.Index(fields=["run"], name="items_open", condition=models.Q(state__in=["started", "unknown"])),
        ]

    def __str__(self) -> str:
        return f"{self.job}: {self.get_state_display()}"

    @property
    def token(self) -> str:
        """The one-time token of its submit: the same whoever sends it, and however often."""
        return f"{self.run.secret}-{self.number}"

    def entry(self) -> AuditEntry | None:
        """What was written down before the cloud was asked; None when it was not asked."""
        run = self.run
        if run.verb == BulkRun.Verb.RESUBMIT:
            actions = run.organization.actions
            return actions.filter(submission__key=self.token, submission__person=run.actor_id).first()
        # Not by time: hosts' clocks differ.
        return self.entries.order_by("-pk").first()

    def made_by(self, entry: AuditEntry) -> str:
        """The id of the job that a resubmit made."""
        return entry.job_id if self.run.verb == BulkRun.Verb.RESUBMIT else ""

    @property
    def made_url(self) -> str:
        """The page of the job that was made of it; empty when there is none."""
        return reverse("jobs:detail", args=[self.run.organization.slug, self.made_id]) if self.made_id else ""
