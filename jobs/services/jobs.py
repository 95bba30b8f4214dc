"""One job, and what can be done to it: cancel it, delete it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django import db
from django.utils import timezone

from jobs import mirror, refresher
from jobs.domain import GONE, JobStatus
from jobs.errors import CloudError, NotFound, Unavailable
from jobs.history import Usual, usual
from jobs.models import Actor, AuditEntry, Dataset, Job, LogLine, Organization, Submission
from jobs.services.comparison import Comparison, since_it_last_worked
from jobs.services.connection import cloud_of
from jobs.services.equivalents import OtherWords, job_in_other_words
from jobs.services.freshness import Freshness, freshness, problem_tag
from jobs.services.logs import last_traceback
from jobs.viam import Cloud

log = logging.getLogger(__name__)

Outcome = AuditEntry.Outcome


@dataclass(frozen=True, slots=True)
class Turn:
    """A step in a job's life; `seen` tells when we observed it ourselves, rather than read it off the cloud's times."""

    label: str
    word: str
    time: datetime | None
    seen: bool


@dataclass(frozen=True, slots=True)
class JobStory:
    """A job with what belongs on its page."""

    job: Job
    dataset: Dataset | None
    turns: list[Turn]
    submitted: AuditEntry | None
    cancel_asked: AuditEntry | None
    deleted: AuditEntry | None
    comparison: Comparison | None
    traceback: list[LogLine]
    freshness: Freshness
    tag: str

    @property
    def source_id(self) -> str:
        """The job that this one was resubmitted from, if any."""
        submission: Submission | None = getattr(self.submitted, "submission", None)
        return submission.source if submission else ""

    @property
    def usual(self) -> Usual | None:
        """How long jobs like it run; looked up when a page is drawn, and not for each poll."""
        return usual(self.job)

    @property
    def words(self) -> OtherWords:
        """What would submit the same again from elsewhere."""
        return job_in_other_words(self.job)


def get_job(organization: Organization, viam_id: str) -> JobStory:
    """Raises Job.DoesNotExist; another organization's job is no such job."""
    job = organization.jobs.select_related("submitted_by").get(viam_id=viam_id)
    if not job.is_over:
        refresher.look(organization)
    done = organization.actions.filter(job_id=viam_id).select_related("submission").order_by("started_at", "id")
    actions = {entry.action: entry for entry in done}
    return JobStory(
        job=job,
        dataset=organization.datasets.filter(viam_id=job.dataset_id).first(),
        turns=_turns(job),
        submitted=actions.get("job:submit"),
        cancel_asked=actions.get("job:cancel"),
        deleted=actions.get("job:delete"),
        comparison=since_it_last_worked(job) if job.state == JobStatus.FAILED else None,
        traceback=last_traceback(job),
        freshness=freshness(organization),
        tag=job_tag(organization, job),
    )


def job_tag(organization: Organization, job: Job) -> str:
    """What a poll of the job's page compares."""
    problem = f"{organization.problem}-{organization.problem_since or ''}-{problem_tag(organization)}"
    return f"{job.version}-{problem}-{organization.role.value}"


def cancel_job(actor: Actor, organization: Organization, viam_id: str, reason: str = "") -> Job:
    """Asks the cloud to stop the job; sent once. Answers with the job as the cloud tells it afterwards.

    Raises Job.DoesNotExist, and CloudError when the cloud refuses or doesn't answer.
    """
    return _act(actor, organization, viam_id, reason, "job:cancel", Cloud.cancel_job)


def delete_job(actor: Actor, organization: Organization, viam_id: str, reason: str = "") -> Job:
    """Deletes the job's record in the cloud; sent once. What we know of it stays, as a tombstone.

    Raises Job.DoesNotExist, and CloudError when the cloud refuses or doesn't answer.
    """
    return _act(actor, organization, viam_id, reason, "job:delete", _delete)


def _delete(cloud: Cloud, viam_id: str) -> str:
    try:
        cloud.delete_job(viam_id)
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
    call: Callable[[Cloud, str], str | None],
) -> Job:
    """The call, with an entry written before it and completed after it, and a look at what became of the job."""
    job = organization.jobs.get(viam_id=viam_id)
    entry = AuditEntry.begin(actor, action, organization, job_id=viam_id, subject=str(job), reason=reason)
    try:
        words = call(cloud_of(organization), viam_id) or ""
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
        refresher.ask_soon(organization)
        job.refresh_from_db()
    except db.Error as error:
        log.warning("%s: job %s will be brought up to date later: %s", organization.slug, job.viam_id, error)


def _take_over(organization: Organization, job: Job) -> None:
    asked = mirror.begin_request(organization)
    try:
        found = [cloud_of(organization).get_job(job.viam_id)]
    except NotFound:
        gone = [job.viam_id]
        answer = mirror.Answer([], asked, is_complete=False, missing=gone, is_single=True, is_certain=True)
        mirror.take_over(organization, answer)
    except CloudError:
        pass  # The refresher tells of it.
    else:
        mirror.take_over(organization, mirror.Answer(found, asked, is_complete=False, is_single=True))


def _turns(job: Job) -> list[Turn]:
    """The job's life in order: what the cloud's times tell, and the changes of status that only we saw."""
    told = [
        Turn("Created", JobStatus.PENDING.word, job.created_on, seen=False),
        Turn("Training started", JobStatus.IN_PROGRESS.word, job.training_started, seen=False),
        Turn(job.state.label, job.state.word, job.training_ended, seen=False),
        Turn("No longer in Viam", GONE, job.gone_at, seen=True),
    ]
    known = {turn.word for turn in told if turn.time}
    changes = [change for change in job.changes.all() if change.state.word not in known]
    seen = [Turn(change.state.label, change.state.word, change.seen_at, seen=True) for change in changes]
    return sorted((turn for turn in [*told, *seen] if turn.time), key=lambda turn: turn.time or timezone.now())
