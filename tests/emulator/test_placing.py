"""Records that a test puts into the cloud, or takes away from it."""

import pytest

from emulator.server import Emulator
from emulator.world.tenants import BOLT_ROBOTICS_ID, OTHER_TENANT_ID, QUIET_GREENHOUSE_ID
from protos import ml_training_pb2 as ml
from tests.emulator.people import Person


def test_a_placed_record_is_shown_as_it_is(emulator: Emulator, ada: Person) -> None:
    odd = ml.TrainingJobMetadata(id="odd", organization_id=QUIET_GREENHOUSE_ID)
    odd.MergeFromString(b"\x10\x09\x78\x07\x88\x01\x0c")  # status 9, model type 7, framework 12
    emulator.world.put(odd)
    assert ada.jobs(QUIET_GREENHOUSE_ID) == [odd] == ada.jobs(QUIET_GREENHOUSE_ID, status=9)
    assert ada.wait_until_over("odd") == odd


def test_a_placed_record_takes_the_place_of_the_last(emulator: Emulator, ada: Person) -> None:
    for status in (ml.TRAINING_STATUS_COMPLETED, ml.TRAINING_STATUS_PENDING):
        emulator.world.put(ml.TrainingJobMetadata(id="a", organization_id=QUIET_GREENHOUSE_ID, status=status))
    assert [job.status for job in ada.jobs(QUIET_GREENHOUSE_ID)] == [ml.TRAINING_STATUS_PENDING]


def test_two_records_of_one_id(emulator: Emulator, ada: Person) -> None:
    for replace in (True, False):
        emulator.world.put(ml.TrainingJobMetadata(id="a", organization_id=QUIET_GREENHOUSE_ID), replace=replace)
    assert [job.id for job in ada.jobs(QUIET_GREENHOUSE_ID)] == ["a", "a"]


def test_a_record_of_another_tenant_slips_in(emulator: Emulator, ada: Person) -> None:
    emulator.world.put(ml.TrainingJobMetadata(id="a", organization_id=OTHER_TENANT_ID), QUIET_GREENHOUSE_ID)
    assert [job.organization_id for job in ada.jobs(QUIET_GREENHOUSE_ID)] == [OTHER_TENANT_ID]


def test_canceling_a_placed_job_never_ends(emulator: Emulator, ada: Person) -> None:
    placed = ml.TrainingJobMetadata(id="a", organization_id=QUIET_GREENHOUSE_ID, status=ml.TRAINING_STATUS_PENDING)
    emulator.world.put(placed)
    ada.cancel("a")
    assert ada.wait_until_over("a").status == ml.TRAINING_STATUS_CANCELING


def test_a_job_vanishes(emulator: Emulator, ada: Person) -> None:
    gone = ada.jobs()[-1].id
    emulator.world.remove(gone)
    assert gone not in {job.id for job in ada.jobs()}


def test_all_jobs_vanish(emulator: Emulator, ada: Person) -> None:
    emulator.world.clear_jobs(BOLT_ROBOTICS_ID)
    assert ada.jobs() == []


def test_a_test_looks_at_a_job_without_the_wire(emulator: Emulator, ada: Person) -> None:
    job = ada.jobs()[0]
    assert emulator.world.job(job.id) == job
    with pytest.raises(KeyError):
        emulator.world.job("nobody")
