"""What was confirmed is what is done: the confirmation holds the very jobs, signed, and can be used once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core import signing
from django.db import IntegrityError, transaction

from jobs.models import Actor, BulkItem, BulkRun, Organization
from jobs.models.bulk import new_secret
from jobs.services.bulk.choosing import Choice
from jobs.services.bulk.running import keep_going

_SALT = "jobs.bulk"
# Who comes back to an old tab looks at the jobs again first.
HOLDS = timedelta(hours=1)


def confirm(actor: Actor, organization: Organization, choice: Choice) -> str:
    """What the form of the confirmation carries."""
    return signing.dumps(
        {
            "who": actor.user.pk if actor.user else None,
            "where": organization.pk,
            "verb": choice.verb,
            "jobs": [job.pk for job in choice.jobs],
            "secret": new_secret(),
        },
        salt=_SALT,
        compress=True,
    )


def start(actor: Actor, organization: Organization, confirmation: str, reason: str = "") -> BulkRun | None:
    """The run of this confirmation, which works from now on; sent again, it finds the run of the first time.

    None for a confirmation that is too old, or was made for somebody else or for another organization.
    """
    try:
        told = signing.loads(confirmation, salt=_SALT, max_age=HOLDS)
    except signing.BadSignature:
        return None
    if actor.user is None or (told["who"], told["where"]) != (actor.user.pk, organization.pk):
        return None
    try:
        with transaction.atomic():
            run = _write_down(actor, organization, told, reason)
    except IntegrityError:
        return organization.runs.get(secret=told["secret"])
    keep_going(run)
    return run


def _write_down(actor: Actor, organization: Organization, told: dict[str, Any], reason: str) -> BulkRun:
    run = BulkRun.objects.create(
        organization=organization,
        actor=actor.user,
        actor_name=actor.user.get_username() if actor.user else "",
        address=actor.address,
        verb=told["verb"],
        secret=told["secret"],
        reason=reason,
    )
    there = set(organization.jobs.filter(pk__in=told["jobs"]).values_list("pk", flat=True))
    kept = [pk for pk in told["jobs"] if pk in there]
    BulkItem.objects.bulk_create(BulkItem(run=run, job_id=pk, number=number) for number, pk in enumerate(kept, 1))
    return run
