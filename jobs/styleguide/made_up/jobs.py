"""Jobs with all that stands on their pages, and bulk runs: under way, waiting for its turn, stopped."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any, NamedTuple

from django.utils import timezone

from jobs.annotations.service import Annotations
from jobs.bulk.service import Progress
from jobs.compare.differences import Difference, LogParting
from jobs.compare.service import Comparison, Offers, Pair, Side
from jobs.domain import JobStatus, ModelFramework, ModelType
from jobs.duration_baseline import Usual
from jobs.job_page.code_snippets import OtherWords, job_in_other_words
from jobs.job_page.service import Links, Neighbors, Turn, links_of
from jobs.models import AuditEntry, BulkItem, BulkRun, Dataset, Job, LogLine, Marks, Note, Organization, Submission
from jobs.organizations.freshness import Freshness
from jobs.styleguide.made_up.lists import CUSTOM, ENDLESS, HOUR, MINUTE, SECOND, VERSION, WRONG
from jobs.styleguide.made_up.people import ANA, BO, HOSTILE
from jobs.styleguide.made_up.states import NEW_STATUS, ago, fresh, lived, stale

USUAL = Usual(timedelta(minutes=20), 12, same_dataset=True)
MADE_OF: dict[str, Any] = {"arguments": {"num_epochs": "50"}, "container_version": "tf:2.17"}
ARGUMENTS = {"num_epochs": "50", "learning_rate": "0.0004", "labels": "'bolt washer nut'", "note": HOSTILE}
REQUEST = {"kind": "managed", "name": "bolt-detector", "version": VERSION, "labels": ["bolt", "washer"]}
DIFFERENCES = [
    Difference("Dataset", "bolts-april", "bolts-may"),
    Difference("Argument num_epochs", "20", "50", note="2.5 times as many"),
    Difference("Container", "", "tf:2.17"),
    Difference("Error", HOSTILE, ENDLESS),
]


class Story(NamedTuple):
    """What a job's page reads of `services.JobStory`, asked of nobody."""

    job: Job
    freshness: Freshness
    turns: list[Turn]
    dataset: Dataset | None = None
    submitted: AuditEntry | None = None
    cancel_asked: AuditEntry | None = None
    deleted: AuditEntry | None = None
    comparison: Comparison | None = None
    traceback: list[LogLine] | None = None
    usual: Usual | None = None
    source_id: str = ""

    @property
    def links(self) -> Links:
        return links_of(self.job)

    @property
    def words(self) -> OtherWords:
        return job_in_other_words(self.job)


def job(here: Organization, number: int, status: int, ran: timedelta | None = None, **about: Any) -> Job:
    times = lived(status, 9 * MINUTE, ran, since=2 * HOUR)
    usual = {"model_name": "bolt-detector", "model_version": VERSION, "dataset_id": "66f0c3d1", "seen_at": ago(hours=3)}
    return Job(pk=number, organization=here, viam_id=f"5be5{number:020x}", **{**usual, **times, **about})


def values(here: Organization) -> dict[str, Any]:
    running = job(here, 1, JobStatus.IN_PROGRESS, 40 * MINUTE, submitted_by=BO, **CUSTOM, **MADE_OF)
    in_time = job(here, 6, JobStatus.IN_PROGRESS, 12 * MINUTE, **CUSTOM)
    failed = job(here, 2, JobStatus.FAILED, 14 * SECOND, error_code=3, error_message=WRONG)
    pending, new = job(here, 3, JobStatus.PENDING), job(here, 4, NEW_STATUS, HOUR)
    gone = job(here, 5, JobStatus.CANCELED, missing_since=ago(days=1), **_full())
    asked = _asked("job:cancel", outcome="unknown")
    moving, broken = Story(running, fresh(), [], usual=USUAL, cancel_asked=asked), _failed(failed, gone)
    waiting, expected = Story(pending, stale(), []), Story(in_time, fresh(), [], usual=USUAL)
    return {
        "running": moving,
        "failed": broken,
        "pending": waiting,
        "expected": expected,
        "marked": _marked(running),
        "gone": Story(
            gone, fresh(), _turns(), Dataset(viam_id="66f0", name="bolts-may", missing_since=timezone.now()), **_done()
        ),
        "heads": [expected, moving, broken, waiting],
        "worded": [moving, waiting],
        "over": [job(here, 10 + at, JobStatus.COMPLETED, ran) for at, ran in enumerate((SECOND, 9 * MINUTE, 9 * HOUR))],
        "each": [running, pending, failed, new, gone],
        "neighbors": Neighbors(running, failed, ""),
        "pair": _pair(here, gone, failed),
        "missing": Side(HOSTILE, None),
        "none": Side("", None),
        "submissions": [
            _submission(here, 1, "unknown", words="no answer in time"),
            _submission(here, 2, "not_found", words="Not in Viam after the next two complete lists."),
        ],
    }


def _marked(job: Job) -> Annotations:
    told = [
        ("bo", "Loss explodes after epoch 3.\n\nSee https://example.com/runs/7", None),
        ("ana", ENDLESS, ago(hours=1)),
    ]
    notes = [
        Note(pk=at, job=job, author=ANA, author_name=who, text=text, written_at=ago(hours=2), edited_at=edited)
        for at, (who, text, edited) in enumerate(told, 1)
    ]
    return Annotations(Marks(("baseline", HOSTILE), is_starred=True, note_count=2), notes, ["needs review"])


def _failed(failed: Job, before: Job) -> Story:
    told = {
        "comparison": Comparison(before, DIFFERENCES, "of this model"),
        "traceback": _traceback(),
        "source_id": before.viam_id,
    }
    return Story(failed, fresh(), [], submitted=_asked("job:submit"), **told)  # type: ignore[arg-type]


def _full() -> dict[str, Any]:
    return CUSTOM | {
        "model_type": ModelType.OBJECT_DETECTION,
        "model_framework": ModelFramework.TFLITE,
        "labels": ["bolt", "nut", HOSTILE],
        "resources": ["gpu:1", "memory:16Gi"],
        "arguments": ARGUMENTS,
        "container_version": "tf:2.17",
        "container_id": "c-1",
        "synced_model_id": "m-1",
        "last_modified": ago(days=1),
    }


def _asked(action: str, **about: Any) -> AuditEntry:
    usual = {"actor_name": "bo", "outcome": "done", "started_at": ago(minutes=30)}
    return AuditEntry(pk=1, action=action, **{**usual, **about})


def _submission(here: Organization, number: int, state: str, words: str) -> Submission:
    """Each has an id of its own in the guide, so that none replaces another."""
    entry = _asked("job:submit", outcome="unknown", organization=here)
    return Submission(entry=entry, organization=here, state=state, request=REQUEST, words=words)


def _done() -> dict[str, Any]:
    return {
        "submitted": _asked("job:submit"),
        "cancel_asked": _asked("job:cancel", reason="Wrong dataset", outcome="rejected", words="job is not running"),
        "deleted": _asked("job:delete"),
    }


def _turns() -> list[Turn]:
    """Every step that there can be, whether or not one job could take them all."""
    words = ["created", "pending", "in_progress", "canceling", "failed", "completed", "canceled", "unknown", "gone"]
    at = [ago(hours=9 - number) for number in range(len(words))]
    return [
        Turn(word.replace("_", " ").capitalize(), word, time, seen=bool(number % 2))
        for number, (word, time) in enumerate(zip(words, at, strict=True))
    ]


def _traceback() -> list[LogLine]:
    told = ["Traceback (most recent call last):", '  File "train.py", line 12, in <module>', "ValueError: no washer"]
    return [LogLine(number=40 + at, message=text) for at, text in enumerate(told)]


def _pair(here: Organization, was: Job, now: Job) -> Pair:
    lines = [LogLine(number=4, message="epoch 1/50"), LogLine(number=5, message=ENDLESS)]
    equal = [Difference("Training", "Custom", "Custom"), Difference("Framework", "TensorFlow Lite", "TensorFlow Lite")]
    sides = Side(was.viam_id, was), Side(now.viam_id, now)
    offers = [
        Offers("Completed before", [job(here, 70, JobStatus.COMPLETED, 21 * MINUTE, **CUSTOM)]),
        Offers("Same model", [job(here, 71, JobStatus.IN_PROGRESS, MINUTE), job(here, 72, JobStatus.PENDING)]),
        Offers("Newest", [job(here, 73, JobStatus.FAILED, SECOND, model_name=ENDLESS), job(here, 74, NEW_STATUS)]),
    ]
    return Pair(*sides, DIFFERENCES, equal, LogParting(3, lines, []), "b", "", is_choosing=True, offers=offers)


State = BulkItem.State
STOPPED = {"verb": "cancel", "state": "stopped", "words": "The key is refused."}


def several(here: Organization) -> dict[str, Any]:
    running = BulkRun(pk=1, organization=here, actor=ANA, actor_name="ana", verb="resubmit", reason="More epochs")
    queued = BulkRun(pk=3, organization=here, actor=ANA, actor_name="ana", verb="cancel")
    stopped = BulkRun(pk=2, organization=here, actor_name="bo", **STOPPED)
    return {
        "running": _progress(here, running, [State.DONE, State.STARTED, State.REFUSED, State.UNKNOWN, State.WAITING]),
        "waiting": replace(_progress(here, queued, [State.WAITING]), is_waiting=True),
        "stopped": _progress(here, stopped, [State.DONE, State.UNKNOWN, State.WAITING]),
    }


def _progress(here: Organization, run: BulkRun, states: list[State]) -> Progress:
    words = {State.REFUSED: "container tf:2.9 is no longer supported", State.UNKNOWN: "no answer in time"}
    jobs = [job(here, 30 + at, JobStatus.FAILED, MINUTE) for at, _ in enumerate(states)]
    jobs[-1].model_name = ENDLESS
    items = [
        BulkItem(pk=at, run=run, job=one, number=at, state=state, words=words.get(state, ""))
        for at, (one, state) in enumerate(zip(jobs, states, strict=True), 1)
    ]
    items[0].made_id = "5be5" if run.verb == "resubmit" else ""
    return Progress(
        run, items, {state.value: states.count(state) for state in State}, timezone.now() + timedelta(minutes=9)
    )
