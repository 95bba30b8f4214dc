"""What is known of a job before it is sent."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from jobs.domain import (
    Container,
    CustomJobRequest,
    JobStatus,
    ManagedJobRequest,
    ModelFramework,
    ModelType,
    TrainingScript,
)
from jobs.models import Catalogue, Dataset, Job, Organization
from jobs.submit.preflight import preflight

pytestmark = pytest.mark.django_db

NOW = timezone.now()
MANAGED = ManagedJobRequest("ds-1", "bolt-detector", "v2", ModelType.OBJECT_DETECTION, ModelFramework.TFLITE, ["bolt"])
CUSTOM = CustomJobRequest("ds-1", "weld-grader", "v2", "bolt:weld-inspector", "2", "tf:2.17", arguments={"epochs": "5"})


@pytest.fixture
def harbor() -> Organization:
    harbor = Organization.objects.create(viam_id="org", name="Harbor Pilots", slug="harbor-pilots", fetched_at=NOW)
    Dataset.objects.create(organization=harbor, viam_id="ds-1", name="bolts")
    Dataset.objects.create(organization=harbor, viam_id="ds-2", name="arm paths", is_sequence=True)
    catalogue = Catalogue(organization=harbor)
    catalogue.scripts = [TrainingScript("bolt:weld-inspector", "weld-inspector", versions=("2", "1"))]
    catalogue.containers = [
        Container("tf:2.15", end_of_life=NOW - timedelta(days=1)),
        Container("tf:2.16", end_of_life=NOW + timedelta(days=9, hours=1)),
        Container("tf:2.17", end_of_life=NOW + timedelta(days=400)),
        Container("jax:1", id="own-1", is_own=True),
    ]
    catalogue.save()
    return harbor


def add(organization: Organization, number: int, status: JobStatus, **fields: object) -> Job:
    values = {"model_name": "bolt-detector", "model_version": f"v-{number}", "dataset_id": "ds-1", **fields}
    return Job.objects.create(
        organization=organization, viam_id=f"job-{number}", status=status, sorted_on=NOW, seen_at=NOW, **values
    )


def errors(organization: Organization, request: ManagedJobRequest | CustomJobRequest) -> str:
    return " ".join(finding.words for finding in preflight(organization, request).errors)


def warnings(organization: Organization, request: ManagedJobRequest | CustomJobRequest) -> str:
    return " ".join(finding.words for finding in preflight(organization, request).warnings)


@pytest.mark.parametrize("request_", [MANAGED, CUSTOM])
def test_a_sound_job_has_nothing_against_it(harbor: Organization, request_: ManagedJobRequest) -> None:
    found = preflight(harbor, request_)
    assert (found.errors, found.warnings) == ([], [])


def test_what_is_still_empty_is_not_complained_about(harbor: Organization) -> None:
    empty = CustomJobRequest("", "", "", "", "")
    assert preflight(harbor, empty).findings == []


def test_a_dataset_that_is_not_there(harbor: Organization) -> None:
    assert "no dataset with the id ds-9" in errors(harbor, replace(MANAGED, dataset_id="ds-9"))


def test_sequences_are_for_scripts_only(harbor: Organization) -> None:
    assert "contains sequences" in errors(harbor, replace(MANAGED, dataset_id="ds-2"))
    assert not errors(harbor, replace(CUSTOM, dataset_id="ds-2"))


def test_a_version_that_is_used(harbor: Organization) -> None:
    add(harbor, 1, JobStatus.COMPLETED, model_version="v2")
    assert "already exists" in errors(harbor, MANAGED)


@pytest.mark.parametrize("status", [JobStatus.FAILED, JobStatus.CANCELED])
def test_a_version_of_which_there_is_no_model(harbor: Organization, status: JobStatus) -> None:
    """Nobody knows that Viam refuses it: it was, and the form had to be changed."""
    add(harbor, 1, status, model_version="v2")
    assert not errors(harbor, MANAGED)
    assert "had this version" in warnings(harbor, MANAGED)
    add(harbor, 2, JobStatus.IN_PROGRESS, model_version="v2")
    assert "already exists" in errors(harbor, MANAGED)


def test_a_name_outside_of_viam_s_rule(harbor: Organization) -> None:
    odd = replace(MANAGED, model_name="bolts & nuts")
    assert "Viam may reject this name" in warnings(harbor, odd)
    add(harbor, 1, JobStatus.COMPLETED, model_name="bolts & nuts")
    assert not warnings(harbor, odd)


def test_a_vanished_job_s_version_stays_used(harbor: Organization) -> None:
    add(harbor, 1, JobStatus.COMPLETED, model_version="v2", missing_since=NOW)
    assert "already exists" in errors(harbor, MANAGED)


def test_one_label_for_classification(harbor: Organization) -> None:
    assert "at least 2 labels" in errors(harbor, replace(MANAGED, model_type=ModelType.MULTI_LABEL_CLASSIFICATION))
    single = replace(MANAGED, model_type=ModelType.SINGLE_LABEL_CLASSIFICATION)
    assert not errors(harbor, single)
    assert "Only one label" in warnings(harbor, single)
    assert not warnings(harbor, replace(single, labels=["bolt", "nut"]))


def test_a_model_called_like_its_script(harbor: Organization) -> None:
    assert "differs from the script name" in errors(harbor, replace(CUSTOM, model_name="weld-inspector"))


@pytest.mark.parametrize(("key", "says"), [("dataset_file", "set by Viam"), ("num epochs", "Viam rejects")])
def test_arguments_that_viam_refuses(harbor: Organization, key: str, says: str) -> None:
    assert says in errors(harbor, replace(CUSTOM, arguments={key: "1"}))


def test_a_name_that_a_job_of_viam_s_has_is_taken(harbor: Organization) -> None:
    """It is copied from that job: by a form, or by a bulk run, which has none."""
    source = add(harbor, 1, JobStatus.FAILED, is_custom=True, arguments={"trainer.max_epochs": "5"})
    request = replace(CUSTOM, arguments=source.arguments)
    assert not preflight(harbor, request, source).errors


@pytest.mark.parametrize(
    ("container", "says"),
    [("tf:2.15", "past its end of life"), ("tf:2.16", "end of life in 9 days"), ("tf:9", "doesn't list")],
)
def test_containers_near_their_end(harbor: Organization, container: str, says: str) -> None:
    assert says in warnings(harbor, replace(CUSTOM, container_version=container))


def test_a_registered_container_is_known_by_its_id(harbor: Organization) -> None:
    assert not warnings(harbor, replace(CUSTOM, container_version="", container_id="own-1"))


@pytest.mark.parametrize(
    ("script", "version", "says"),
    [
        ("viam:other", "1", "not a script this organization can use"),
        ("bolt:weld-inspector", "7", "no version 7"),
    ],
)
def test_scripts_that_we_do_not_know(harbor: Organization, script: str, version: str, says: str) -> None:
    assert says in warnings(harbor, replace(CUSTOM, script_id=script, script_version=version))


def hints(organization: Organization, request: ManagedJobRequest | CustomJobRequest) -> str:
    return " ".join(finding.words for finding in preflight(organization, request).findings if finding.level == "hint")


def test_an_older_version_of_a_script_needs_no_tick(harbor: Organization) -> None:
    older = replace(CUSTOM, script_version="1")
    assert (warnings(harbor, older), "newer version of the script: 2" in hints(harbor, older)) == ("", True)


def test_a_deprecated_script(harbor: Organization) -> None:
    catalogue = harbor.catalogue
    catalogue.scripts = [replace(catalogue.scripts[0], deprecated="Use weld-grader.")]
    catalogue.save()
    assert "bolt:weld-inspector is deprecated: Use weld-grader." in warnings(harbor, CUSTOM)


@pytest.mark.parametrize(
    ("value", "is_told"),
    [
        ("good porous", True),
        ("a,b", True),
        ("'good porous'", False),
        ('"good porous"', False),
        ("good", False),
        ("", False),
    ],
)
def test_several_labels_in_one_argument(harbor: Organization, value: str, is_told: bool) -> None:
    """The shell that starts the script takes them apart."""
    assert ("need quotes" in hints(harbor, replace(CUSTOM, arguments={"labels": value}))) == is_told


def test_the_same_job_under_way(harbor: Organization) -> None:
    add(harbor, 1, JobStatus.PENDING)
    assert "already active" in warnings(harbor, MANAGED)


def test_the_same_script_with_other_arguments_is_another_job(harbor: Organization) -> None:
    same = {"model_name": "weld-grader", "script_id": "bolt:weld-inspector", "script_version": "2", "is_custom": True}
    add(harbor, 1, JobStatus.PENDING, **same, arguments={"epochs": "6"})
    assert not warnings(harbor, CUSTOM)
    add(harbor, 2, JobStatus.PENDING, **same, arguments={"epochs": "5"})
    assert "already active" in warnings(harbor, CUSTOM)


def test_history_tells_how_often_it_worked_and_how_long_it_took(harbor: Organization) -> None:
    for number in range(7):
        times = {"training_started": NOW - timedelta(minutes=41), "training_ended": NOW}
        add(harbor, number, JobStatus.COMPLETED, script_id="bolt:weld-inspector", is_custom=True, **times)
    add(harbor, 8, JobStatus.FAILED, script_id="bolt:weld-inspector", is_custom=True)
    told = " ".join(finding.words for finding in preflight(harbor, CUSTOM).findings)
    assert "This script on this dataset: 7 of 8 succeeded, median 41 min." in told


def test_the_difference_to_the_source_is_told(harbor: Organization) -> None:
    source = add(
        harbor,
        1,
        JobStatus.FAILED,
        model_name="weld-grader",
        is_custom=True,
        script_id="bolt:weld-inspector",
        script_version="1",
        container_version="tf:2.17",
        arguments={"epochs": "5", "lr": "0.1"},
    )
    found = preflight(harbor, CUSTOM, source).differences
    assert [(one.what, one.was, one.now) for one in found] == [("Script version", "1", "2"), ("Argument lr", "0.1", "")]


def test_missing_labels_are_told_before_the_button(harbor: Organization) -> None:
    """As soon as there are any to choose among, and never as an error: the form isn't filled in yet."""
    assert hints(harbor, replace(MANAGED, labels=[])) == "Choose at least 1 label."
    several = replace(MANAGED, labels=[], model_type=ModelType.MULTI_LABEL_CLASSIFICATION)
    assert hints(harbor, several) == "Choose at least 2 labels."
    assert hints(harbor, replace(MANAGED, labels=[], dataset_id="")) == ""


def test_a_missing_version_of_a_script_is_told_before_the_button(harbor: Organization) -> None:
    assert hints(harbor, replace(CUSTOM, script_version="")) == "Choose a version of the script. The newest is 2."
    unknown = replace(CUSTOM, script_id="bolt:unknown", script_version="")
    assert hints(harbor, unknown) == "Choose a version of the script."
