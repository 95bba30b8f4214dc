"""Somebody else submits jobs now and then, if asked to."""

from emulator.server import Emulator
from emulator.timestamps import DAY, moment
from emulator.world.background_traffic import INTERVAL, PATIENCE
from emulator.world.tenants import BOLT_ROBOTICS_ID, HARBOR_PILOTS_ID
from protos import ml_training_pb2 as ml
from tests.emulator.people import StoppedClock


def lively(clock: StoppedClock, speed: float = 1) -> Emulator:
    return Emulator(jobs=0, busy=False, live=True, clock=clock, speed=speed)


def jobs(emulator: Emulator) -> list[ml.TrainingJobMetadata]:
    return emulator.world.jobs(BOLT_ROBOTICS_ID)


def test_a_job_every_two_minutes(clock: StoppedClock) -> None:
    emulator = lively(clock)
    clock.wait(INTERVAL * 3.5)
    created = [clock() - moment(job.created_on) for job in jobs(emulator)]
    assert created == [INTERVAL * 0.5, INTERVAL * 1.5, INTERVAL * 2.5]


def test_they_live_like_others(clock: StoppedClock) -> None:
    emulator = lively(clock)
    clock.wait(INTERVAL * 10)
    newest, *_, oldest = jobs(emulator)
    assert newest.status == ml.TRAINING_STATUS_PENDING
    assert oldest.HasField("training_ended")


def test_speed_makes_them_come_faster(clock: StoppedClock) -> None:
    emulator = lively(clock, speed=10)
    clock.wait(INTERVAL)
    assert len(jobs(emulator)) == 10


def test_nobody_looking_for_long_is_no_trouble(clock: StoppedClock) -> None:
    emulator = lively(clock, speed=60)
    clock.wait(30 * DAY)
    assert len(jobs(emulator)) == PATIENCE


def test_they_are_the_same_however_often_one_looks(clock: StoppedClock) -> None:
    patient, curious = lively(clock), lively(clock)
    for _ in range(20):
        clock.wait(30)
        jobs(curious)
    assert jobs(patient) == jobs(curious)


def test_only_bolt_has_a_neighbor(clock: StoppedClock) -> None:
    emulator = lively(clock)
    before = emulator.world.jobs(HARBOR_PILOTS_ID)
    clock.wait(DAY)
    assert emulator.world.jobs(HARBOR_PILOTS_ID) == before


def test_the_first_dataset_grows(clock: StoppedClock) -> None:
    emulator = lively(clock)
    first, other = emulator.world.datasets.of(BOLT_ROBOTICS_ID)[:2]
    before = first.images, other.images
    for minutes, more in ((4, 0), (7, 48), (100 * 24 * 60, 2400)):
        clock.wait(minutes * 60)
        jobs(emulator)
        assert (first.images, other.images) == (before[0] + more, before[1])


def test_without_being_asked_nobody_comes(clock: StoppedClock) -> None:
    emulator = Emulator(jobs=0, busy=False, clock=clock)
    clock.wait(DAY)
    assert jobs(emulator) == []
