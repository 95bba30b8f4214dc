"""Reasons for which jobs fail, in words like those a cloud would use. Viam documents its checks but not the texts."""

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

import grpc

IMAGES_PER_LABEL = 10


@dataclass(frozen=True, slots=True)
class Failure:
    """A reason, the share of the run after which it strikes (0 to 1), and the last lines it leaves in the log."""

    code: int
    message: str
    share: float = 0.6
    last_words: tuple[str, ...] = ()
    in_queue: bool = False
    """It strikes instead of the start: there is no run."""


def _code(code: grpc.StatusCode) -> int:
    number: int = code.value[0]
    return number


OUT_OF_MEMORY = Failure(
    _code(grpc.StatusCode.RESOURCE_EXHAUSTED),
    "the replica workerpool0-0 ran out of memory and exited with a non-zero status of 137",
    share=0.4,
    last_words=("Killed",),
)
NO_IMAGE = Failure(
    _code(grpc.StatusCode.UNAVAILABLE),
    "could not pull the container image: manifest unknown",
    share=0,
    in_queue=True,
)
NO_MODEL = Failure(
    _code(grpc.StatusCode.FAILED_PRECONDITION),
    "the training script ended without an error but wrote nothing to the model output directory",
    share=0.95,
    last_words=("Nothing to save: --model_output_directory is empty",),
)
INTERNAL = Failure(
    _code(grpc.StatusCode.INTERNAL),
    "internal error while exporting the model, please submit the job again",
    share=0.9,
)

_SCRIPT = "/usr/local/lib/python3.10/dist-packages/model/training.py"
_CRASHES = (
    (
        '  File "/usr/lib/python3.10/runpy.py", line 196, in _run_module_as_main',
        '    return _run_code(code, main_globals, None, "__main__", mod_spec)',
        f'  File "{_SCRIPT}", line 187, in main',
        "    images, labels = parse_filenames_and_labels(args.dataset_file)",
        "KeyError: 'classification_annotations'",
    ),
    (
        f'  File "{_SCRIPT}", line 164, in train_step',
        "    loss = criterion(model(batch), targets)",
        "ValueError: Shapes (None, 3) and (None, 4) are incompatible",
    ),
    (
        f'  File "{_SCRIPT}", line 58, in load_image',
        "    return Image.open(path).convert('RGB')",
        "PIL.UnidentifiedImageError: cannot identify image file '/gcs/training-data/0412.jpeg'",
    ),
)


def unfit(message: str) -> Failure:
    """The dataset does not do."""
    return Failure(_code(grpc.StatusCode.FAILED_PRECONDITION), message, share=0.15)


def too_few(label: str, images: int) -> Failure:
    return unfit(f"label '{label}' has {images} images, at least {IMAGES_PER_LABEL} are needed")


def unreadable(label: str, images: int, of: int) -> Failure:
    """As many as that are left over of a label that has enough of them."""
    return unfit(f"{of - images} of {of} images with the label '{label}' could not be read")


def crash(dice: Random) -> Failure:
    """The script raised: its last line is all that the error text keeps of the traceback."""
    traceback = dice.choice(_CRASHES)
    return Failure(
        _code(grpc.StatusCode.UNKNOWN),
        f"training script exited with code 1: {traceback[-1]}",
        share=dice.uniform(0.2, 0.8),
        last_words=("Traceback (most recent call last):", *traceback),
    )


def any_failure(dice: Random, custom: bool, labels: Mapping[str, int]) -> Failure:
    """A believable reason for a job of this kind; `labels` are those it trains on, and how many images each has."""
    if custom:
        return dice.choice((crash(dice), crash(dice), NO_MODEL, NO_IMAGE, OUT_OF_MEMORY))
    label, left = dice.choice(list(labels)), dice.randint(1, IMAGES_PER_LABEL - 1)
    of_data = unreadable(label, left, labels[label])
    return dice.choice((of_data, of_data, OUT_OF_MEMORY, INTERNAL))
