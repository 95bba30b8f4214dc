"""What an answer of the cloud changed, told to whoever listens when it is stored: one hook for all that follows.

    @receiver(jobs_changed)
    def tell_the_team(change: JobsChanged, **_: object) -> None: ...

Receivers run in the refresher, while its lease is held, or in the request of the action that asked; outside of the
transaction in both. They may write, and must not wait: what takes long is noted, and somebody else does it.
"""

from __future__ import annotations

from dataclasses import dataclass

from django import db
from django.dispatch import Signal

from jobs.models import Organization
from jobs.sync import apply
from jobs.sync.diff import Difference
from jobs.sync.fetch import Answer

jobs_changed = Signal()


@dataclass(frozen=True, slots=True)
class JobsChanged:
    """`difference` may be empty: then the cloud said what we knew. `is_complete`: it came of a complete list."""

    organization: Organization
    difference: Difference
    is_complete: bool


def store(organization: Organization, answer: Answer) -> None:
    """Stores an answer that an action asked for, and tells what it changed."""
    if difference := apply.apply_answer(organization, answer):
        tell(JobsChanged(organization, difference, answer.is_complete))


def tell(change: JobsChanged) -> None:
    """A receiver that fails holds up no other, and Django logs it; what the database refuses is raised afterwards."""
    for _, failure in jobs_changed.send_robust(sender=Organization, change=change):
        if isinstance(failure, db.Error):
            raise failure
