"""The jobs of one organization: the few that move, and the many that are over.

Ten thousand finished records never change, so that the answers made of them are kept until another job ends or goes.
"""

from collections.abc import Iterable, Iterator

from emulator.world.jobs import Job
from emulator.world.life import FINAL
from protos import ml_training_pb2 as ml

_EVERY_STATUS = ml.TRAINING_STATUS_UNSPECIFIED
_NONE = ml.ListTrainingJobsResponse()


class Shelf:
    """Lists newest first, which is a promise of the emulator and not of Viam."""

    def __init__(self) -> None:
        self._moving: dict[str, Job] = {}
        self._over: dict[str, Job] = {}
        self._copies: list[ml.TrainingJobMetadata] = []
        self._answers: dict[int, ml.ListTrainingJobsResponse] = {}

    def add(self, job: Job) -> None:
        """Put it on top; a job with the same id makes room."""
        self.remove(job.id)
        self._moving[job.id] = job

    def add_copy(self, record: ml.TrainingJobMetadata) -> None:
        """A record that is listed beside one with the same id, as no sound cloud would do."""
        self._copies.append(record)

    def remove(self, job_id: str) -> None:
        self._moving.pop(job_id, None)
        if self._over.pop(job_id, None):
            self._answers.clear()

    def get(self, job_id: str) -> Job | None:
        return self._moving.get(job_id) or self._over.get(job_id)

    def ids(self) -> Iterator[str]:
        yield from self._moving
        yield from self._over

    def list(self, status: int, now: float) -> ml.ListTrainingJobsResponse:
        """The answer must not be changed: it may be given again."""
        self._settle(now)
        past = self._past(status, now)
        moving = [*self._copies, *(job.at(now) for job in reversed(self._moving.values()))]
        present = list(_of_status(moving, status))
        if not present:
            return past
        answer = ml.ListTrainingJobsResponse(jobs=present)
        answer.MergeFrom(past)
        return answer

    def _settle(self, now: float) -> None:
        """Jobs that have ended since somebody last looked leave the moving ones."""
        ended = [job for job in self._moving.values() if job.at(now).status in FINAL]
        for job in ended:
            self._over[job.id] = self._moving.pop(job.id)
        if ended:
            self._answers.clear()

    def _past(self, status: int, now: float) -> ml.ListTrainingJobsResponse:
        if status != _EVERY_STATUS and status not in FINAL:
            return _NONE
        if status not in self._answers:
            records = (job.at(now) for job in reversed(self._over.values()))
            self._answers[status] = ml.ListTrainingJobsResponse(jobs=_of_status(records, status))
        return self._answers[status]


def _of_status(records: Iterable[ml.TrainingJobMetadata], status: int) -> Iterator[ml.TrainingJobMetadata]:
    return (record for record in records if status in (_EVERY_STATUS, record.status))
