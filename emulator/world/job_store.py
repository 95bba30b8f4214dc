"""All jobs of all organizations, the few that move and the many that are over, and the model versions they used up.

Ten thousand finished records never change, so that the answers made of them are kept until another job ends or goes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from random import Random

from emulator.refusals import already_exists, not_found
from emulator.world.ids import dated_id
from emulator.world.jobs import Job
from emulator.world.life import FINAL
from emulator.world.tenants import Key
from protos import ml_training_pb2 as ml


class Ledger:
    def __init__(self, dice: Random) -> None:
        self._dice = dice
        self._shelves: defaultdict[str, Shelf] = defaultdict(Shelf)
        self._versions: set[tuple[str, str, str]] = set()

    def shelf(self, organization_id: str) -> Shelf:
        return self._shelves[organization_id]

    def empty(self, organization_id: str) -> None:
        self._shelves.pop(organization_id, None)

    def new_id(self, now: float) -> str:
        return dated_id(now, self._dice)

    def add(self, organization_id: str, job: Job, now: float) -> None:
        record = job.at(now)
        self._versions.add((organization_id, record.model_name, record.model_version))
        self._shelves[organization_id].add(job)

    def check_version(self, record: ml.TrainingJobMetadata) -> None:
        """A version stays used when its job is deleted. Raises Refused (ALREADY_EXISTS)."""
        if (record.organization_id, record.model_name, record.model_version) in self._versions:
            raise already_exists(f"model version {record.model_version} of {record.model_name} already exists")

    def find(self, caller: Key, job_id: str) -> tuple[Shelf, Job]:
        """Raises Refused (NOT_FOUND), for the job of another tenant as well."""
        for organization_id in caller.organization_ids:
            job = self._shelves[organization_id].get(job_id)
            if job is not None:
                return self._shelves[organization_id], job
        raise not_found(f"training job {job_id} not found")

    def find_anywhere(self, job_id: str) -> tuple[Shelf, Job] | None:
        for shelf in self._shelves.values():
            job = shelf.get(job_id)
            if job is not None:
                return shelf, job
        return None


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
