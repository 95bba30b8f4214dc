"""The past: jobs that ended before the emulator started, and those that were under way when it did."""

from collections.abc import Iterator
from random import Random

from emulator.timestamps import DAY, MINUTE, moment
from emulator.world.job_factory import Imagination
from emulator.world.jobs import LivingJob
from emulator.world.life import QUEUE, RUN, Cancel, Plan

SPAN = 42 * DAY
YOUNGEST = 7 * MINUTE

_CANCELED_SHARE = 0.11
_FAILED_SHARE = 0.16

# Of the jobs under way: simulated seconds from the start of the emulator to the start and the end of their run,
# and whether they are custom ones, which have logs to look at.
_RUNNING = ((-150.0, 45.0, False), (-90.0, 150.0, True), (-20.0, 290.0, True))
_PENDING = ((18.0, 260.0, True), (36.0, 330.0, False))


def past(imagination: Imagination, dice: Random, count: int, now: float) -> Iterator[LivingJob]:
    """`count` jobs that are over, oldest first, thinning out towards the past."""
    for position in range(count, 0, -1):
        age = YOUNGEST + SPAN * ((position - dice.random()) / count) ** 2
        facts = imagination.job(dice, now - age)
        plan = _past_plan(dice, moment(facts.created_on), age)
        outcome = dice.random()
        if outcome < _CANCELED_SHARE:
            plan = _given_up(plan, dice)
        elif outcome < _CANCELED_SHARE + _FAILED_SHARE:
            failure = imagination.failure(dice, facts)
            plan = Plan(plan.created, plan.starts, plan.starts + (plan.ends - plan.starts) * failure.share, failure)
        yield LivingJob(facts, plan)


def under_way(imagination: Imagination, dice: Random, now: float, speed: float) -> Iterator[LivingJob]:
    """Jobs that run or wait at the start and end one after the other; the last ones were submitted last."""
    for starts, ends, custom in (*_RUNNING, *_PENDING):
        created = now + min(starts - 30, -8) / speed
        plan = Plan(created, now + starts / speed, now + ends / speed)
        yield LivingJob(imagination.job(dice, created, custom), plan, speed)


def _past_plan(dice: Random, created: float, age: float) -> Plan:
    """As long in the queue and in training as jobs live at a speed of 1, but over by now."""
    starts = created + min(dice.uniform(*QUEUE), age * 0.2)
    return Plan(created, starts, starts + min(dice.uniform(*RUN), age * 0.6))


def _given_up(plan: Plan, dice: Random) -> Plan:
    """Canceled somewhere between the submission and the end: now and then before it started."""
    asked = dice.uniform(plan.created, plan.ends)
    stopped = min(asked + dice.uniform(3, 20), plan.ends - 0.001)
    return Plan(plan.created, plan.starts, plan.ends, cancel=Cancel(asked, stopped))
