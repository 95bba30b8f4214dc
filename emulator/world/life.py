"""The life of a job: a pure function of its plan and of the time.

Nothing runs in the background. A plan says when what is going to happen, and whoever asks is told how far it has come.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from random import Random

from emulator.world.failures import Failure
from protos import ml_training_pb2 as ml

FINAL = frozenset({ml.TRAINING_STATUS_COMPLETED, ml.TRAINING_STATUS_FAILED, ml.TRAINING_STATUS_CANCELED})

# Simulated seconds; `speed` divides them.
QUEUE = (20.0, 40.0)
RUN = (180.0, 360.0)
STOPPING = 6.0


@dataclass(frozen=True, slots=True)
class Cancel:
    asked: float
    stopped: float


@dataclass(frozen=True, slots=True)
class Plan:
    """Moments (seconds since 1970) at which a job changes, and why it fails if it does."""

    created: float
    starts: float
    ends: float
    failure: Failure | None = None
    cancel: Cancel | None = None


@dataclass(frozen=True, slots=True)
class Stage:
    """How far a job has come: its status, since when, and the start and end of its run so far."""

    status: ml.TrainingStatus
    since: float
    started: float | None = None
    ended: float | None = None


def plan(created: float, dice: Random, speed: float, failure: Failure | None = None) -> Plan:
    """What is going to happen to a job submitted now."""
    starts = created + dice.uniform(*QUEUE) / speed
    run = dice.uniform(*RUN) * (failure.share if failure else 1)
    return Plan(created, starts, starts + run / speed, failure)


def cancelled(plan: Plan, now: float, speed: float, stubborn: bool) -> Plan:
    """The plan after somebody asked to cancel at `now`: a stubborn job is done before the request reaches it."""
    stopped = now + STOPPING / speed
    if stubborn:
        return replace(plan, starts=min(plan.starts, now), ends=stopped, failure=None, cancel=Cancel(now, stopped))
    return replace(plan, cancel=Cancel(now, stopped))


def stage(plan: Plan, now: float) -> Stage:
    current = Stage(ml.TRAINING_STATUS_PENDING, plan.created)
    for change in _changes(plan):
        if change.since > now:
            break
        current = change
    return current


def _changes(plan: Plan) -> Iterator[Stage]:
    """Every stage after PENDING, in order."""
    queue_ends = plan.cancel.asked if plan.cancel else plan.ends
    started = plan.starts if plan.starts <= queue_ends and not _fails_in_queue(plan) else None
    if started is not None:
        yield Stage(ml.TRAINING_STATUS_IN_PROGRESS, started, started)
    if plan.cancel is not None and plan.cancel.asked < plan.ends:
        yield Stage(ml.TRAINING_STATUS_CANCELING, plan.cancel.asked, started)
    yield _last(plan, started)


def _last(plan: Plan, started: float | None) -> Stage:
    if plan.cancel is not None and plan.cancel.stopped < plan.ends:
        return Stage(ml.TRAINING_STATUS_CANCELED, plan.cancel.stopped, started, plan.cancel.stopped)
    status = ml.TRAINING_STATUS_FAILED if plan.failure else ml.TRAINING_STATUS_COMPLETED
    return Stage(status, plan.ends, started, plan.ends)


def _fails_in_queue(plan: Plan) -> bool:
    return plan.failure is not None and plan.failure.in_queue
