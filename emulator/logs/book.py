"""Which lines of a job's log can be read at a moment."""

from bisect import bisect_right
from collections.abc import Sequence

from emulator.logs.lines import CountedLog, LogLine
from emulator.logs.writing import write
from emulator.timestamps import DAY, moment
from emulator.world.jobs import Job
from emulator.world.life import FINAL
from protos import ml_training_pb2 as ml

RETENTION = 7 * DAY


class LogBook:
    """Logs are written when they are read, from the plan of the job; a test may put others in their place."""

    def __init__(self) -> None:
        self._placed: dict[str, Sequence[LogLine]] = {}

    def place(self, job_id: str, lines: Sequence[LogLine]) -> None:
        self._placed[job_id] = lines

    def place_count(self, record: ml.TrainingJobMetadata, count: int) -> None:
        since = record.training_started if record.HasField("training_started") else record.created_on
        self.place(record.id, CountedLog(count, moment(since)))

    def lines(self, job: Job, now: float) -> Sequence[LogLine]:
        """Empty for a log that has expired, for a job that never started, and for most managed jobs."""
        record = job.at(now)
        if _expired(record, now):
            return ()
        if job.id in self._placed:
            return self._placed[job.id]
        if job.plan is None or not record.HasField("training_started") or not _talks(record):
            return ()
        until = moment(record.training_ended) if record.HasField("training_ended") else now
        written = write(record, job.plan)
        return written[: bisect_right(written, until, key=lambda line: line.at or 0.0)]


def _talks(record: ml.TrainingJobMetadata) -> bool:
    """Whether managed jobs have logs is not documented: here detectors do and classifiers do not."""
    return record.is_custom_job or record.model_type == ml.MODEL_TYPE_OBJECT_DETECTION


def _expired(record: ml.TrainingJobMetadata, now: float) -> bool:
    if record.status not in FINAL:
        return False
    ended = record.training_ended if record.HasField("training_ended") else record.last_modified
    return now - moment(ended) > RETENTION
