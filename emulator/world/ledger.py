"""All jobs of all organizations, and the model versions that they have used up."""

from collections import defaultdict
from random import Random

from emulator.refusals import already_exists, not_found
from emulator.world.ids import dated_id
from emulator.world.jobs import Job
from emulator.world.shelf import Shelf
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
