"""What a refresh changed, told to whoever listens when it is stored: one hook for all that follows from it.

    @receiver(jobs_changed)
    def tell_the_team(change: JobsChanged, **_: object) -> None: ...

Receivers run in the refresher, outside of the transaction and while its lease is held: they may write, and must not
wait.
"""

from __future__ import annotations

from dataclasses import dataclass

from django import db
from django.dispatch import Signal

from jobs.models import Organization
from jobs.sync.diff import Difference

jobs_changed = Signal()


@dataclass(frozen=True, slots=True)
class JobsChanged:
    """`difference` may be empty: then the cloud said what we knew. `is_complete`: it came of a complete list."""

    organization: Organization
    difference: Difference
    is_complete: bool


def tell(change: JobsChanged) -> None:
    """A receiver that fails holds up no other, and Django logs it; what the database refuses is raised afterwards."""
    for _, failure in jobs_changed.send_robust(sender=Organization, change=change):
        if isinstance(failure, db.Error):
            raise failure
