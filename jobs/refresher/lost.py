"""Submits whose answer was lost: when the job appears, it is tied to the entry that asked for it."""

from __future__ import annotations

from datetime import timedelta

from jobs import mirror
from jobs.models import AuditEntry, Job, Organization

# The cloud's clock and ours may differ by some minutes; a job that is older than that was not ours.
CLOCKS_DIFFER = timedelta(minutes=5)


def tie(organization: Organization) -> None:
    """Looks in the mirror for the jobs of entries of unknown outcome: same name, version and dataset.

    Called in the transaction of a refresh. The job may have appeared while the submit was still waiting in vain.
    """
    for entry in organization.actions.filter(action="job:submit", outcome=AuditEntry.Outcome.UNKNOWN):
        job = _job_of(organization, entry)
        if job:
            entry.finish(AuditEntry.Outcome.DONE, job_id=job.viam_id)
            if entry.actor:
                mirror.attribute(organization, job.viam_id, entry.actor)


def _job_of(organization: Organization, entry: AuditEntry) -> Job | None:
    sent = entry.request
    return organization.jobs.filter(
        model_name=sent["name"],
        model_version=sent["version"],
        dataset_id=sent["dataset"],
        sorted_on__gte=entry.started_at - CLOCKS_DIFFER,
    ).first()
