"""Who did what, and how it ended: written before it is done, completed after it.

Whoever begins an entry holds its lease. When that runs out and nobody noted an end, the process died or its database
was away: jobs/sync/abandoned.py finds the entry and settles it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Self

from django.conf import settings
from django.contrib.auth.models import User
from django.db import models, transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from jobs.models.mirror import Organization
from jobs.models.persisting import persist

MAX_REASON = 500
MAX_WORDS = 2000

# Longer than any write to the cloud with its sign-ins (tests/sync/test_settling.py compares), so that it only runs out
# when nobody is at it any more.
LEASE = timedelta(seconds=60)
# What is asked of the cloud: whether it arrived, the cloud's lists tell.
SENT_TO_THE_CLOUD = ("job:submit", "job:cancel", "job:delete")


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, and from where: an address of the network, and "browser", "command line" or a token's name."""

    user: User | None = None
    address: str | None = None
    via: str = "browser"

    @property
    def name(self) -> str:
        """The user name, which is written down as it outlives the account; empty for nobody."""
        return self.user.get_username() if self.user else ""


COMMAND_LINE = Actor(via="command line")


class AuditEntry(models.Model):
    """One action. What a submit asked for, and under which key, stands in its Submission.

    An outcome that is unknown is open until `finished_at`: the refresher looks for what became of the action.
    """

    class Outcome(models.TextChoices):
        STARTED = "started", "Started"
        DONE = "done", "Done"
        REJECTED = "rejected", "Rejected"
        UNKNOWN = "unknown", "Outcome unknown"
        NOT_DONE = "not_done", "Not done"

    # Null for what concerns the whole site.
    organization = models.ForeignKey(Organization, null=True, on_delete=models.CASCADE, related_name="actions")
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    # Of members: whom it was done to, where that is somebody with an account.
    whom = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    # The name outlives the account.
    actor_name = models.CharField(max_length=150, blank=True)
    address = models.GenericIPAddressField(null=True)
    via = models.CharField(max_length=100, default="browser")
    # Of a cancel or delete in a bulk run: what it was done for.
    item = models.ForeignKey(
        "jobs.BulkItem", null=True, on_delete=models.SET_NULL, related_name="entries", db_index=False
    )
    action = models.CharField(max_length=40, help_text="noun:verb, for instance job:cancel")
    job_id = models.CharField(max_length=200, blank=True, help_text="the job's id in the cloud")
    subject = models.CharField(max_length=255, blank=True, help_text="what it was done to, in words")
    reason = models.CharField(max_length=MAX_REASON, blank=True)
    outcome = models.CharField(max_length=10, choices=Outcome, default=Outcome.STARTED)
    words = models.TextField(blank=True)
    started_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True)
    # Until then whoever began it is at it, by the database's clock; null for entries of before there were leases.
    lease_until = models.DateTimeField(null=True)
    lists_without = models.PositiveSmallIntegerField(
        default=0, help_text="complete lists, asked for after the lease, that don't show what it would have done"
    )

    class Meta:
        ordering = ["-started_at", "-id"]
        verbose_name_plural = "audit entries"
        indexes = [
            models.Index(fields=["organization", "job_id"], name="actions_by_job"),
            models.Index(fields=["organization", "-started_at", "-id"], name="actions_newest_first"),
            models.Index(fields=["-started_at", "-id"], name="actions_of_the_site"),
            models.Index(fields=["organization", "outcome"], name="actions_open", condition=Q(finished_at=None)),
            models.Index(fields=["item"], name="actions_of_items", condition=Q(item__isnull=False)),
        ]
        constraints = [
            # An item is acted upon once, whoever holds its run: before anything is sent, its entry is written.
            models.UniqueConstraint(
                fields=["item"], name="one_entry_per_item", condition=Q(item__isnull=False) & ~Q(outcome="rejected")
            )
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.job_id or self.subject} {self.outcome}"

    @classmethod
    def begin(cls, actor: Actor, action: str, organization: Organization | None = None, **what: Any) -> Self:
        """The entry as it is written before anything is done: `what` may be job_id, subject, reason.

        It survives whatever is done next, so it can't be written inside a transaction: that raises RuntimeError.
        """
        with transaction.atomic(durable=True):
            return cls.write(actor, action, organization, **what)

    @classmethod
    def write(cls, actor: Actor, action: str, organization: Organization | None = None, **what: Any) -> Self:
        """The same for who writes more together with it."""
        what["subject"] = what.get("subject", "")[:255]
        return cls.objects.create(
            organization=organization,
            actor=actor.user,
            actor_name=actor.name,
            address=actor.address,
            via=actor.via,
            action=action,
            lease_until=Now() + LEASE,
            **what,
        )

    @classmethod
    def record(cls, actor: Actor, action: str, organization: Organization | None = None, **what: Any) -> Self:
        """What has happened already, or happens in the same transaction: done as soon as it is written."""
        done = {"outcome": cls.Outcome.DONE, "finished_at": timezone.now()}
        return cls.write(actor, action, organization, **done, **what)

    @classmethod
    @contextmanager
    def around(cls, actor: Actor, action: str, organization: Organization | None = None, **what: Any) -> Iterator[Self]:
        """An entry begun before a block that changes this database alone, and done together with it."""
        with cls.begun(actor, action, organization, **what) as entry, entry.doing():
            yield entry

    @classmethod
    @contextmanager
    def begun(cls, actor: Actor, action: str, organization: Organization | None = None, **what: Any) -> Iterator[Self]:
        """An entry begun before a block, and rejected, with the error's words, when the block fails.

        What the block changes here it changes within `doing`, and whatever takes long comes before that.
        """
        entry = cls.begin(actor, action, organization, **what)
        try:
            yield entry
        except Exception as error:
            words = str(error)[:MAX_WORDS]
            persist(lambda: entry._reject(words))
            raise

    @contextmanager
    def doing(self) -> Iterator[None]:
        """One transaction of what is done and of its entry: should the process die, they tell the same."""
        with transaction.atomic(durable=True):
            yield
            self.note(self.Outcome.DONE)

    def _reject(self, words: str) -> None:
        """A database that broke while it was committed may have done it all the same: then the entry says so."""
        self.refresh_from_db(fields=["outcome"])
        if self.outcome != self.Outcome.DONE:
            self.note(self.Outcome.REJECTED, words=words)

    @property
    def who(self) -> str:
        """A name for a page; accounts come and go."""
        return self.actor_name or ("a former member" if self.via == "browser" else f"the {self.via}")

    def finish(self, outcome: Outcome, **changes: Any) -> None:
        """Completes the entry: how it ended, and what else is known now (`job_id`, `words`).

        Tried again while the database refuses. With an unknown outcome the entry of a call to the cloud stays open.
        """
        persist(lambda: self.note(outcome, **changes))

    def note(self, outcome: Outcome, **changes: Any) -> None:
        """The same for who writes more together with it, or learned it from the cloud's lists."""
        is_open = outcome == self.Outcome.UNKNOWN and self.action in SENT_TO_THE_CLOUD
        changes = {"finished_at": None if is_open else timezone.now(), **changes, "outcome": outcome}
        for name, value in changes.items():
            setattr(self, name, value)
        self.save(update_fields=list(changes))

    @classmethod
    def abandoned(cls) -> QuerySet[Self]:
        """Begun, not ended, and nobody is at them any more."""
        return cls.objects.filter(lease_is_over(), outcome=cls.Outcome.STARTED, finished_at=None)

    @classmethod
    def awaited(cls) -> QuerySet[Self]:
        """Of unknown outcome, and the cloud's lists are still to tell what became of them."""
        return cls.objects.filter(outcome=cls.Outcome.UNKNOWN, finished_at=None, action__in=SENT_TO_THE_CLOUD)


def lease_is_over(lasts: timedelta = LEASE) -> Q:
    """Of whatever row holds a lease. A time that is farther off than any was written before the clock was set back."""
    return Q(lease_until=None) | Q(lease_until__lt=Now()) | Q(lease_until__gt=Now() + 2 * lasts)
