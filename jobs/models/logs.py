"""Logs, kept for good: the cloud forgets them seven days after a job ended."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models

from jobs.domain import later
from jobs.log_parser import Severity
from jobs.models.mirror import Job

# Viam keeps logs for seven days after the end of a job (viam.md, Logs).
KEPT_BY_VIAM = timedelta(days=7)
# Longer than a page takes to be asked for and written, so that it only runs out when its holder died.
LOG_LEASE = timedelta(seconds=60)


def ended_at(job: Job) -> datetime | None:
    """When the job ended as far as anybody knows; None while it runs."""
    if not job.is_over:
        return None
    if not job.state.is_final:
        return job.missing_since
    return job.training_ended or job.last_modified or job.missing_since or job.seen_at


def expires_at(job: Job) -> datetime | None:
    """When Viam's copy of the log disappears, by the cloud's clock; None while the job runs."""
    ended = ended_at(job)
    return later(ended, KEPT_BY_VIAM) if ended else None


class JobLog(models.Model):
    """How much of a job's log is saved here, and where to go on."""

    class Bound(models.TextChoices):
        """What ended a log that has no end, or is too long: see log_pages.py."""

        LINES = "lines"
        BYTES = "bytes"
        PAGES = "pages"

    job = models.OneToOneField(Job, on_delete=models.CASCADE, related_name="log")
    line_count = models.PositiveIntegerField(default=0)
    byte_count = models.PositiveBigIntegerField(default=0, help_text="of all messages")
    bound = models.CharField(max_length=10, choices=Bound, blank=True)
    # The page to ask for next is the one that was last when we looked: it may have grown. `page_starts_at` is the
    # number of its first line here.
    page_token = models.TextField(blank=True)
    page_starts_at = models.PositiveIntegerField(default=1)
    begun_at = models.DateTimeField(
        null=True, help_text="when the first page was asked for in the reading that goes on"
    )
    # Nothing more will come: the job has ended and a late look found the rest, or the cloud forgot the log.
    is_complete = models.BooleanField(default=False)
    is_expired = models.BooleanField(default=False)
    seen_ended_at = models.DateTimeField(
        null=True, help_text="when we saw that the job had ended, by the database's clock"
    )
    seen_gone = models.BooleanField(default=False, help_text="the job is no longer listed, and may run unseen")
    given_up_at = models.DateTimeField(
        null=True, help_text="when Viam had refused it until its seven days were over, and then once more"
    )
    due_at = models.DateTimeField(null=True)
    asked_at = models.DateTimeField(null=True)
    viewed_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=30, blank=True)
    problem_words = models.TextField(blank=True)
    failures = models.PositiveIntegerField(default=0)
    # Who looks after it, by the database's clock; as everything else here it is written by them alone, but for what
    # pages note: `viewed_at`, and with it `due_at`.
    lease_owner = models.CharField(max_length=64, blank=True)
    lease_until = models.DateTimeField(null=True)
    # Line numbers of the last traceback, 0 for none.
    traceback_first = models.PositiveIntegerField(default=0)
    traceback_last = models.PositiveIntegerField(default=0)
    is_traceback_open = models.BooleanField(default=False)
    rules = models.PositiveSmallIntegerField(
        null=True, help_text="which rules of log_parser.py all of its lines were read by; null before there were any"
    )

    class Meta:
        indexes = [
            models.Index(fields=["is_complete", "due_at"], name="logs_due"),
            models.Index(fields=["job"], name="logs_given_up", condition=models.Q(given_up_at__isnull=False)),
            models.Index(fields=["rules"], name="logs_by_rules", condition=models.Q(line_count__gt=0)),
        ]

    def __str__(self) -> str:
        return f"Log of {self.job}"


class ReadPage(models.Model):
    """A page of the reading that goes on, by a digest of its token: one that comes again leads nowhere.

    Kept until the log is complete. Pages without lines are left out, of which there may be any number.
    """

    log = models.ForeignKey(JobLog, on_delete=models.CASCADE, related_name="pages")
    digest = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["log", "digest"], name="one_row_per_page")]

    def __str__(self) -> str:
        return f"{self.log}: {self.digest}"


class LogLine(models.Model):
    """One line as the cloud delivered it, numbered from 1 in order of arrival, with our reading of it beside."""

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="log_lines")
    number = models.PositiveIntegerField()
    time = models.DateTimeField(null=True)
    level = models.CharField(max_length=40, blank=True)
    message = models.TextField(blank=True)
    delivered = models.SmallIntegerField(choices=Severity, help_text="what the cloud's level says")
    severity = models.SmallIntegerField(choices=Severity, help_text="what the text says")
    rule = models.CharField(max_length=40, blank=True, help_text="why the two differ")
    seen = models.TextField(null=True, help_text="what people see of it, where that differs")  # noqa: DJ001

    # How it stands in a search: beside what was searched for, and not next to the line above.
    is_context = False
    is_after_gap = False

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["job", "number"], name="one_row_per_line")]
        indexes = [models.Index(fields=["job", "severity", "number"], name="lines_by_severity")]

    def __str__(self) -> str:
        return f"{self.number}: {self.message[:80]}"

    @property
    def shown(self) -> str:
        """What people see of it. As it was delivered for who has not read it by today's rules."""
        return self.message if self.seen is None else self.seen

    @property
    def is_reread(self) -> bool:
        return self.severity != self.delivered
