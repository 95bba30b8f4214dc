"""The mirror: what the cloud told us last, kept so that pages never wait for it and links outlive it."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import Any, Protocol, Self

from django.conf import settings
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.dispatch import receiver
from django.urls import reverse

from jobs.domain import DIGITS, JobStatus, Life, ModelFramework, ModelType, in_readers_zone, natural, told_apart
from jobs.error_fingerprint import MAX_TITLE


class Organization(models.Model):
    """An organization of the cloud, how fresh our copy of its jobs is, and who is refreshing it."""

    credentials = models.ForeignKey("jobs.ApiKey", null=True, on_delete=models.SET_NULL, related_name="organizations")
    endpoint = models.CharField(max_length=255)
    viam_id = models.CharField(max_length=100)
    name = models.CharField(max_length=255)
    slug = models.SlugField(max_length=80, unique=True)
    namespace = models.CharField(max_length=255, blank=True)
    region = models.CharField(max_length=100, blank=True)
    is_shown = models.BooleanField(default=True)

    # Goes up whenever something that a page shows has changed, the problem included.
    version = models.PositiveBigIntegerField(default=0)
    # Jobs by status word, those that vanished as "gone": kept by the mirror, so that no page counts them.
    counts = models.JSONField(default=dict)
    fetched_at = models.DateTimeField(null=True)
    completed_at = models.DateTimeField(null=True, help_text="when a complete list was taken over last")
    doubted_at = models.DateTimeField(null=True, help_text="when a list was asked for that lacked too many jobs")
    # Requests for jobs are numbered in the order in which they are sent: no clock decides which answer is newer. The
    # last number given out, and those of the newest refresh and of the newest complete list that were taken over.
    last_request = models.PositiveBigIntegerField(default=0)
    newest_answer = models.PositiveBigIntegerField(default=0)
    newest_list = models.PositiveBigIntegerField(default=0)
    catalogue_at = models.DateTimeField(
        null=True, help_text="when datasets, scripts and containers were asked for last"
    )
    clock_ahead = models.FloatField(
        default=0, help_text="seconds by which the cloud's clock is ahead of ours, as far as new jobs tell"
    )
    problem = models.CharField(max_length=30, blank=True)
    problem_words = models.TextField(blank=True)
    problem_since = models.DateTimeField(null=True)
    failures = models.PositiveIntegerField(default=0)

    # When to ask next, whether somebody looks, and who asks: see jobs/sync/schedule.py and worker.py.
    viewed_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    lease_owner = models.CharField(max_length=64, blank=True)
    lease_until = models.DateTimeField(null=True)

    class Meta:
        ordering = ["name", "id"]
        constraints = [models.UniqueConstraint(fields=["endpoint", "viam_id"], name="one_row_per_organization")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("jobs:list", args=[self.slug])


class Refresher(models.Model):
    """A process that refreshes, and when it said so last: see jobs/sync/worker.py."""

    name = models.CharField(max_length=64, unique=True)
    seen_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class DatasetQuerySet(models.QuerySet["Dataset"]):
    """Of one organization, or of several."""

    def names_of(self, ids: Iterable[str]) -> dict[str, str]:
        """What they are called, by id: no two of an organization in the same way."""
        wanted = set(ids)
        alike = self.filter(name__in=self.filter(viam_id__in=wanted).order_by().values("name"))
        told: dict[str, str] = {}
        for _, group in groupby(alike.order_by("organization_id", "name"), key=lambda one: one.organization_id):
            told |= told_apart((one.viam_id, one.name, one.day) for one in group)
        return {viam_id: name for viam_id, name in told.items() if viam_id in wanted}


class Dataset(models.Model):
    """A dataset of an organization. It stays when the cloud forgets it: jobs still refer to it."""

    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="datasets")
    viam_id = models.CharField(max_length=200)
    name = models.CharField(max_length=500)
    is_sequence = models.BooleanField(default=False)
    created_on = models.DateTimeField(null=True)
    missing_since = models.DateTimeField(null=True)

    objects = DatasetQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["organization", "viam_id"], name="one_row_per_dataset")]

    def __str__(self) -> str:
        return self.name or self.viam_id

    @property
    def day(self) -> str:
        """On which it was made, in the zone of whoever looks; empty when nobody knows."""
        local = in_readers_zone(self.created_on) if self.created_on else None
        return f"{local.day} {local:%b %Y}" if local else ""


class Natural(models.Func):
    """A column of names or versions in their natural order: `natural`, in words of the database."""

    function = "natural_order"
    output_field = models.TextField()

    def as_postgresql(self, compiler: Any, connection: BaseDatabaseWrapper, **context: Any) -> Any:
        padded = f"regexp_replace(%(expressions)s, '([0-9]+)', repeat('0', {DIGITS}) || '\\1', 'g')"
        cut = f"regexp_replace({padded}, '[0-9]*([0-9]{{{DIGITS}}})', '\\1', 'g')"
        return self.as_sql(compiler, connection, template=f'lower({cut}) COLLATE "C"', **context)


@receiver(connection_created)
def _teach_sqlite(connection: BaseDatabaseWrapper, **_: object) -> None:
    if connection.vendor == "sqlite":
        connection.connection.create_function("natural_order", 1, natural, deterministic=True)


class Asked(Protocol):
    """What a list's filters ask for; jobs/job_list/filters.py has them."""

    def narrowing(self, organization: Any, person: str) -> models.Q: ...

    def of_status(self) -> models.Q: ...


class JobQuerySet(models.QuerySet["Job"]):
    """Jobs as a list's filters ask for them; `person` is the user name that "me" stands for."""

    def matching(self, asked: Asked, person: str) -> Self:
        """Of an organization's jobs (`organization.jobs`), or those of all, what is asked for, in no order."""
        return self.of_any_status(asked, person).filter(asked.of_status())

    def of_any_status(self, asked: Asked, person: str) -> Self:
        """The same whatever their status: those of which a list counts how many have which."""
        hints: dict[str, Any] = self._hints  # type: ignore[attr-defined]
        return self.filter(asked.narrowing(hints.get("listed") or hints["instance"], person))


class Job(Life, models.Model):
    """Every field of `TrainingJobMetadata`, and what we alone know of the job."""

    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="jobs")
    viam_id = models.CharField(max_length=200)
    status = models.IntegerField()
    # The cloud always sends created_on; when it does not, the moment we first saw the job stands in for the order.
    created_on = models.DateTimeField(null=True)
    sorted_on = models.DateTimeField()
    last_modified = models.DateTimeField(null=True)
    training_started = models.DateTimeField(null=True)
    training_ended = models.DateTimeField(null=True)
    model_name = models.TextField(blank=True)
    model_version = models.TextField(blank=True)
    model_type = models.IntegerField(default=0)
    model_framework = models.IntegerField(default=0)
    is_custom = models.BooleanField(default=False)
    dataset_id = models.TextField(blank=True)
    labels = models.JSONField(default=list)
    script_id = models.TextField(blank=True)
    script_version = models.TextField(blank=True)
    container_version = models.TextField(blank=True)
    container_id = models.TextField(blank=True)
    arguments = models.JSONField(default=dict)
    resources = models.JSONField(default=list)
    synced_model_id = models.TextField(blank=True)
    error_code = models.IntegerField(null=True)
    error_message = models.TextField(blank=True)

    # Ours: when we first saw it and when it vanished, the mirror's version at its last change, what a search reads;
    # and, for statistics, how long it waited once it had started, how long it ran once it had ended, a number for what
    # it is made of, and what its failure has in common with others (error_fingerprint.py).
    seen_at = models.DateTimeField()
    missing_since = models.DateTimeField(null=True)
    version = models.PositiveBigIntegerField(default=0)
    # Of the answer that told it as it is: the number of its request, and a digest of the message, null where that was
    # no list. `missing_in` is the doubted list that lacked the job.
    request_number = models.PositiveBigIntegerField(null=True)
    digest = models.BigIntegerField(null=True)
    missing_in = models.PositiveBigIntegerField(null=True)
    search_text = models.TextField(blank=True)
    # Who sent it from here, or said afterwards that it is theirs; null for jobs that were started elsewhere.
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    queued_seconds = models.PositiveIntegerField(null=True)
    ran_seconds = models.PositiveIntegerField(null=True)
    # How long jobs like it usually ran when it began to run: what a list expects of it. Null when nothing is usual.
    usual_seconds = models.PositiveIntegerField(null=True)
    recipe_hash = models.BigIntegerField(null=True)
    failure = models.CharField(max_length=MAX_TITLE, null=True)  # noqa: DJ001

    objects = JobQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "viam_id"], name="one_row_per_job")]
        indexes = [
            # Without what vanished: a page far down the list skips entries of the index, and looks at no row for them.
            models.Index(
                fields=["organization", "-sorted_on", "-id"],
                name="jobs_newest_first",
                condition=models.Q(missing_since=None),
            ),
            # What Insights read stands in this one and in the last three. `missing_since` is in them, always empty, so
            # that SQLite need not look it up in the rows.
            models.Index(
                fields=[
                    "organization",
                    "status",
                    "-sorted_on",
                    "-id",
                    "queued_seconds",
                    "ran_seconds",
                    "missing_since",
                ],
                name="jobs_by_status",
                condition=models.Q(missing_since=None),
            ),
            models.Index(fields=["organization", "model_name", "-sorted_on"], name="jobs_by_model"),
            models.Index(fields=["organization", "dataset_id"], name="jobs_by_dataset"),
            models.Index(
                fields=["organization", "submitted_by", "-sorted_on"],
                name="jobs_by_person",
                condition=models.Q(submitted_by__isnull=False),
            ),
            models.Index(fields=["viam_id"], name="jobs_by_viam_id"),
            models.Index(
                fields=[
                    "organization",
                    "recipe_hash",
                    "submitted_by",
                    "status",
                    "sorted_on",
                    "ran_seconds",
                    "missing_since",
                ],
                name="jobs_by_making",
                condition=models.Q(missing_since=None),
            ),
            models.Index(
                fields=["organization", "failure", "model_name", "sorted_on", "missing_since"],
                name="jobs_by_failure",
                condition=models.Q(missing_since=None, failure__isnull=False),
            ),
            models.Index(
                fields=["organization", "-ran_seconds", "id", "sorted_on", "missing_since"],
                name="jobs_longest_first",
                condition=models.Q(missing_since=None, ran_seconds__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.model_name} {self.model_version}"

    def get_absolute_url(self) -> str:
        return reverse("jobs:detail", args=[self.organization.slug, self.viam_id])

    @property
    def type(self) -> ModelType:
        return ModelType(self.model_type)

    @property
    def framework(self) -> ModelFramework:
        return ModelFramework(self.model_framework)


class StatusChange(models.Model):
    """A change of status as we observed it; the cloud keeps no history. `cloud_time` is its last_modified."""

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="changes")
    status = models.IntegerField()
    seen_at = models.DateTimeField()
    cloud_time = models.DateTimeField(null=True)

    class Meta:
        ordering = ["seen_at", "id"]

    def __str__(self) -> str:
        return f"{self.state.label} at {self.seen_at:%Y-%m-%d %H:%M:%S}"

    @property
    def state(self) -> JobStatus:
        return JobStatus(self.status)
