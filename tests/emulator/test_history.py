"""What is there when the emulator starts."""

from collections import Counter

import pytest

from emulator.server import Emulator
from emulator.timestamps import DAY, HOUR, moment
from emulator.world.life import RUN
from emulator.world.tenants import BOLT_ROBOTICS_ID, HARBOR_PILOTS_ID
from protos import ml_training_pb2 as ml
from tests.emulator.people import Person, StoppedClock

UNDER_WAY = 5


def test_bolt_has_the_jobs_asked_for_and_some_under_way(ada: Person) -> None:
    counted = Counter(job.status for job in ada.jobs())
    assert counted.total() == 60 + UNDER_WAY
    assert counted[ml.TRAINING_STATUS_IN_PROGRESS] == 3
    assert counted[ml.TRAINING_STATUS_PENDING] == 2


@pytest.mark.parametrize("jobs", [0, 1, 5])
def test_a_quiet_start(clock: StoppedClock, jobs: int) -> None:
    assert len(Emulator(jobs=jobs, busy=False, clock=clock).world.jobs(BOLT_ROBOTICS_ID)) == jobs


def test_past_jobs_took_as_long_as_those_under_way_will(clock: StoppedClock) -> None:
    """Of one world: what is usual is told by what was, and new jobs are measured by it."""
    cloud = Emulator(jobs=200, clock=clock)
    clock.wait(HOUR)
    jobs = [job for job in cloud.world.jobs(BOLT_ROBOTICS_ID) if job.status == ml.TRAINING_STATUS_COMPLETED]
    ran = [moment(job.training_ended) - moment(job.training_started) for job in jobs]
    assert (min(ran) > 0.6 * RUN[0], max(ran) < RUN[1] + 1) == (True, True), (min(ran), max(ran))


def test_others_have_a_handful(ada: Person) -> None:
    assert len(ada.jobs(HARBOR_PILOTS_ID)) == 5


def test_the_same_seed_makes_the_same_world(ada: Person) -> None:
    twin = Emulator(jobs=60, seed=7, clock=ada.clock)
    assert twin.world.jobs(BOLT_ROBOTICS_ID) == ada.jobs()


def test_another_seed_makes_another_world(ada: Person) -> None:
    other = Emulator(jobs=60, seed=8, clock=ada.clock).world.jobs(BOLT_ROBOTICS_ID)
    assert not {job.id for job in other} & {job.id for job in ada.jobs()}


def test_outcomes_and_kinds_are_mixed_as_in_life(clock: StoppedClock) -> None:
    jobs = Emulator(jobs=2000, busy=False, clock=clock).world.jobs(BOLT_ROBOTICS_ID)
    share = {status: count / 2000 for status, count in Counter(job.status for job in jobs).items()}
    assert share[ml.TRAINING_STATUS_COMPLETED] == pytest.approx(0.73, abs=0.04)
    assert share[ml.TRAINING_STATUS_FAILED] == pytest.approx(0.16, abs=0.03)
    assert share[ml.TRAINING_STATUS_CANCELED] == pytest.approx(0.11, abs=0.03)
    assert sum(job.is_custom_job for job in jobs) / 2000 == pytest.approx(0.45, abs=0.04)


def test_the_past_is_over_and_its_times_are_in_order(ada: Person) -> None:
    ended = [job for job in ada.jobs() if job.HasField("training_ended")]
    assert len(ended) == 60
    for job in ended:
        started = job.training_started if job.HasField("training_started") else job.created_on
        assert moment(job.created_on) <= moment(started) <= moment(job.training_ended) < ada.clock()


def test_the_past_goes_back_weeks_and_begins_just_now(ada: Person) -> None:
    ages = [ada.clock() - moment(job.created_on) for job in ada.jobs() if job.HasField("training_ended")]
    assert min(ages) < DAY
    assert 28 * DAY < max(ages) < 50 * DAY


def test_what_failed_says_why(ada: Person) -> None:
    for job in ada.jobs(status=ml.TRAINING_STATUS_FAILED):
        assert job.error_status.code > 0
        assert job.error_status.message


def test_what_is_under_way_ends_at_different_times(ada: Person) -> None:
    waiting = [job.id for job in ada.jobs() if not job.HasField("training_ended")]
    ada.clock.wait(HOUR)
    assert len({moment(ada.job(job_id).training_ended) for job_id in waiting}) == UNDER_WAY


@pytest.mark.parametrize("status", ml.TrainingStatus.values()[1:])
def test_one_status_can_be_asked_for(ada: Person, status: int) -> None:
    assert ada.jobs(status=status) == [job for job in ada.jobs() if job.status == status]


def test_a_listing_is_newest_first(ada: Person) -> None:
    created = [moment(job.created_on) for job in ada.jobs()]
    assert created == sorted(created, reverse=True)


def test_ten_thousand_jobs_come_in_one_answer(clock: StoppedClock) -> None:
    assert len(Emulator(jobs=10_000, busy=False, clock=clock).world.jobs(BOLT_ROBOTICS_ID)) == 10_000
