"""Our .proto files against the descriptors that Viam ships: a subset, with the same names, numbers and types."""

import json
from pathlib import Path

import pytest

from tests.conformance.describe import (
    COMPLETE_PACKAGES,
    OUR_MODULES,
    THEIR_MODULES,
    Description,
    describe,
    differences,
)
from tests.conformance.sdk_environment import run

OURS = describe(*OUR_MODULES)


@pytest.fixture(scope="module")
def theirs(sdk_python: Path) -> Description:
    described: Description = json.loads(run(sdk_python, "describe.py", *THEIR_MODULES))
    return described


@pytest.mark.parametrize("message", OURS["messages"])
def test_every_field_is_theirs(theirs: Description, message: str) -> None:
    known = theirs["messages"][message]
    for name, field in OURS["messages"][message].items():
        assert field == known.get(name), f"{message}.{name}"


@pytest.mark.parametrize("enum", OURS["enums"])
def test_every_enum_is_theirs(theirs: Description, enum: str) -> None:
    assert OURS["enums"][enum] == theirs["enums"][enum]


@pytest.mark.parametrize("service", OURS["services"])
def test_every_method_is_theirs(theirs: Description, service: str) -> None:
    known = theirs["services"][service]
    for name, method in OURS["services"][service].items():
        assert method == known.get(name), f"{service}/{name}"


@pytest.mark.parametrize("package", COMPLETE_PACKAGES)
@pytest.mark.parametrize("kind", ["messages", "enums", "services"])
def test_training_and_datasets_are_complete(theirs: Description, package: str, kind: str) -> None:
    of_theirs = {name: content for name, content in theirs[kind].items() if name.startswith(package)}
    of_ours = {name: content for name, content in OURS[kind].items() if name.startswith(package)}
    assert of_ours == of_theirs


def test_the_check_of_a_newer_sdk_finds_what_differs(theirs: Description) -> None:
    assert differences(OURS, theirs) == []
    newer: Description = json.loads(json.dumps(theirs))
    newer["enums"]["viam.app.mltraining.v1.TrainingStatus"]["TRAINING_STATUS_PAUSED"] = 7
    newer["messages"]["viam.app.dataset.v1.Dataset"]["images"] = {"number": 9}
    del newer["messages"]["viam.app.data.v1.Filter"]["dataset_id"]
    newer["messages"]["viam.app.data.v1.Filter"]["unused_here"] = {"number": 99}
    assert differences(OURS, newer) == [
        "viam.app.data.v1.Filter.dataset_id",
        "viam.app.dataset.v1.Dataset.images",
        "viam.app.mltraining.v1.TrainingStatus.TRAINING_STATUS_PAUSED",
    ]
