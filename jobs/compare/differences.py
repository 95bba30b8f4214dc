"""What a job is made of, in words, and what differs between two of them; and where their logs begin to differ, apart
from what differs in every log: times and ids.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from itertools import zip_longest

from django.db.models.functions import Substr
from django.utils import timezone

from jobs.domain import (
    HIDDEN,
    CustomJobRequest,
    JobRequest,
    ManagedJobRequest,
    ModelFramework,
    ModelType,
    looks_secret,
)
from jobs.error_fingerprint import without_ids
from jobs.log_parser import ESCAPES
from jobs.logs.states import shortfall_of
from jobs.models import Job, JobLog, LogLine

ARGUMENT = "Argument "


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that differs; empty text where there is nothing on that side. `note` says by how much. What looks like
    a secret is hidden on both sides, and `differs` all the same.
    """

    what: str
    was: str
    now: str
    note: str = ""
    differs: bool = True


def differences(was: Mapping[str, str], now: Mapping[str, str], *, with_equal: bool = False) -> list[Difference]:
    """By trait, in the order of `was`, then what is only in `now`; on request also what both have in common."""
    traits = [*was, *(trait for trait in now if trait not in was)]
    found = [_difference(trait, was.get(trait, ""), now.get(trait, "")) for trait in traits]
    return [one for one in found if one.differs or (with_equal and one.was)]


def _difference(trait: str, was: str, now: str) -> Difference:
    if not (trait.startswith(ARGUMENT) and looks_secret(trait.removeprefix(ARGUMENT))):
        return Difference(trait, was, now, differs=was != now)
    note = "another value" if was and now and was != now else ""
    return Difference(trait, HIDDEN if was else "", HIDDEN if now else "", note, differs=was != now)


def traits_of_job(job: Job) -> dict[str, str]:
    """What a job was made of, in words; the version of the model apart, which always differs."""
    return {
        "Model name": job.model_name,
        "Dataset": job.dataset_id,
        "Task": str(job.type.label),
        "Framework": _label(job.framework),
        "Labels": ", ".join(sorted(job.labels)),
        "Script": job.script_id,
        "Script version": job.script_version,
        "Container": job.container_id or job.container_version,
        **{f"{ARGUMENT}{key}": value for key, value in sorted(job.arguments.items())},
    }


def dataset_of(job: Job) -> str:
    """Its name, where that is known, and its id: names are not unique."""
    name = job.organization.datasets.filter(viam_id=job.dataset_id).values_list("name", flat=True).first()
    return f"{name} ({job.dataset_id})" if name else job.dataset_id


def traits_of_request(request: JobRequest) -> dict[str, str]:
    """The same of a job that is about to be sent."""
    shared = {"Model name": request.model_name, "Dataset": request.dataset_id}
    if isinstance(request, ManagedJobRequest):
        return shared | {
            "Task": _label(request.model_type),
            "Framework": _label(request.model_framework),
            "Labels": ", ".join(sorted(request.labels)),
        }
    return shared | {
        "Script": request.script_id,
        "Script version": request.script_version,
        "Container": request.container_id or request.container_version,
        **{f"{ARGUMENT}{key}": value for key, value in sorted(request.arguments.items())},
    }


def differences_to_source(source: Job, request: JobRequest) -> list[Difference]:
    """What a resubmitted job would do differently. Task and framework of a custom job come from its script."""
    was = traits_of_job(source)
    if isinstance(request, CustomJobRequest):
        was = {trait: value for trait, value in was.items() if trait not in ("Task", "Framework", "Labels")}
    return differences(was, traits_of_request(request))


def rounded(seconds: float) -> str:
    """How long, roughly, for people."""
    return f"{seconds / 60:.0f} min" if seconds >= 60 else f"{seconds:.0f} s"


def _label(kind: ModelType | ModelFramework) -> str:
    return str(kind.label) if kind else ""


# How long two jobs waited and ran, one beside the other.


SHARES = {
    4 / 5: "four fifths of",
    3 / 4: "three quarters of",
    2 / 3: "two thirds of",
    1 / 2: "half",
    1 / 3: "a third of",
    1 / 4: "a quarter of",
    1 / 5: "a fifth of",
    1 / 6: "a sixth of",
    1 / 8: "an eighth of",
    1 / 10: "a tenth of",
}
LEAST_SHARE = 0.09


def running_times(earlier: Job, job: Job) -> Iterator[Difference]:
    """One line when both ran; up to now for one that still runs."""
    was, now = (one.spans(timezone.now()).running for one in (earlier, job))
    if was is not None and now is not None:
        yield _beside("Run time", was, now)


def queue_times(earlier: Job, job: Job) -> Iterator[Difference]:
    was, now = (one.spans(timezone.now()).queued for one in (earlier, job))
    if was is not None and now is not None:
        yield _beside("Queue time", was, now)


def _beside(what: str, was: timedelta, now: timedelta) -> Difference:
    texts = rounded(was.total_seconds()), rounded(now.total_seconds())
    return Difference(what, *texts, ratio(was, now), differs=texts[0] != texts[1])


def ratio(was: timedelta, now: timedelta) -> str:
    """For instance: 2.4 times as long. Empty when they differ by less than a tenth, or one took no time at all."""
    if not was or not now:
        return ""
    times = now / was
    if 0.9 < times < 1.1:
        return ""
    return f"{_factor(times)} as long" if times > 1 else f"{_share(times)} the time"


def _factor(times: float) -> str:
    if 1.95 <= times < 2.05:
        return "twice"
    return f"{times:.0f} times" if times >= 9.95 else f"{times:.1f} times"


def _share(times: float) -> str:
    """The nearest of the shares that have a name."""
    if times < LEAST_SHARE:
        return "less than a tenth of"
    return SHARES[min(SHARES, key=lambda share: abs(share - times))]


# So many lines of each log are compared, each as far as that many characters, and so many are shown from the first one
# that differs.
MAX_COMPARED, MAX_LENGTH_OF_COMPARED, MAX_SHOWN = 5_000, 2_000, 5

_TIMES = re.compile(
    r"\d{4}-\d\d-\d\d(?:[T ]\d\d[:-]\d\d[:-]\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?)?"
    r"|\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?"
    r"|\b\d+(?:\.\d+)?\s?(?:ns|us|µs|ms|s|min|h)(?:/(?:step|epoch|it|sample))?\b"
)


@dataclass(frozen=True, slots=True)
class LogParting:
    """After `alike` lines that are the same: the lines of each job from the first one that differs on, if one does.

    `shortfalls` say of each log why it may not be all there, if it may not.
    """

    alike: int
    was: list[LogLine]
    now: list[LogLine]
    shortfalls: tuple[str, str] = ("", "")

    @property
    def is_none(self) -> bool:
        return not (self.was or self.now)


def parting(was: Job, now: Job) -> LogParting | None:
    """None when the log of one of them is not saved here."""
    lines = [_beginnings(job) for job in (was, now)]
    if not all(lines):
        return None
    shortfalls = _shortfall(was), _shortfall(now)
    for position, (one, other) in enumerate(zip_longest(*lines)):
        if one is None or other is None or plain(one) != plain(other):
            return LogParting(position, _shown(was, position), _shown(now, position), shortfalls)
    return LogParting(len(lines[0]), [], [], shortfalls)


def _beginnings(job: Job) -> list[str]:
    """Of lines in order; a log may have lines of a megabyte."""
    rows = job.log_lines.order_by("number").annotate(beginning=Substr("message", 1, MAX_LENGTH_OF_COMPARED))
    return list(rows.values_list("beginning", flat=True)[:MAX_COMPARED])


def _shortfall(job: Job) -> str:
    log = JobLog.objects.filter(job=job).first()
    return shortfall_of(log) if log else ""


def _shown(job: Job, position: int) -> list[LogLine]:
    rows = job.log_lines.order_by("number")
    return list(rows[position : min(position + MAX_SHOWN, MAX_COMPARED)])


def plain(message: str) -> str:
    """The message without what differs in every log."""
    return without_ids(_TIMES.sub("#", ESCAPES.sub("", message))).strip()
