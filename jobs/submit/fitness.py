"""Whether a dataset does for managed training, by Viam's documentation: told from counts of images, never from one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from jobs.domain import JobRequest, ManagedJobRequest, ModelType
from jobs.models import Organization
from jobs.submit.preflight import Finding, hint, ok, thin_label, warning
from jobs.sync.dataset_counts import Counts, count

# What Viam's documentation demands (viam.md, 4.5).
IMAGES_PER_LABEL = 10
IMAGES_FOR_DETECTION = 15
LABELED_PERCENT = 80
# And what it advises: so many times the images of the smallest label, at most.
LARGEST_RATIO = 3

MAX_NAMED = 5
# Labels beyond those that are counted can be ticked, too.
MAX_OFFERED = 500


def findings(organization: Organization, request: JobRequest) -> list[Finding]:
    """What there is to say of a managed job's dataset, as far as it is filled in. A script decides by itself."""
    if not isinstance(request, ManagedJobRequest) or not (request.dataset_id and request.model_type):
        return []
    known = organization.datasets.filter(viam_id=request.dataset_id, missing_since=None).first()
    if known is None or known.is_sequence:
        return []
    return list(_told(request, counts_of(organization, request)))


def counts_of(organization: Organization, request: JobRequest, *, asks: bool = True) -> Counts:
    """Of its dataset and its labels; a script's labels are its own business."""
    if not isinstance(request, ManagedJobRequest):
        return count(organization, request.dataset_id, asks=asks)
    boxes = request.model_type == ModelType.OBJECT_DETECTION
    return count(organization, request.dataset_id, boxes=boxes, labels=request.labels, asks=asks)


# The labels that a form offers, each with its images.


@dataclass(frozen=True, slots=True)
class OfferedLabel:
    """A label of the dataset; `fit` says "thin" below what Viam requires and "uneven" below a third of the largest."""

    name: str
    images: int | None = None
    fit: str = ""

    @property
    def told(self) -> str:
        """Of its images, for who doesn't see colors."""
        if self.images is None:
            return ""
        reason = {"thin": f"; Viam requires {IMAGES_PER_LABEL}", "uneven": "; less than a third of the largest label"}
        return f"{_images(self.images)}{reason.get(self.fit, '')}"

    @property
    def bar(self) -> list[tuple[str, int]]:
        """The parts of a bar: one, of a color for its fit."""
        return [(self.fit or "fine", self.images or 0)]


@dataclass(frozen=True, slots=True)
class LabelOffer:
    """What the chosen dataset holds; `problem` says why something is missing. Typing labels is always possible.

    `dataset_id` is that of one that has a page.
    """

    labels: Sequence[OfferedLabel] = ()
    total: int | None = None
    labeled: int | None = None
    problem: str = ""
    dataset_id: str = ""

    @property
    def largest(self) -> int:
        return max((label.images or 0 for label in self.labels), default=0)

    @property
    def share(self) -> int | None:
        """Percent that are labeled."""
        return _percent(self.labeled, self.total) if self.total and self.labeled is not None else None

    @property
    def is_barely_labeled(self) -> bool:
        return self.share is not None and self.share < LABELED_PERCENT

    @property
    def names(self) -> list[str]:
        return [label.name for label in self.labels]

    @property
    def thin(self) -> list[str]:
        return [label.name for label in self.labels if label.fit == "thin"]

    def pick(self, word: str, chosen: Sequence[str]) -> list[str]:
        """These labels as a button changes them: all that are offered, none, or those of enough images."""
        if word == "none":
            return []
        if word == "all":
            return list(dict.fromkeys([*self.names, *chosen]))
        return [label for label in chosen if word != "fit" or label not in self.thin]


def offer_labels(organization: Organization, dataset_id: str, kind: ModelType) -> LabelOffer:
    """Labels of boxes for detection, of whole images for classification."""
    if not dataset_id:
        return LabelOffer()
    counts = count(organization, dataset_id, boxes=kind == ModelType.OBJECT_DETECTION, labels=None)
    largest = max(counts.by_label.values(), default=0)
    found = [
        OfferedLabel(name, images, _fit(images, largest))
        for name in counts.listed[:MAX_OFFERED]
        for images in [counts.by_label.get(name)]
    ]
    wrong = "The images of this dataset weren't counted." if found else "Labels of this dataset couldn't be loaded."
    problem = f"{wrong} {counts.problem}" if counts.problem else ""
    is_known = organization.datasets.filter(viam_id=dataset_id).exists()
    return LabelOffer(found, counts.total, counts.labeled, problem, dataset_id if is_known else "")


def _fit(images: int | None, largest: int) -> str:
    if images is None:
        return ""
    if images < IMAGES_PER_LABEL:
        return "thin"
    return "uneven" if largest > LARGEST_RATIO * images else ""


# What is told of a request.


def _told(request: ManagedJobRequest, counts: Counts) -> Iterator[Finding]:
    complaints = list(_complaints(request, counts))
    yield from complaints
    if counts.problem:
        yield hint(f"The images of this dataset weren't counted. {counts.problem}", "dataset")
    elif counts.total and not complaints:
        share = "" if counts.labeled is None else f", {_percent(counts.labeled, counts.total)}% of them labeled"
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
    if counts.total and counts.labeled is not None and _percent(counts.labeled, counts.total) < LABELED_PERCENT:
        told = f"{_percent(counts.labeled, counts.total)}% of the {_images(counts.total)} are labeled"
        yield warning(f"{told}; Viam requires {LABELED_PERCENT}%.", "dataset")
    yield from _of_labels(counts.by_label)


def _of_labels(by_label: Mapping[str, int]) -> Iterator[Finding]:
    thin = {label: number for label, number in by_label.items() if number < IMAGES_PER_LABEL}
    for label, number in list(thin.items())[:MAX_NAMED]:
        if number:
            yield thin_label(f"{label} has {_images(number)}; Viam requires {IMAGES_PER_LABEL} for each label.", label)
        else:
            yield thin_label(f"No image of this dataset has the label {label}.", label)
    if len(thin) > MAX_NAMED:
        yield warning(f"{len(thin) - MAX_NAMED} more labels have fewer than {IMAGES_PER_LABEL} images.", "labels")
    if not thin and by_label and max(by_label.values()) > LARGEST_RATIO * min(by_label.values()):
        largest, smallest = max(by_label, key=by_label.__getitem__), min(by_label, key=by_label.__getitem__)
        told = f"{largest} has {_images(by_label[largest])}, {smallest} only {by_label[smallest]:,}"
        yield hint(f"{told}. Viam advises at most {LARGEST_RATIO} times as many.", "labels")


def _images(number: int) -> str:
    return f"{number:,} image{'' if number == 1 else 's'}"


def _percent(labeled: int | None, total: int | None) -> int:
    """Rounded down: 79.9 % is not enough."""
    return 100 * (labeled or 0) // (total or 1)
