"""What a training script prints, from the start of its run to the end."""

import time
from collections.abc import Iterator
from random import Random

from emulator.logs import phrases
from emulator.logs.lines import LogLine
from emulator.logs.phrases import Words
from emulator.world.failures import Failure
from emulator.world.life import Plan
from protos import ml_training_pb2 as ml

_DEFAULT_EPOCHS = 40
_MOST_EPOCHS = 200


def write(job: ml.TrainingJobMetadata, plan: Plan) -> list[LogLine]:
    """The whole log of a run that nobody cancels, its lines spread evenly over the plan."""
    words = list(_words(job, plan.failure))
    pause = (plan.ends - plan.starts) / len(words)
    moments = (plan.starts + (position + 0.5) * pause for position in range(len(words)))
    return [_line(at, *said) for at, said in zip(moments, words, strict=True)]


def _words(job: ml.TrainingJobMetadata, failure: Failure | None) -> Iterator[Words]:
    dice = Random(job.id)
    if job.is_custom_job:
        yield from phrases.installation(job)
    yield from phrases.TENSORFLOW
    yield from phrases.dataset(dice)
    epochs = _epochs(job)
    for epoch in range(1, int(epochs * (failure.share if failure else 1)) + 1):
        yield from phrases.epoch(epoch, epochs, dice)
    if failure is None:
        yield from phrases.saving(job)
    else:
        yield from (("ERROR", line) for line in failure.last_words)


def _epochs(job: ml.TrainingJobMetadata) -> int:
    asked = job.arguments.get("num_epochs", "")
    return min(int(asked), _MOST_EPOCHS) if asked.isdecimal() else _DEFAULT_EPOCHS


def _line(at: float, level: str, text: str) -> LogLine:
    clock = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(at)) + f".{int(at % 1 * 1e6):06d}"
    return LogLine(level, at, text.replace(phrases.CLOCK, clock))
