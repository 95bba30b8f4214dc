"""What became of submits, cancels and deletes whose answer was lost: the cloud's lists tell.

An action is awaited from the moment at which nobody waits for its answer any more (the lease of its entry). What two
complete lists don't show that were asked for after that, was not done.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from jobs.domain import JobStatus
from jobs.models import LEASE, AuditEntry, Job, Organization, Submission, lease_is_over
from jobs.sync import apply, fetch
from jobs.viam.errors import CredentialsUnreadable, Forbidden, Refused, every_kind

Outcome, State = AuditEntry.Outcome, Submission.State

ENOUGH_LISTS = 2
MAX_GIVEN_UP = 500
# How far a job's `created_on` may lie outside the time of the sending, in the cloud's time as far as we know it.
TOLERANCE = timedelta(minutes=15)

NOT_IN_VIAM = "Not in Viam after the next two complete lists."
AT_ANOTHER_TIME = (
    "Viam has a job that matches this request but was created at another time, so we can't tell whether it is this "
    "one: {}."
)
# Where no list can be read any more, since the key or its role was removed, nobody waits for ever. Lists that can be
# read again by then go on telling.
UNREADABLE_FOR = timedelta(hours=1)
UNREADABLE = [
    kind for kind, error in every_kind().items() if issubclass(error, Refused | Forbidden | CredentialsUnreadable)
]
CANT_BE_READ = "Not known: Viam's list of jobs can't be read any more, because the API key was removed or rejected."
SEVERAL = "Viam has {count} jobs that match this request, and we can't tell which one it is."


def awaited(organization: Organization) -> set[int]:
    """The entries about which a list that is asked for from now on says the last word."""
    return set(AuditEntry.awaited().filter(lease_is_over(), organization=organization).values_list("pk", flat=True))


def wants_first_list(organization: Organization) -> bool:
    """Whether a complete list is to be asked for at once, because an action waits for its first one."""
    return AuditEntry.awaited().filter(lease_is_over(), organization=organization, lists_without=0).exists()


def reconcile(organization: Organization, answer: fetch.Answer, asked_about: Collection[int]) -> None:
    """Settles what this answer tells of, in the transaction of the refresh and after the mirror took it over.

    `asked_about` are the entries that were awaited when the answer was asked for.
    """
    _attribute(organization)
    _find_submissions(organization)
    for entry in AuditEntry.awaited().filter(organization=organization).exclude(action="job:submit"):
        if _look_at_job(organization, entry, answer):
            _draw_anew(organization, entry)
    if answer.is_complete:
        for entry in AuditEntry.awaited().filter(pk__in=asked_about).select_related("submission"):
            if _count_list(entry, answer):
                _draw_anew(organization, entry)


def attribute(submission: Submission) -> None:
    """Notes in the mirror whose job it became, if the mirror has the job already."""
    if submission.person and submission.organization.jobs.filter(viam_id=submission.job_id).exists():
        apply.attribute(submission.organization, submission.job_id, submission.person)
        submission.is_attributed = True
        submission.save(update_fields=["is_attributed"])


def _attribute(organization: Organization) -> None:
    """Those that were answered, and then their process died."""
    for submission in organization.submissions.filter(state=State.DONE, is_attributed=False, person__isnull=False):
        submission.organization = organization
        attribute(submission)


def _find_submissions(organization: Organization) -> None:
    """Each lost submit gets a job that is equal in everything, and is nobody else's; as many as there are, in order."""
    lost: dict[str, list[Submission]] = {}
    open_ones = organization.submissions.filter(state=State.UNKNOWN, entry__finished_at=None)
    for submission in open_ones.select_related("entry", "person").order_by("pk"):
        submission.organization = organization
        lost.setdefault(submission.fingerprint, []).append(submission)
    for fingerprint, alike in lost.items():
        # The answer of one that is under way tells which job is its own.
        if not organization.submissions.filter(fingerprint=fingerprint, state=State.STARTED).exists():
            _match(alike)


def _match(alike: Sequence[Submission]) -> None:
    candidates = _candidates(alike)
    if len(candidates) > len(alike):
        return
    for submission, job in zip(alike, candidates, strict=False):
        submission.note(State.DONE, job_id=job.viam_id, words="", problem="")
        attribute(submission)


def _candidates(alike: Sequence[Submission], *, at_any_time: bool = False) -> list[Job]:
    """Jobs that one of these may have become, oldest first; those of another time are others' (or a clock jumped)."""
    organization = alike[0].organization
    asked = alike[0].request
    claimed = organization.submissions.exclude(job_id="").values("job_id")
    jobs = organization.jobs.filter(
        pk__gt=min(submission.newest_known for submission in alike),
        model_name=asked.get("name", ""),
        model_version=asked.get("version", ""),
        dataset_id=asked.get("dataset", ""),
        is_custom=asked.get("kind") == "custom",
    )
    if not at_any_time:
        jobs = jobs.filter(sorted_on__range=_window(alike))
    jobs = jobs.exclude(viam_id__in=claimed).order_by("sorted_on", "pk")
    return [job for job in jobs if _is_what_was_asked(job, asked)]


def _window(alike: Sequence[Submission]) -> tuple[datetime, datetime]:
    """In the cloud's time, from the first sending to the deadline of the last one."""
    organization = alike[0].organization
    sent = [in_cloud_time(organization, submission.entry.started_at) for submission in alike]
    return min(sent) - TOLERANCE, max(sent) + LEASE + TOLERANCE


def _is_what_was_asked(job: Job, asked: dict[str, Any]) -> bool:
    """Name, version and dataset apart. What was left to the cloud, such as the container, may be anything."""
    if job.is_custom:
        told = {
            "script": job.script_id,
            "script_version": job.script_version,
            "container": job.container_version,
            "container_id": job.container_id,
        }
        return job.arguments == (asked.get("arguments") or {}) and all(
            value == asked.get(name) for name, value in told.items() if asked.get(name)
        )
    made = (job.type.word, job.framework.word, set(job.labels))
    return made == (asked.get("type"), asked.get("framework"), set(asked.get("labels") or []))


def _draw_anew(organization: Organization, entry: AuditEntry) -> None:
    """The page of the entry's job tells of it."""
    if organization.jobs.filter(viam_id=entry.job_id).update(version=organization.version + 1):
        organization.version += 1
        organization.save(update_fields=["version"])


def _look_at_job(organization: Organization, entry: AuditEntry, answer: fetch.Answer) -> bool:
    """A cancel or delete that the job shows; one that can't come true any more. True when that is settled."""
    job = organization.jobs.filter(viam_id=entry.job_id).first()
    if job is None:
        entry.note(Outcome.UNKNOWN, words="This job is unknown here.", finished_at=timezone.now())
    elif entry.action == "job:delete":
        if _is_surely_gone(job, answer):
            entry.note(Outcome.DONE, words="The answer was lost; the job is no longer in Viam.")
    elif job.state in (JobStatus.CANCELING, JobStatus.CANCELED):
        entry.note(Outcome.DONE, words=f"The answer was lost; Viam shows the job as {job.state.label.lower()}.")
    elif _is_surely_gone(job, answer):
        entry.note(Outcome.UNKNOWN, words="The job is no longer in Viam.", finished_at=timezone.now())
    elif job.is_over and job.missing_since is None:
        entry.note(Outcome.NOT_DONE, words=f"The job {job.state.label.lower()} before it could be canceled.")
    return entry.finished_at is not None


def _is_surely_gone(job: Job, answer: fetch.Answer) -> bool:
    """Viam says so of this job, or a second complete list lacks it: one alone may have left it out."""
    if job.missing_since is None:
        return False
    return job.viam_id in answer.missing or (answer.is_complete and job.missing_since < answer.request.sent_at)


def _count_list(entry: AuditEntry, answer: fetch.Answer) -> bool:
    """One more complete list without it; after enough of them it was not done. True when that is settled."""
    if entry.action == "job:delete" and all(job.id != entry.job_id for job in answer.jobs):
        return False  # It is gone; the mirror only doubts it yet.
    entry.lists_without += 1
    entry.save(update_fields=["lists_without"])
    if entry.lists_without < ENOUGH_LISTS:
        return False
    if entry.action == "job:submit":
        _give_up(entry.submission)
    elif entry.action == "job:delete":
        entry.note(Outcome.NOT_DONE, words="The job is still in Viam after the next two complete lists.")
    else:
        entry.note(Outcome.NOT_DONE, words="Viam still doesn't show the job as canceling after two complete lists.")
    return True


def _give_up(submission: Submission) -> None:
    open_ones = submission.organization.submissions.filter(
        fingerprint=submission.fingerprint, state=State.UNKNOWN, entry__finished_at=None
    )
    alike = list(open_ones.select_related("entry", "organization"))
    count = len(_candidates(alike))
    if count > len(alike):
        submission.note(State.UNKNOWN, words=SEVERAL.format(count=count), finished_at=timezone.now())
    elif not count and (others := [job.viam_id for job in _candidates(alike, at_any_time=True)]):
        # A colleague's, or the cloud's clock jumped. "Not in Viam" would be a guess, and make somebody send it twice.
        words = AT_ANOTHER_TIME.format(", ".join(others))
        submission.note(State.UNKNOWN, words=words, finished_at=timezone.now())
    elif not count:
        submission.note(State.NOT_FOUND, words=NOT_IN_VIAM)


def give_up_unreadable() -> None:
    """Actions of unknown outcome in organizations of which no list can be read, for so long that nobody waits more."""
    before = timezone.now() - UNREADABLE_FOR
    refused = Q(organization__problem__in=UNREADABLE, organization__problem_since__lt=before)
    unread = AuditEntry.awaited().filter(lease_is_over(), refused | Q(organization__credentials=None))
    for entry in unread.filter(started_at__lt=before).select_related("organization", "submission")[:MAX_GIVEN_UP]:
        with transaction.atomic():
            _note_unreadable(entry)


def _note_unreadable(entry: AuditEntry) -> None:
    submission: Submission | None = getattr(entry, "submission", None)
    if submission is None:
        entry.note(Outcome.UNKNOWN, words=CANT_BE_READ, finished_at=timezone.now())
    else:
        submission.note(State.UNKNOWN, words=CANT_BE_READ, finished_at=timezone.now())
    if entry.organization is not None:
        _draw_anew(Organization.objects.select_for_update().get(pk=entry.organization.pk), entry)


# A time that is farther off says nothing of a clock: servers are minutes off, or an hour where zones are confused.
MAX_CLOCK_DIFFERENCE = timedelta(hours=3)


def learn_clock(organization: Organization, new: Iterable[Job]) -> None:
    """Called before the success is noted, so that `completed_at` is that of the last complete list before this answer.

    Between its bounds the difference stays what it was taken for.
    """
    if organization.completed_at is None:
        return  # The first load is the past of the organization.
    before, now = organization.completed_at, timezone.now()
    told = [
        job.created_on for job in new if job.created_on is not None and abs(job.created_on - now) < MAX_CLOCK_DIFFERENCE
    ]
    if not told:
        return
    newest = max(told)
    ahead = min(max(organization.clock_ahead, (newest - now).total_seconds()), (newest - before).total_seconds())
    if ahead != organization.clock_ahead:
        organization.clock_ahead = ahead
        organization.save(update_fields=["clock_ahead"])


def in_cloud_time(organization: Organization, moment: datetime) -> datetime:
    """A moment of our clock, as the cloud's shows it."""
    return moment + timedelta(seconds=organization.clock_ahead)
