"""One emulated cloud: everything in it, made from a seed, and the doors through which a test changes it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from threading import RLock

from emulator.logs.book import LogBook
from emulator.logs.lines import LogLine
from emulator.refusals import denied, invalid, not_found
from emulator.timestamps import moment
from emulator.world import dataset_stock, history, script_stock
from emulator.world.background_traffic import Neighbour
from emulator.world.containers import Containers
from emulator.world.datasets import Datasets
from emulator.world.job_factory import Imagination
from emulator.world.job_store import Ledger
from emulator.world.jobs import PlacedJob
from emulator.world.scripts import Registry
from emulator.world.tenants import (
    BOLT_ROBOTICS_ID,
    HARBOR_PILOTS_ID,
    ORGANIZATIONS,
    OTHER_TENANT_ID,
    Key,
    Organization,
)
from protos import ml_training_pb2 as ml

_HANDFUL = 5
# Of images, and of simulated time.
_BATCH, _SECONDS_A_BATCH, _MAX_BATCHES = 24, 300, 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Making:
    """How a world is made: the number of past jobs of Bolt Robotics, the divisor of simulated time, the seed,
    whether jobs are under way at the start, whether somebody else goes on submitting and adding images,
    and whether a job whose dataset doesn't do is accepted and fails later instead of being rejected."""

    jobs: int = 60
    speed: float = 1.0
    seed: int = 1
    busy: bool = True
    live: bool = False
    checks_late: bool = False


class World:
    """Hold `lock` while touching anything but the methods for tests, which take it themselves."""

    def __init__(self, making: Making, clock: Callable[[], float]) -> None:
        self.lock = RLock()
        self.now = clock
        self.started = clock()
        self.speed = making.speed
        self.seed = making.seed
        self.checks_late = making.checks_late
        stock = dataset_stock.datasets(self._dice("datasets"), self.started)
        self.datasets = Datasets(self._dice("new datasets"), stock)
        self.registry = Registry(script_stock.items(self.started))
        self.containers = Containers(self._dice("containers"), self.started)
        self.ledger = Ledger(self._dice("jobs"))
        self.logs = LogBook()
        self._batches = 0
        self._operated: set[tuple[str, str]] = set()
        self._neighbour = self._new_neighbour() if making.live else None
        self._populate(making)

    def organizations(self, caller: Key) -> list[Organization]:
        return [ORGANIZATIONS[organization_id] for organization_id in caller.organization_ids]

    def organization(self, caller: Key, organization_id: str) -> Organization:
        """Raises Refused: INVALID_ARGUMENT without an id, NOT_FOUND, PERMISSION_DENIED for another tenant's."""
        if not organization_id:
            raise invalid("organization id is required")
        if organization_id not in ORGANIZATIONS:
            raise not_found(f"organization {organization_id} not found")
        if not caller.sees(organization_id):
            raise denied(f"not authorized for organization {organization_id}")
        return ORGANIZATIONS[organization_id]

    def owned(self, caller: Key, organization_id: str) -> Organization:
        """The same for what only an owner's key may do there."""
        organization = self.organization(caller, organization_id)
        if not self.owns(caller, organization_id):
            raise denied(f"requires the role organization_owner in {organization_id}")
        return organization

    def owns(self, caller: Key, organization_id: str) -> bool:
        return caller.sees(organization_id) and (caller.id, organization_id) not in self._operated

    def demote(self, key_id: str, organization_id: str) -> None:
        """For tests: the key is an operator's in this organization from now on, until it is promoted."""
        with self.lock:
            self._operated.add((key_id, organization_id))

    def promote(self, key_id: str, organization_id: str) -> None:
        with self.lock:
            self._operated.discard((key_id, organization_id))

    def catch_up(self) -> None:
        """Let happen what others have done since somebody last looked."""
        if self._neighbour is not None:
            for job in self._neighbour.submissions(self.now()):
                self.ledger.add(BOLT_ROBOTICS_ID, job, self.now())
            self._photograph()

    def _photograph(self) -> None:
        """The first dataset grows, a batch at a time, until nobody has a place for more."""
        batches = min(int((self.now() - self.started) * self.speed / _SECONDS_A_BATCH), _MAX_BATCHES)
        for _ in range(batches - self._batches):
            self.datasets.of(BOLT_ROBOTICS_ID)[0].grow(_BATCH)
        self._batches = max(batches, self._batches)

    def grow(self, dataset_id: str, images: int) -> None:
        """For tests: somebody has added so many images, labeled as the others are."""
        with self.lock:
            self.datasets.grow(dataset_id, images)

    def catalogue(self) -> Registry:
        """The registry with the models of all jobs that have completed by now. Deleting a job leaves its model."""
        self.catch_up()
        for organization in ORGANIZATIONS.values():
            completed = self.ledger.shelf(organization.id).list(ml.TRAINING_STATUS_COMPLETED, self.now()).jobs
            for record in reversed(completed):
                self.publish(record)
        return self.registry

    def publish(self, record: ml.TrainingJobMetadata) -> None:
        """The model of a job, if it has completed."""
        if record.status == ml.TRAINING_STATUS_COMPLETED:
            namespace = ORGANIZATIONS[record.organization_id].public_namespace
            self.registry.publish(record, namespace, moment(record.training_ended))

    def put(self, record: ml.TrainingJobMetadata, organization_id: str = "", replace: bool = True) -> None:
        """For tests: show this record as it is, in this organization or its own. It never changes by itself.

        With `replace=False` it is listed beside a job of the same id instead of in its place.
        """
        with self.lock:
            shelf = self.ledger.shelf(organization_id or record.organization_id)
            shelf.add(PlacedJob(record)) if replace else shelf.add_copy(record)

    def remove(self, job_id: str) -> None:
        """For tests: the job is gone, as if somebody else had deleted it."""
        with self.lock:
            found = self.ledger.find_anywhere(job_id)
            if found is not None:
                found[0].remove(job_id)

    def clear_jobs(self, organization_id: str) -> None:
        """For tests: an organization without any job."""
        with self.lock:
            self.ledger.empty(organization_id)

    def job(self, job_id: str) -> ml.TrainingJobMetadata:
        """For tests: the record of any job at this moment. Raises KeyError."""
        with self.lock:
            found = self.ledger.find_anywhere(job_id)
            if found is None:
                raise KeyError(job_id)
            return found[1].at(self.now())

    def jobs(self, organization_id: str) -> list[ml.TrainingJobMetadata]:
        """For tests: the records of an organization at this moment, newest first."""
        with self.lock:
            self.catch_up()
            return list(self.ledger.shelf(organization_id).list(ml.TRAINING_STATUS_UNSPECIFIED, self.now()).jobs)

    def set_log(self, job_id: str, lines: Sequence[LogLine]) -> None:
        """For tests: exactly these lines, whatever the job and the time, until they expire."""
        with self.lock:
            self.logs.place(job_id, lines)

    def set_log_lines(self, job_id: str, count: int) -> None:
        """For tests: a log of this length, numbered lines a millisecond apart. Raises KeyError."""
        with self.lock:
            self.logs.place_count(self.job(job_id), count)

    def _dice(self, purpose: str) -> Random:
        return Random(f"{self.seed}/{purpose}")

    def _imagination(self, organization_id: str) -> Imagination:
        return Imagination(organization_id, self.datasets.of(organization_id), script_stock.items(self.started))

    def _new_neighbour(self) -> Neighbour:
        return Neighbour(self._imagination(BOLT_ROBOTICS_ID), self.seed, self.started, self.speed)

    def _populate(self, making: Making) -> None:
        for organization_id, count in (
            (BOLT_ROBOTICS_ID, making.jobs),
            (HARBOR_PILOTS_ID, _HANDFUL),
            (OTHER_TENANT_ID, _HANDFUL),
        ):
            dice = self._dice(f"history of {organization_id}")
            for job in history.past(self._imagination(organization_id), dice, count, self.started):
                self.ledger.add(organization_id, job, self.started)
        if making.busy:
            imagination, dice = self._imagination(BOLT_ROBOTICS_ID), self._dice("under way")
            for job in history.under_way(imagination, dice, self.started, self.speed):
                self.ledger.add(BOLT_ROBOTICS_ID, job, self.started)
