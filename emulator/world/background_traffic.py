"""Somebody else in the organization, who submits a job now and then so that a demonstration is alive.

Nobody waits in the background: whoever looks is shown what the neighbour has submitted up to this moment.
"""

from collections.abc import Iterator
from random import Random

from emulator.timestamps import MINUTE
from emulator.world.ids import dated_id
from emulator.world.job_factory import Imagination
from emulator.world.jobs import LivingJob
from emulator.world.life import plan
from emulator.world.outcomes import CHANCE_OF_FAILURE

INTERVAL = 2 * MINUTE
"""Simulated seconds between two submissions."""
PATIENCE = 2_000
"""After so many jobs the neighbour goes home: an emulator that is forgotten stays small."""


class Neighbour:
    def __init__(self, imagination: Imagination, seed: int, since: float, speed: float) -> None:
        self._imagination = imagination
        self._seed = seed
        self._since = since
        self._speed = speed
        self._submitted = 0

    def submissions(self, now: float) -> Iterator[LivingJob]:
        """The jobs submitted since the last time that somebody asked."""
        due = min(int((now - self._since) * self._speed / INTERVAL), PATIENCE)
        while self._submitted < due:
            self._submitted += 1
            yield self._job(self._submitted)

    def _job(self, number: int) -> LivingJob:
        dice = Random(f"{self._seed}/neighbour/{number}")
        created = self._since + number * INTERVAL / self._speed
        facts = self._imagination.job(dice, created)
        facts.id = dated_id(created, dice)
        fails = dice.random() < CHANCE_OF_FAILURE
        failure = self._imagination.failure(dice, facts) if fails else None
        return LivingJob(facts, plan(created, dice, self._speed, failure), self._speed)
