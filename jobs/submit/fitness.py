"""Whether a dataset does for managed training, by Viam's documentation: told from counts of images, never from one.

The cloud is asked 2 + n times for n labels, several at once. A process keeps the counts for a minute: the form is
looked over with every change of it.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Lock
from time import monotonic

from jobs.domain import JobRequest, ManagedJobRequest, ModelType
from jobs.models import Organization
from jobs.submit.preflight import Finding, hint, ok, warning
from jobs.sync.connection import cloud_of
from jobs.viam import Cloud
from jobs.viam.errors import CloudError, NotOffered

# What Viam's documentation demands (viam.md, 4.5).
IMAGES_PER_LABEL = 10
IMAGES_FOR_DETECTION = 15
LABELED_PERCENT = 80
# And what it advises: so many times the images of the smallest label, at most.
LARGEST_RATIO = 3

# More labels are counted for nobody; a job of so many has other things to look at.
MAX_LABELS = 60
MAX_NAMED = 5
# Seconds that all counts of a look may take, and that they are kept. An organization whose counts failed has its pause.
SECONDS = 4.0
KEPT_SECONDS = 60.0
PAUSE_SECONDS = 15.0
AT_ONCE = 8
# Calls for one organization, by each process.
CALLS_A_MINUTE = 300
MAX_KEPT = 10_000

TOO_OFTEN = "They were counted very often in the last minute."


@dataclass(frozen=True, slots=True)
class Counts:
    """Images of a dataset in all, those with any label, and those with each label that was chosen.

    What couldn't be counted is missing; `problem` says why.
    """

    total: int | None = None
    labeled: int | None = None
    by_label: Mapping[str, int] = field(default_factory=dict)
    problem: str = ""


def findings(organization: Organization, request: JobRequest) -> list[Finding]:
    """What there is to say of a managed job's dataset, as far as it is filled in. A script decides by itself."""
    if not isinstance(request, ManagedJobRequest) or not (request.dataset_id and request.model_type):
        return []
    known = organization.datasets.filter(viam_id=request.dataset_id, missing_since=None).first()
    if known is None or known.is_sequence:
        return []
    return list(_told(request, count(organization, request)))


def count(organization: Organization, request: ManagedJobRequest) -> Counts:
    """Asks the cloud for what isn't known since a minute. Never raises: a form is no worse for not being counted."""
    place = organization.endpoint, organization.viam_id
    wanted = _questions(organization, request)
    problem = _problem_of(organization, place)
    open_ones = {key: ask for key, ask in wanted.items() if _kept(key) is None}
    if open_ones and not problem:
        problem = _ask(organization, place, open_ones)
    total, labeled, *each = [_kept(key) for key in wanted]
    labels = _labels_of(request)
    by_label = {label: number for label, number in zip(labels, each, strict=True) if number is not None}
    return Counts(total, labeled, by_label, problem)


def _told(request: ManagedJobRequest, counts: Counts) -> Iterator[Finding]:
    complaints = list(_complaints(request, counts))
    yield from complaints
    if counts.problem:
        yield hint(f"The images of this dataset weren't counted. {counts.problem}", "dataset")
    elif counts.total and not complaints:
        share = "" if counts.labeled is None else f", {_percent(counts)}% of them labeled"
        fewest = f"; at least {min(counts.by_label.values()):,} for each label" if counts.by_label else ""
        yield ok(f"{counts.total:,} images{share}{fewest}.", "dataset")


def _complaints(request: ManagedJobRequest, counts: Counts) -> Iterator[Finding]:
    is_detection = request.model_type == ModelType.OBJECT_DETECTION
    if counts.total == 0:
        yield warning("This dataset has no images.", "dataset")
        return
    if is_detection and counts.total is not None and counts.total < IMAGES_FOR_DETECTION:
        needed = f"Viam requires {IMAGES_FOR_DETECTION} for object detection"
        yield warning(f"This dataset has {_images(counts.total)}; {needed}.", "dataset")
    if counts.total and counts.labeled is not None and _percent(counts) < LABELED_PERCENT:
        told = f"{_percent(counts)}% of the {_images(counts.total)} are labeled"
        yield warning(f"{told}; Viam requires {LABELED_PERCENT}%.", "dataset")
    yield from _of_labels(counts.by_label)


def _of_labels(by_label: Mapping[str, int]) -> Iterator[Finding]:
    thin = {label: number for label, number in by_label.items() if number < IMAGES_PER_LABEL}
    for label, number in list(thin.items())[:MAX_NAMED]:
        if number:
            yield warning(f"{label} has {_images(number)}; Viam requires {IMAGES_PER_LABEL} for each label.", "labels")
        else:
            yield warning(f"No image of this dataset has the label {label}.", "labels")
    if len(thin) > MAX_NAMED:
        yield warning(f"{len(thin) - MAX_NAMED} more labels have fewer than {IMAGES_PER_LABEL} images.", "labels")
    if not thin and by_label and max(by_label.values()) > LARGEST_RATIO * min(by_label.values()):
        largest, smallest = max(by_label, key=by_label.__getitem__), min(by_label, key=by_label.__getitem__)
        told = f"{largest} has {_images(by_label[largest])}, {smallest} only {by_label[smallest]:,}"
        yield hint(f"{told}. Viam advises at most {LARGEST_RATIO} times as many.", "labels")


def _images(number: int) -> str:
    return f"{number:,} image{'' if number == 1 else 's'}"


def _percent(counts: Counts) -> int:
    """Rounded down: 79.9 % is not enough."""
    return 100 * (counts.labeled or 0) // (counts.total or 1)


# Asking, and what is kept of it. All times are monotonic.

Place = tuple[str, str]
Key = tuple[str, ...]
Question = Callable[[Cloud, float], int]

_lock = Lock()
_counts: dict[Key, tuple[float, int]] = {}
_calls: defaultdict[Place, deque[float]] = defaultdict(deque)
_pauses: dict[Place, tuple[float, str]] = {}


def forget() -> None:
    with _lock:
        _counts.clear()
        _calls.clear()
        _pauses.clear()


def _questions(organization: Organization, request: ManagedJobRequest) -> dict[Key, Question]:
    """How many images there are, how many with any label, and with each chosen one; in this order."""
    of_what = (organization.viam_id, request.dataset_id)
    boxes = request.model_type == ModelType.OBJECT_DETECTION
    kind = "box" if boxes else "tag"

    def of_label(label: str) -> Question:
        if boxes:
            return lambda cloud, seconds: cloud.count_images(*of_what, boxes=[label], seconds=seconds)
        return lambda cloud, seconds: cloud.count_images(*of_what, tags=[label], seconds=seconds)

    def labeled(cloud: Cloud, seconds: float) -> int:
        if not boxes:
            return cloud.count_images(*of_what, tags=(), seconds=seconds)
        _, labels = cloud.dataset_labels(*of_what)
        # The call for labels is deprecated: what a person chose counts whether it is listed or not.
        return cloud.count_images(*of_what, boxes=sorted({*labels, *request.labels}), seconds=seconds)

    place = (organization.endpoint, *of_what)
    # With boxes, which images are labeled is asked by the labels that were chosen, too.
    by = ("", *sorted(set(request.labels))) if boxes else ()
    asked: dict[Key, Question] = {
        place: lambda cloud, seconds: cloud.count_images(*of_what, seconds=seconds),
        (*place, kind, *by): labeled,
    }
    return asked | {(*place, kind, label): of_label(label) for label in _labels_of(request)}


def _labels_of(request: ManagedJobRequest) -> list[str]:
    """Those that are counted, each once: a job that is submitted again may name one twice."""
    return list(dict.fromkeys(request.labels))[:MAX_LABELS]


def _problem_of(organization: Organization, place: Place) -> str:
    """Why nobody is asked just now: refreshing has found that out already, or a count a moment ago."""
    until, words = _pauses.get(place, (0.0, ""))
    if monotonic() < until:
        return words
    return "Its jobs can't be refreshed either." if organization.problem else ""


def _ask(organization: Organization, place: Place, questions: dict[Key, Question]) -> str:
    """The first one alone: a cloud that doesn't answer it is asked no more. Answers with what went wrong."""
    if not _may_ask(place, len(questions)):
        return TOO_OFTEN
    deadline = monotonic() + SECONDS
    try:
        cloud = cloud_of(organization)
        (first, ask), *rest = questions.items()
        _answer(cloud, deadline, first, ask)
        with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="counting") as pool:
            for done in [pool.submit(_answer, cloud, deadline, key, ask) for key, ask in rest]:
                done.result()
    except CloudError as error:
        with _lock:
            _pauses[place] = monotonic() + PAUSE_SECONDS, str(error)
        return str(error)
    return ""


def _answer(cloud: Cloud, deadline: float, key: Key, ask: Question) -> None:
    """What this cloud doesn't offer to count stays unknown; nothing is asked for after the deadline."""
    try:
        number = ask(cloud, max(deadline - monotonic(), 0.0))
    except NotOffered:
        return
    with _lock:
        if len(_counts) >= MAX_KEPT:
            _counts.clear()
        _counts[key] = monotonic(), number


def _kept(key: Key) -> int | None:
    at, number = _counts.get(key, (-KEPT_SECONDS, 0))
    return number if monotonic() - at < KEPT_SECONDS else None


def _may_ask(place: Place, number: int) -> bool:
    with _lock:
        calls, now = _calls[place], monotonic()
        while calls and calls[0] < now - 60:
            calls.popleft()
        if len(calls) + number > CALLS_A_MINUTE:
            return False
        calls.extend([now] * number)
        return True
