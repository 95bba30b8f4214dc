"""Jobs that were started elsewhere: whoever started them can say so."""

from __future__ import annotations

from jobs import mirror
from jobs.models import Actor, AuditEntry, Job, Organization


def claim_job(actor: Actor, organization: Organization, viam_id: str) -> bool:
    """Notes that the job is the actor's; False when it is somebody's already. Raises Job.DoesNotExist."""
    job = organization.jobs.get(viam_id=viam_id)
    if job.submitted_by_id is not None:
        return False
    with AuditEntry.around(actor, "job:claim", organization, job_id=viam_id, subject=str(job)):
        return mirror.attribute(organization, viam_id, actor.user)


def disown_job(actor: Actor, organization: Organization, viam_id: str) -> bool:
    """Takes a claim back: for one's own claims only, never for a job that was submitted from here."""
    claims = organization.actions.filter(job_id=viam_id, action="job:claim", actor=actor.user)
    job: Job = organization.jobs.get(viam_id=viam_id)
    if job.submitted_by_id is None or job.submitted_by != actor.user or not claims.exists():
        return False
    with AuditEntry.around(actor, "job:disown", organization, job_id=viam_id, subject=str(job)):
        return mirror.attribute(organization, viam_id, None)
