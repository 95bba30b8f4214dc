"""What can be done to a job: cancel it, delete it, claim it."""

from __future__ import annotations

from collections.abc import Callable

from django import db
from django.contrib.auth.models import User

from jobs.job_page.service import Outcome, log
from jobs.models import Actor, AuditEntry, BulkItem, Job, Organization
from jobs.sync import apply, fetch, worker
from jobs.sync.connection import cloud_of
from jobs.viam import Cloud
from jobs.viam.errors import CloudError, NotFound, Unavailable


def cancel_job(
    actor: Actor, organization: Organization, viam_id: str, reason: str = "", *, item: BulkItem | None = None
) -> Job:
    """Asks the cloud to stop the job; sent once. Answers with the job as the cloud tells it afterwards.

    Raises Job.DoesNotExist, CloudError when the cloud refuses or doesn't answer, and IntegrityError, with nothing sent,
    for an `item` of a bulk run that was acted upon already.
    """
    return _act(actor, organization, viam_id, reason, "job:cancel", Cloud.cancel_job, item)


def delete_job(
    actor: Actor, organization: Organization, viam_id: str, reason: str = "", *, item: BulkItem | None = None
) -> Job:
    """Deletes the job's record in the cloud; sent once. What we know of it stays, as a tombstone.

    Raises Job.DoesNotExist, CloudError when the cloud refuses or doesn't answer, and IntegrityError, with nothing sent,
    for an `item` of a bulk run that was acted upon already.
    """
    return _act(actor, organization, viam_id, reason, "job:delete", _delete, item)


def _delete(cloud: Cloud, organization_id: str, viam_id: str) -> str:
    try:
        cloud.delete_job(organization_id, viam_id)
    except NotFound:
        # Somebody was faster: it is gone, which is what was asked for. It was not this person who did it.
        return "It was no longer in Viam."
    return ""


def _act(
    actor: Actor,
    organization: Organization,
    viam_id: str,
    reason: str,
    action: str,
    call: Callable[[Cloud, str, str], str | None],
    item: BulkItem | None,
) -> Job:
    """The call, with an entry written before it and completed after it, and a look at what became of the job."""
    job = organization.jobs.get(viam_id=viam_id)
    what = {"job_id": viam_id, "subject": str(job), "reason": reason, "item": item}
    entry = AuditEntry.begin(actor, action, organization, **what)
    try:
        words = call(cloud_of(organization), organization.viam_id, viam_id) or ""
    except CloudError as error:
        is_open = isinstance(error, Unavailable)
        entry.finish(Outcome.UNKNOWN if is_open else Outcome.REJECTED, words=str(error))
        _look_again(organization, job)
        raise
    entry.finish(Outcome.DONE, words=words)
    _look_again(organization, job)
    return job


def _look_again(organization: Organization, job: Job) -> None:
    """Brings the job up to date, if the cloud tells; and the refresher is to ask at once.

    What was done is noted already: a database that refuses this makes no failure of it.
    """
    try:
        _take_over(organization, job)
        worker.ask_soon(organization)
        job.refresh_from_db()
    except db.Error as error:
        log.warning("%s: job %s will be brought up to date later: %s", organization.slug, job.viam_id, error)


def _take_over(organization: Organization, job: Job) -> None:
    asked = fetch.begin_request(organization)
    try:
        found = [cloud_of(organization).get_job(job.viam_id)]
    except NotFound:
        gone = [job.viam_id]
        answer = fetch.Answer([], asked, is_complete=False, missing=gone, is_single=True, is_certain=True)
        apply.store(organization, answer)
    except CloudError:
        pass  # The refresher tells of it.
    else:
        apply.store(organization, fetch.Answer(found, asked, is_complete=False, is_single=True))


# Jobs that were started elsewhere: whoever started them can say so.


class Meanwhile(Exception):
    """Nothing was changed: since it was looked at, somebody else was faster."""


def claim_job(actor: Actor, organization: Organization, viam_id: str) -> bool:
    """Notes that the job is the actor's; False when it is somebody's already. Raises Job.DoesNotExist."""
    job: Job = organization.jobs.get(viam_id=viam_id)
    if job.submitted_by_id is not None:
        return False
    return _attribute(actor, "job:claim", job, None, actor.user)


def disown_job(actor: Actor, organization: Organization, viam_id: str) -> bool:
    """Takes a claim back: for one's own claims only, never for a job that was submitted from here."""
    claims = organization.actions.filter(job_id=viam_id, action="job:claim", actor=actor.user, outcome=Outcome.DONE)
    job: Job = organization.jobs.get(viam_id=viam_id)
    if job.submitted_by_id is None or job.submitted_by != actor.user or not claims.exists():
        return False
    return _attribute(actor, "job:disown", job, actor.user, None)


def _attribute(actor: Actor, action: str, job: Job, before: User | None, after: User | None) -> bool:
    """False, and an entry that says so, when it is no longer whose it was."""
    organization = job.organization
    try:
        with AuditEntry.around(actor, action, organization, job_id=job.viam_id, subject=str(job)):
            if not apply.attribute(organization, job.viam_id, after, before=before):
                raise Meanwhile("Someone else claimed it in the meantime.")
    except Meanwhile:
        return False
    return True
