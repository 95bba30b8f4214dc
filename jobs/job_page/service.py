"""One job with what belongs on its page, and its neighbors in the list."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.utils import timezone

from jobs.compare.service import Comparison, since_it_last_worked
from jobs.domain import GONE, JobStatus, Role
from jobs.duration_baseline import Usual, usual
from jobs.job_list.filters import MAX_LENGTH, Filters
from jobs.job_page.code_snippets import OtherWords, job_in_other_words
from jobs.logs.passages import last_traceback
from jobs.models import AuditEntry, Dataset, Job, LogLine, Organization, Submission, TrainedOn, trained_on
from jobs.organizations.freshness import Freshness, freshness, problem_tag
from jobs.sync import worker
from jobs.trained_models.service import registry_url, script_url

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
    trained_on: TrainedOn | None = None

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
    def links(self) -> Links:
        """Where what the job is made of leads."""
        return links_of(self.job)

    @property
    def words(self) -> OtherWords:
        """What would submit the same again from elsewhere."""
        return job_in_other_words(self.job)


@dataclass(frozen=True, slots=True)
class Links:
    """Lists of the jobs that share something with one, and pages of Viam's; empty where there is none, or where its
    address is not known: Viam documents those of models and scripts alone (viam.md, section 8).
    """

    dataset: str
    script: str
    container: str
    own_container: str
    model_in_viam: str
    script_in_viam: str


def links_of(job: Job) -> Links:
    organization = job.organization
    return Links(
        dataset=_listed(organization, dataset=job.dataset_id),
        script=_listed(organization, script=job.script_id),
        container=_listed(organization, container=job.container_version),
        own_container="" if job.container_version else _listed(organization, container=job.container_id),
        model_in_viam=registry_url(organization, job.model_name, job.synced_model_id),
        script_in_viam=script_url(organization, job.script_id),
    )


def _listed(organization: Organization, **wanted: str) -> str:
    """The list of jobs with this; what is longer than a filter may be has none."""
    is_short = all(0 < len(value) <= MAX_LENGTH and value == value.strip() for value in wanted.values())
    return f"{organization.get_absolute_url()}?{Filters().to_address(**wanted)}" if is_short else ""


def get_job(organization: Organization, role: Role, viam_id: str) -> JobStory:
    """As it is told to somebody of this role. Raises Job.DoesNotExist; another organization's job is no such job."""
    job = organization.jobs.select_related("submitted_by").get(viam_id=viam_id)
    if not job.is_over:
        worker.mark_viewed(organization)
    done = organization.actions.filter(job_id=viam_id).select_related("submission").order_by("started_at", "id")
    actions = {entry.action: entry for entry in done}
    submitted = actions.get("job:submit")
    return JobStory(
        job=job,
        dataset=organization.datasets.filter(viam_id=job.dataset_id).first(),
        turns=_turns(job),
        submitted=submitted,
        cancel_asked=actions.get("job:cancel"),
        deleted=actions.get("job:delete"),
        comparison=since_it_last_worked(job) if job.state == JobStatus.FAILED else None,
        traceback=last_traceback(job),
        freshness=freshness(organization, role),
        tag=job_tag(organization, role, job),
        trained_on=trained_on(organization, [viam_id]).get(viam_id) if submitted else None,
    )


def job_tag(organization: Organization, role: Role, job: Job) -> str:
    """What a poll of the job's page compares."""
    problem = f"{organization.problem}-{organization.problem_since or ''}-{problem_tag(organization)}"
    return f"{job.version}-{problem}-{role.value}"


def _turns(job: Job) -> list[Turn]:
    """The job's life in order: what the cloud's times tell, and the changes of status that only we saw."""
    told = [
        Turn("Created", JobStatus.PENDING.word, job.created_on, seen=False),
        Turn("Training started", JobStatus.IN_PROGRESS.word, job.training_started, seen=False),
        Turn(job.state.label, job.state.word, job.training_ended, seen=False),
        Turn("No longer in Viam", GONE, job.missing_since, seen=True),
    ]
    known = {turn.word for turn in told if turn.time}
    changes = [change for change in job.changes.all() if change.state.word not in known]
    seen = [Turn(change.state.label, change.state.word, change.seen_at, seen=True) for change in changes]
    return sorted((turn for turn in [*told, *seen] if turn.time), key=lambda turn: turn.time or timezone.now())


# The jobs before and after one, in the list that its reader comes from.


@dataclass(frozen=True, slots=True)
class Neighbors:
    """The next newer and the next older job; `query` is that of the list, empty for the whole one."""

    newer: Job | None
    older: Job | None
    query: str


def neighbors(organization: Organization, job: Job, query: str = "", me: str = "") -> Neighbors:
    """`query` is a list's, for instance `status=failed&q=bolt`; what makes no sense there filters nothing, and `me`
    is the name of the user who looks.
    """
    jobs = organization.jobs.matching(Filters.from_query(query), me).select_related("organization")
    newer = Q(sorted_on__gt=job.sorted_on) | Q(sorted_on=job.sorted_on, pk__gt=job.pk)
    older = Q(sorted_on__lt=job.sorted_on) | Q(sorted_on=job.sorted_on, pk__lt=job.pk)
    return Neighbors(
        newer=jobs.filter(newer).order_by("sorted_on", "id").first(),
        older=jobs.filter(older).order_by("-sorted_on", "-id").first(),
        query=query,
    )
