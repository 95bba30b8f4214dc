"""Entries that were begun and not ended: their process died, or its database was away for longer than it tried.

Any process that refreshes finds them when their lease has run out, whether somebody looks or not.
"""

from __future__ import annotations

import logging
from time import monotonic

from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone

from jobs.models import SENT_TO_THE_CLOUD, AuditEntry, Organization, Submission
from jobs.sync import abandoned_items

log = logging.getLogger(__name__)

Outcome = AuditEntry.Outcome

INTERRUPTED = "The site stopped while sending this, so the answer was lost. It is not sent again."
NOTHING_DONE = "The site stopped before this was done, so nothing was changed. Try again if you still need it."
LEFT_OPEN = "The site stopped while doing this. Check whether it was done, and try again if not."

_checked_at = 0.0


def settle() -> None:
    """Looks once per interval."""
    global _checked_at
    if monotonic() < _checked_at + settings.REFRESH_ACTIVE_SECONDS:
        return
    settle_now()
    _checked_at = monotonic()


def settle_now() -> None:
    for entry in AuditEntry.abandoned().select_related("organization", "submission")[:500]:
        _settle(entry)
    abandoned_items.settle()


@transaction.atomic
def _settle(entry: AuditEntry) -> None:
    """What was asked of the cloud is open from now on, and its organization's lists tell the end (reconcile.py).

    All else is done in one transaction with the end of its entry (`AuditEntry.doing`), so it was not done. Whoever
    began it may be alive all the same, only slow: what they note later is the truth and stands.
    """
    is_open = entry.action in SENT_TO_THE_CLOUD
    outcome, words = (Outcome.UNKNOWN, INTERRUPTED) if is_open else _of_ours(entry)
    finished_at = None if is_open else timezone.now()
    found = AuditEntry.abandoned().filter(pk=entry.pk)
    if not found.update(outcome=outcome, words=words, finished_at=finished_at):
        return
    log.warning("%s, begun at %s, was never ended: settled now", entry, entry.started_at.isoformat())
    started = Submission.objects.filter(entry=entry, state=Submission.State.STARTED)
    started.update(state=Submission.State.UNKNOWN, words=INTERRUPTED)
    if is_open and entry.organization_id:
        Organization.objects.filter(pk=entry.organization_id).update(due_at=Now())


def _of_ours(entry: AuditEntry) -> tuple[AuditEntry.Outcome, str]:
    """Entries without a lease are of a version that did them and ended them apart."""
    return (Outcome.UNKNOWN, LEFT_OPEN) if entry.lease_until is None else (Outcome.NOT_DONE, NOTHING_DONE)
