"""Viam's own Python SDK uses the emulator as if it were the cloud, in a process and an environment of its own."""

import json
from pathlib import Path
from typing import Any

import pytest

from emulator.server import Emulator
from emulator.world.tenants import BOLT_ROBOTICS_ID, DEMO_KEY, DEMO_KEY_ID
from protos import ml_training_pb2 as ml
from tests.conformance.sdk_environment import run

Journey = dict[str, Any]


@pytest.fixture(scope="module")
def journey(sdk_python: Path, sdk_cloud: Emulator) -> Journey:
    told: Journey = json.loads(run(sdk_python, "sdk_journey.py", sdk_cloud.address, DEMO_KEY_ID, DEMO_KEY))
    return told


def test_it_sees_the_organizations(journey: Journey) -> None:
    names = [name for _, name in journey["seen"]["organizations"]]
    assert names == ["Bolt Robotics", "Harbor Pilots", "Quiet Greenhouse"]


def test_it_sees_datasets_and_their_labels(journey: Journey) -> None:
    assert "arm-trajectories" in journey["seen"]["datasets"]
    assert journey["seen"]["tags"] == journey["seen"]["boxes"] == ["bolt", "nut", "washer"]


def test_it_counts_images_and_merges_datasets(journey: Journey) -> None:
    counted = journey["counted"]
    assert [counted[what] for what in ("all", "labelled", "bolts", "nuts in boxes")] == [1840, 1690, 720, 802]
    assert (counted["page"], counted["has more"], len(counted["merged"])) == ([["crack"]] * 3, True, 24)


def test_it_sees_what_the_key_may_do_and_its_name(journey: Journey) -> None:
    assert journey["key"] == {
        "may": [[BOLT_ROBOTICS_ID, ["train_models"]]],
        "keys": [[DEMO_KEY_ID, "trainyard", "organization_owner"]],
    }


def test_it_uploads_a_script_and_finds_a_model(journey: Journey, sdk_cloud: Emulator) -> None:
    packages = journey["packages"]
    assert packages["uploaded"] == [f"{BOLT_ROBOTICS_ID}/weld-inspector", "sdk-1"]
    assert "bolt:bolt-detector" in packages["models"]
    package_id, version, files, has_address = packages["package"]
    assert package_id in {job.synced_model_id for job in sdk_cloud.world.jobs(BOLT_ROBOTICS_ID)}
    assert (bool(version), files, has_address) == (True, ["model.tflite", "labels.txt"], True)


def test_it_sees_the_scripts_of_an_organization(journey: Journey) -> None:
    assert journey["seen"]["scripts"] == {"bolt:weld-inspector": 5, "bolt:grasp-planner": 1}


def test_it_submits_a_managed_job(journey: Journey, sdk_cloud: Emulator) -> None:
    job = sdk_cloud.world.job(journey["trained"]["managed"])
    assert (job.model_name, list(job.tags), job.is_custom_job) == ("sdk-managed", ["bolt", "nut"], False)
    assert job.organization_id == BOLT_ROBOTICS_ID


def test_it_submits_a_custom_job(journey: Journey, sdk_cloud: Emulator) -> None:
    job = sdk_cloud.world.job(journey["trained"]["custom"])
    assert (job.model_name, job.registry_item_id) == ("sdk-custom", "viam:classification-tflite")


def test_it_cancels_and_reads_a_job(journey: Journey, sdk_cloud: Emulator) -> None:
    job = sdk_cloud.world.job(journey["trained"]["managed"])
    assert journey["trained"]["canceled"] == ["sdk-managed", "TRAINING_STATUS_CANCELING", job.created_on.seconds]


def test_it_lists_every_job_as_it_is(journey: Journey, sdk_cloud: Emulator) -> None:
    left = [job.id for job in sdk_cloud.world.jobs(BOLT_ROBOTICS_ID)]
    listed = {job_id for job_id, *_ in journey["tidied"]["listed"]}
    assert listed == {*left, journey["tidied"]["deleted"]}
    for job_id, *shown in journey["tidied"]["listed"]:
        if job_id in left and shown[2] == ml.TRAINING_STATUS_COMPLETED:
            job = sdk_cloud.world.job(job_id)
            assert shown == [job.model_name, job.model_version, job.status, job.is_custom_job]


def test_it_lists_the_jobs_of_one_status(journey: Journey) -> None:
    completed = [row[0] for row in journey["tidied"]["listed"] if row[3] == ml.TRAINING_STATUS_COMPLETED]
    assert journey["tidied"]["completed"] == completed


def test_it_deletes_a_job(journey: Journey, sdk_cloud: Emulator) -> None:
    with pytest.raises(KeyError):
        sdk_cloud.world.job(journey["tidied"]["deleted"])


def test_it_registers_lists_and_deletes_a_container(journey: Journey) -> None:
    assert journey["containers"]["registered"] == "docker.io/library/python:3.12"
    assert {"tf:2.17", "python:3.12", "weld-trainer:cuda12"} <= set(journey["containers"]["listed"])


def test_it_is_told_what_is_wrong(journey: Journey) -> None:
    assert journey["refused"] == {
        "get unknown": "NOT_FOUND",
        "cancel unknown": "NOT_FOUND",
        "delete unknown": "NOT_FOUND",
        "same version": "ALREADY_EXISTS",
        "unknown organization": "NOT_FOUND",
    }


def test_a_wrong_key_does_not_open(journey: Journey) -> None:
    assert journey["wrong key"] == "PERMISSION_DENIED"
