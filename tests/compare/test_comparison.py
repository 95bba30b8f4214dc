"""What changed since the last success."""

from datetime import timedelta

import pytest
from django.utils import timezone

from jobs.compare.service import since_it_last_worked
from jobs.domain import JobStatus
from jobs.models import Job, Organization

pytestmark = pytest.mark.django_db

NOW = timezone.now()


@pytest.fixture
def harbor() -> Organization:
    return Organization.objects.create(viam_id="org", name="Harbor Pilots", slug="harbor-pilots")


def add(organization: Organization, number: int, status: JobStatus, **fields: object) -> Job:
    """Job number n is n hours old."""
    at = NOW - timedelta(hours=number)
    values = {"model_name": "bolt-detector", "created_on": at, "sorted_on": at, "seen_at": at, **fields}
    return Job.objects.create(organization=organization, viam_id=f"job-{number}", status=status, **values)


def test_the_nearest_earlier_success_of_the_same_model(harbor: Organization) -> None:
    add(harbor, 3, JobStatus.COMPLETED)
    nearest = add(harbor, 2, JobStatus.COMPLETED)
    failed = add(harbor, 1, JobStatus.FAILED)
    add(harbor, 0, JobStatus.COMPLETED)
    found = since_it_last_worked(failed)
    assert found
    assert found.earlier == nearest


def test_or_else_of_the_same_script(harbor: Organization) -> None:
    other = add(harbor, 2, JobStatus.COMPLETED, model_name="other", script_id="bolt:weld", is_custom=True)
    failed = add(harbor, 1, JobStatus.FAILED, script_id="bolt:weld", is_custom=True)
    found = since_it_last_worked(failed)
    assert found
    assert (found.earlier, found.differences[0].what) == (other, "Model name")
    assert found.basis == "of this script, for another model"


def test_the_same_model_comes_before_the_same_script(harbor: Organization) -> None:
    """However it was trained: another model tells less of why this one fails."""
    same = add(harbor, 3, JobStatus.COMPLETED)
    add(harbor, 2, JobStatus.COMPLETED, model_name="other", script_id="bolt:weld", is_custom=True)
    found = since_it_last_worked(add(harbor, 1, JobStatus.FAILED, script_id="bolt:weld", is_custom=True))
    assert found
    assert (found.earlier, found.basis) == (same, "of this model, managed")


def test_jobs_without_a_model_are_not_of_the_same_one(harbor: Organization) -> None:
    add(harbor, 2, JobStatus.COMPLETED, model_name="")
    assert since_it_last_worked(add(harbor, 1, JobStatus.FAILED, model_name="")) is None


def test_never_worked(harbor: Organization) -> None:
    assert since_it_last_worked(add(harbor, 1, JobStatus.FAILED)) is None


def test_every_trait_that_differs_and_no_other(harbor: Organization) -> None:
    shared = {"script_id": "bolt:weld", "dataset_id": "ds-1", "is_custom": True}
    add(harbor, 2, JobStatus.COMPLETED, **shared, container_version="tf:2.16", arguments={"a": "1", "b": "2"})
    failed = add(harbor, 1, JobStatus.FAILED, **shared, container_version="tf:2.17", arguments={"a": "1", "c": "3"})
    found = since_it_last_worked(failed)
    assert found
    told = [(one.what, one.was, one.now) for one in found.differences]
    assert told == [("Container", "tf:2.16", "tf:2.17"), ("Argument b", "2", ""), ("Argument c", "", "3")]


def test_how_long_both_ran(harbor: Organization) -> None:
    ran = {"training_started": NOW - timedelta(minutes=50), "training_ended": NOW}
    add(harbor, 2, JobStatus.COMPLETED, **ran)
    failed = add(harbor, 1, JobStatus.FAILED, **{**ran, "training_started": NOW - timedelta(seconds=8)})
    found = since_it_last_worked(failed)
    assert found
    assert [(one.was, one.now) for one in found.differences] == [("50 min", "8 s")]


def test_an_earlier_job_that_was_made_in_the_same_way_comes_first(harbor: Organization) -> None:
    alike = add(harbor, 3, JobStatus.COMPLETED, is_custom=True, script_id="bolt:weld")
    add(harbor, 2, JobStatus.COMPLETED)
    found = since_it_last_worked(add(harbor, 1, JobStatus.FAILED, is_custom=True, script_id="bolt:weld"))
    assert found
    assert (found.earlier, found.differences) == (alike, [])


def test_the_most_telling_differences_stand_before_the_others(harbor: Organization) -> None:
    add(harbor, 2, JobStatus.COMPLETED, model_type=3, model_framework=1, labels=["bolt"], dataset_id="ds-1")
    made = {"is_custom": True, "script_id": "bolt:weld", "script_version": "2", "container_version": "tf:2.17"}
    found = since_it_last_worked(add(harbor, 1, JobStatus.FAILED, **made, dataset_id="ds-2", arguments={"a": "1"}))
    assert found
    assert [one.what for one in found.first] == [
        *("Training", "Script", "Script version", "Argument a", "Dataset", "Container")
    ]
    assert [one.what for one in found.rest] == ["Labels", "Task", "Framework"]


def test_few_differences_stand_in_their_order(harbor: Organization) -> None:
    add(harbor, 2, JobStatus.COMPLETED, dataset_id="ds-1", container_version="tf:2.16")
    harbor.datasets.create(viam_id="ds-2", name="bolts")
    found = since_it_last_worked(add(harbor, 1, JobStatus.FAILED, dataset_id="ds-2", container_version="tf:2.17"))
    assert found
    assert ([(one.what, one.now) for one in found.first], found.rest) == (
        [("Dataset", "bolts (ds-2)"), ("Container", "tf:2.17")],
        [],
    )
