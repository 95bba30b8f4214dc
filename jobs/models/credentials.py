"""The encrypted settings model: which API key speaks with which cloud."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone

from jobs import encryption
from jobs.domain import Credentials
from jobs.viam.endpoints import Endpoint
from jobs.viam.errors import NotAllowed


class ApiKey(models.Model):
    """An API key of Viam and where it is used. The key is sealed and bound to this row's id."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    label = models.CharField(max_length=100)
    endpoint = models.CharField(max_length=255)
    key_id = models.CharField("API key id", max_length=100)
    sealed_key = models.TextField(editable=False)
    # What it is called in Viam, as far as Viam tells.
    viam_name = models.CharField(max_length=100, blank=True, default="", db_default="", editable=False)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    added_at = models.DateTimeField(auto_now_add=True)
    # When it worked last, and since when it does so without a break.
    worked_at = models.DateTimeField(null=True, editable=False)
    works_since = models.DateTimeField(null=True, editable=False)
    # What went wrong last, as a kind of jobs.viam.errors and the cloud's words; empty while all is well.
    problem = models.CharField(max_length=30, blank=True, editable=False)
    problem_words = models.TextField(blank=True, editable=False)
    problem_since = models.DateTimeField(null=True, editable=False)
    # When the site's owners were told of a refusal that goes on: once, however many processes meet it.
    notified_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "API settings"
        ordering = ["label", "added_at"]
        constraints = [models.UniqueConstraint(fields=["endpoint", "key_id"], name="one_row_per_key")]

    def __str__(self) -> str:
        return self.label

    def seal(self, key: str) -> None:
        self.sealed_key = encryption.seal(key, row=str(self.id))

    def reencrypt(self) -> None:
        """Raises CredentialsUnreadable; the row is left as it was then."""
        self.sealed_key = encryption.reencrypt(self.sealed_key, row=str(self.id))

    @property
    def sealed_by(self) -> int:
        """Which of CREDENTIAL_KEYS sealed the key, counted from 1. Raises CredentialsUnreadable."""
        return encryption.position(self.sealed_key)

    def credentials(self) -> Credentials:
        """Raises CredentialsUnreadable."""
        return Credentials(self.key_id, encryption.unseal(self.sealed_key, row=str(self.id)))

    def allowed_endpoint(self) -> Endpoint:
        """Raises NotAllowed when the operator no longer names this cloud: the key is not sent there."""
        for endpoint in settings.VIAM_ENDPOINTS:
            if endpoint.text == self.endpoint:
                return endpoint
        raise NotAllowed(f"{self.endpoint} is not among VIAM_ENDPOINTS.")

    @property
    def identity(self) -> str:
        """What the audit log calls it."""
        return f"{self.label} ({self.key_id}, {self.endpoint})"

    def works_now(self) -> None:
        """Notes that the cloud takes the key; not kept yet."""
        now = timezone.now()
        self.works_since = now if self.problem or self.works_since is None else self.works_since
        self.worked_at, self.problem, self.problem_words, self.problem_since = now, "", "", None

    def fails_now(self, kind: str, words: str) -> None:
        """Notes what is wrong with the key, and since when; not kept yet."""
        self.problem_since = self.problem_since if self.problem == kind else timezone.now()
        self.problem, self.problem_words = kind, words
        self.works_since = None

    def note(self) -> None:
        """Keeps how the key does, and nothing else of the row, which somebody may have removed or replaced by now."""
        told = {name: getattr(self, name) for name in STATE}
        ApiKey.objects.filter(pk=self.pk, sealed_key=self.sealed_key).update(**told)


STATE = ("worked_at", "works_since", "problem", "problem_words", "problem_since", "notified_at")
