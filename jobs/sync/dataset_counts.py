"""How many images datasets have, as the cloud counts them: numbers alone, never an image.

The cloud is asked 2 + n times for n labels, several at once, besides once for the labels. A process keeps the answers
for a minute: a form is looked over with every change of it, and the cloud tells no time at which a dataset changed.
"""

from __future__ import annotations

import logging
from collections import defaultdict, deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from time import monotonic
from typing import Any

from django.db.models import Max
from django.utils import timezone

from jobs.models import DatasetCount, Organization, Submission
from jobs.sync.connection import cloud_of
from jobs.viam import Cloud
from jobs.viam.errors import CloudError, NotOffered

log = logging.getLogger(__name__)

# More labels are counted for nobody; a job of so many has other things to look at.
MAX_LABELS = 60
# Seconds that all counts of a look may take, and that they are kept. An organization whose counts failed has its pause.
SECONDS = 4.0
KEPT_SECONDS = 60.0
PAUSE_SECONDS = 15.0
AT_ONCE = 16
# Calls for one organization, by each process.
CALLS_A_MINUTE = 300
MAX_KEPT = 10_000

TOO_OFTEN = "They were counted very often in the last minute."
NOBODY_ASKED = "Viam wasn't asked."

# Datasets that somebody trained on from here are counted again so often, so many in each refresh of the catalogue.
COUNTED_AGAIN_AFTER = timedelta(hours=1)
MAX_COUNTED_AGAIN = 20


@dataclass(frozen=True, slots=True)
class Counts:
    """Images of a dataset in all, those with any label, and those with each label that was asked for; the labels that
    it carries, where those were asked for.

    What couldn't be counted is missing; `problem` says why. `read_at` is when the cloud told the first number.
    """

    total: int | None = None
    labeled: int | None = None
    by_label: Mapping[str, int] = field(default_factory=dict)
    listed: Sequence[str] = ()
    problem: str = ""
    read_at: datetime | None = None


def count(
    organization: Organization,
    dataset_id: str,
    *,
    boxes: bool | None = None,
    labels: Sequence[str] | None = (),
    asks: bool = True,
) -> Counts:
    """Asks the cloud for what isn't known since a minute; with `asks=False` nobody is asked. Never raises: a form is no
    worse for not being counted.

    Labels are those of boxes or of whole images; with `boxes=None` images are counted alone. `labels=None` stands for
    all that the dataset carries: who wants to see those has them asked for even where jobs can't be refreshed.
    """
    look = _Look(organization, dataset_id, bool(boxes))
    look.problem = look.problem_now(is_wanted=labels is None) if asks else NOBODY_ASKED
    [total] = look.answers({look.place: look.all_images})
    if boxes is None:
        return Counts(total, problem=look.problem, read_at=_read_at(look.place))
    listed = look.listed() if boxes or labels is None else ()
    asked = list(dict.fromkeys((listed or ()) if labels is None else labels))[:MAX_LABELS]
    labeled, *each = look.answers(look.questions(listed, asked))
    by_label = {label: number for label, number in zip(asked, each, strict=True) if number is not None}
    return Counts(total, labeled, by_label, listed or (), look.problem, _read_at(look.place))


# Asking, and what is kept of it. All times are monotonic.

Key = tuple[str, ...]
Question = Callable[[Cloud, float], Any]

_lock = Lock()
_answers: dict[Key, tuple[float, Any]] = {}
_calls: defaultdict[Key, deque[float]] = defaultdict(deque)
_pauses: dict[Key, tuple[float, str]] = {}


def forget() -> None:
    with _lock:
        _answers.clear()
        _calls.clear()
        _pauses.clear()


class _Look:
    """One look at a dataset. Once something went wrong nothing more is asked for: `problem` says what."""

    def __init__(self, organization: Organization, dataset_id: str, boxes: bool) -> None:
        self.organization, self.boxes, self.problem = organization, boxes, ""
        self.of_what = (organization.viam_id, dataset_id)
        self.of_whom = (organization.endpoint, organization.viam_id)
        self.place: Key = (*self.of_whom, dataset_id)
        self.deadline = monotonic() + SECONDS

    def all_images(self, cloud: Cloud, seconds: float) -> int:
        return cloud.count_images(*self.of_what, seconds=seconds)

    def listed(self) -> Sequence[str] | None:
        """The labels that the dataset carries; None where the cloud doesn't tell."""
        [found] = self.answers(
            {(*self.place, "labels"): lambda cloud, seconds: cloud.dataset_labels(*self.of_what, seconds=seconds)}
        )
        return None if found is None else found[1 if self.boxes else 0]

    def questions(self, listed: Sequence[str] | None, labels: Sequence[str]) -> dict[Key, Question]:
        """How many images there are with any label, and with each of these; in this order."""
        kind = "box" if self.boxes else "tag"
        # The call for labels is deprecated: what a person chose counts whether it is listed or not.
        known = sorted({*(listed or ()), *labels}) if self.boxes and listed is not None else []
        return {(*self.place, kind, "", *known): self._labeled(known)} | {
            (*self.place, kind, label): self._with(label) for label in labels
        }

    def _labeled(self, known: Sequence[str]) -> Question:
        if not self.boxes:
            return lambda cloud, seconds: cloud.count_images(*self.of_what, tags=(), seconds=seconds)
        if not known:
            return _unknown
        return lambda cloud, seconds: cloud.count_images(*self.of_what, boxes=known, seconds=seconds)

    def _with(self, label: str) -> Question:
        if self.boxes:
            return lambda cloud, seconds: cloud.count_images(*self.of_what, boxes=[label], seconds=seconds)
        return lambda cloud, seconds: cloud.count_images(*self.of_what, tags=[label], seconds=seconds)

    def answers(self, questions: Mapping[Key, Question]) -> list[Any]:
        """In this order; None where nobody answers."""
        open_ones = {key: ask for key, ask in questions.items() if _kept(key) is None and ask is not _unknown}
        if open_ones and not self.problem:
            self.problem = self._ask(open_ones)
        return [_kept(key) for key in questions]

    def problem_now(self, *, is_wanted: bool) -> str:
        """Why nobody is asked just now: refreshing has found that out already, or a count a moment ago."""
        until, words = _pauses.get(self.of_whom, (0.0, ""))
        if monotonic() < until:
            return words
        return "Its jobs can't be refreshed either." if self.organization.problem and not is_wanted else ""

    def _ask(self, questions: Mapping[Key, Question]) -> str:
        """Answers with what went wrong."""
        if not _may_ask(self.of_whom, len(questions)):
            return TOO_OFTEN
        try:
            cloud = cloud_of(self.organization)
            with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="counting") as pool:
                for done in [pool.submit(_answer, cloud, self.deadline, *one) for one in questions.items()]:
                    done.result()
        except CloudError as error:
            with _lock:
                _pauses[self.of_whom] = monotonic() + PAUSE_SECONDS, str(error)
            return str(error)
        return ""


def _unknown(cloud: Cloud, seconds: float) -> None:
    """What nobody can be asked."""


def _answer(cloud: Cloud, deadline: float, key: Key, ask: Question) -> None:
    """What this cloud doesn't offer to count stays unknown; nothing is asked for after the deadline."""
    try:
        answer = ask(cloud, max(deadline - monotonic(), 0.0))
    except NotOffered:
        return
    with _lock:
        if len(_answers) >= MAX_KEPT:
            _answers.clear()
        _answers[key] = monotonic(), answer


def _kept(key: Key) -> Any:
    at, answer = _answers.get(key, (-KEPT_SECONDS, None))
    return answer if monotonic() - at < KEPT_SECONDS else None


def _read_at(key: Key) -> datetime | None:
    if _kept(key) is None:
        return None
    return timezone.now() - timedelta(seconds=monotonic() - _answers[key][0])


def _may_ask(of_whom: Key, number: int) -> bool:
    with _lock:
        calls, now = _calls[of_whom], monotonic()
        while calls and calls[0] < now - 60:
            calls.popleft()
        if len(calls) + number > CALLS_A_MINUTE:
            return False
        calls.extend([now] * number)
        return True


# What is kept for good: what a job was submitted with, and how datasets go on growing.


def keep(organization: Organization, dataset_id: str, counts: Counts, submission: Submission | None = None) -> None:
    """Nothing where nothing was counted, or the dataset isn't known. Without a submission a day has one row."""
    dataset = organization.datasets.filter(viam_id=dataset_id).first()
    if dataset is None or counts.total is None or counts.read_at is None:
        return
    told = {"images": counts.total, "counted_at": counts.read_at}
    if submission is not None:
        told |= {"labeled": counts.labeled, "by_label": dict(counts.by_label), "submission": submission}
    newest = None if submission else dataset.counts.filter(submission=None).order_by("counted_at").last()
    if newest is None or newest.counted_at.date() < counts.read_at.date():
        DatasetCount.objects.create(dataset=dataset, **told)
    else:
        # What another process has read since is newer than what this one has kept for a minute.
        dataset.counts.filter(pk=newest.pk, counted_at__lt=counts.read_at).update(**told)


def count_again(organization: Organization, cloud: Cloud) -> None:
    """Datasets that somebody trained on from here, one call each. A failure is no problem of the jobs."""
    known = organization.datasets.filter(missing_since=None, counts__isnull=False)
    last = known.annotate(last=Max("counts__counted_at")).filter(last__lt=timezone.now() - COUNTED_AGAIN_AFTER)
    for dataset in last.order_by("last")[:MAX_COUNTED_AGAIN]:
        try:
            total = cloud.count_images(organization.viam_id, dataset.viam_id)
        except CloudError as error:
            log.info("%s: datasets aren't counted: %s %s", organization.slug, error.sentence, error.words)
            return
        keep(organization, dataset.viam_id, Counts(total, read_at=timezone.now()))
