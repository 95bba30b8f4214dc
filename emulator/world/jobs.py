"""One training job: what was asked for, and what is going to happen to it."""

from typing import Protocol

from emulator.timestamps import stamp
from emulator.world import life
from emulator.world.failures import Failure
from protos import ml_training_pb2 as ml

STUBBORN = "stubborn"


class Job(Protocol):
    """What a shelf needs to know of a job. The records that `at` returns must not be changed."""

    @property
    def id(self) -> str: ...

    @property
    def plan(self) -> life.Plan | None: ...

    def at(self, now: float) -> ml.TrainingJobMetadata:
        """The record as the cloud shows it at this moment."""

    def cancel(self, now: float) -> None:
        """Ask it to stop; only for a job that has not ended."""


class LivingJob:
    """A job with a plan. Once it is over its record is made a last time and kept."""

    __slots__ = ("_facts", "_over", "_plan", "_speed")

    def __init__(self, facts: ml.TrainingJobMetadata, plan: life.Plan, speed: float = 1) -> None:
        """`facts` is all that does not change: the request, the id and the time of the submission."""
        self._facts = facts
        self._speed = speed
        self._plan = plan
        self._over = False

    @property
    def id(self) -> str:
        return self._facts.id

    @property
    def plan(self) -> life.Plan:
        return self._plan

    def at(self, now: float) -> ml.TrainingJobMetadata:
        if self._over:
            return self._facts
        stage = life.stage(self._plan, now)
        record = ml.TrainingJobMetadata()
        record.CopyFrom(self._facts)
        _show(record, stage, self._plan.failure)
        if stage.status in life.FINAL:
            self._facts, self._over = record, True
        return record

    def cancel(self, now: float) -> None:
        if self._plan.cancel is None:
            self._plan = life.cancelled(self._plan, now, self._speed, STUBBORN in self._facts.model_name)


class PlacedJob:
    """A record that a test put there: shown exactly as it is, whatever the time."""

    __slots__ = ("_record",)

    plan = None

    def __init__(self, record: ml.TrainingJobMetadata) -> None:
        self._record = record

    @property
    def id(self) -> str:
        return self._record.id

    def at(self, now: float) -> ml.TrainingJobMetadata:
        return self._record

    def cancel(self, now: float) -> None:
        changed = ml.TrainingJobMetadata()
        changed.CopyFrom(self._record)
        changed.status = ml.TRAINING_STATUS_CANCELING
        changed.last_modified.CopyFrom(stamp(now))
        self._record = changed


def _show(record: ml.TrainingJobMetadata, stage: life.Stage, failure: Failure | None) -> None:
    """Write into the record what depends on the time."""
    record.status = stage.status
    record.last_modified.CopyFrom(stamp(stage.since))
    if stage.started is not None:
        record.training_started.CopyFrom(stamp(stage.started))
    if stage.ended is not None:
        record.training_ended.CopyFrom(stamp(stage.ended))
    if stage.status == ml.TRAINING_STATUS_COMPLETED:
        record.synced_model_id = f"{record.organization_id}/{record.model_name}"
    if stage.status == ml.TRAINING_STATUS_FAILED and failure is not None:
        record.error_status.code = failure.code
        record.error_status.message = failure.message
