"""One refresh of one organization, as the database sees it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jobs.domain import CloudJob, JobStatus, ListedJob
from jobs.models import Job, Organization, StatusChange
from jobs.sync import apply, diff, fetch
from jobs.viam.messages import jobs_from
from protos import ml_training_pb2

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
WEEK_AGO = timezone.now() - timedelta(days=7)


def job(viam_id: str = "job-1", **changes: object) -> CloudJob:
    told = CloudJob(
        id=viam_id,
        organization_id="org",
        status=JobStatus.PENDING,
        created_on=NOON,
        last_modified=NOON,
        model_name="bolt-detector",
        labels=("bolt", "nut"),
        arguments={"epochs": "20"},
    )
    return replace(told, **changes)  # type: ignore[arg-type]


@pytest.fixture
def harbor() -> Organization:
    """An organization that was loaded before, long ago and empty."""
    return Organization.objects.create(
        viam_id="org", name="Harbor Pilots", slug="harbor-pilots", completed_at=WEEK_AGO, fetched_at=WEEK_AGO
    )


def take(organization: Organization, *jobs: ListedJob, **answer: object) -> diff.Difference:
    values = {"request": fetch.begin_request(organization), "is_complete": True, **answer}
    return apply.apply_answer(organization, fetch.Answer(jobs, **values))  # type: ignore[arg-type]


def listed(told: CloudJob) -> ListedJob:
    """The job as it stands in a list of the cloud, with the digest of its message."""
    message = ml_training_pb2.TrainingJobMetadata(
        id=told.id,
        organization_id=told.organization_id,
        status=int(told.status),  # type: ignore[arg-type]
        model_name=told.model_name,
        tags=told.labels,
        arguments=told.arguments,
        synced_model_id=told.synced_model_id,
    )
    for name in ("created_on", "last_modified"):
        if moment := getattr(told, name):
            getattr(message, name).FromDatetime(moment)
    if told.error_code is not None:
        message.error_status.code, message.error_status.message = told.error_code, told.error_message
    return jobs_from([message], told.organization_id)[0]


def mirror_value(row: Job, name: str) -> object:
    value = getattr(row, name)
    return tuple(value) if name == "labels" else value


def age(organization: Organization) -> None:
    """Lets the grace of new jobs pass."""
    organization.jobs.update(seen_at=WEEK_AGO)


def test_a_new_job_is_kept_with_all_its_fields(harbor: Organization) -> None:
    take(harbor, job(error_code=3, error_message="dataset too small"))
    row = harbor.jobs.get()
    assert (row.viam_id, row.state, row.created_on, row.labels) == ("job-1", JobStatus.PENDING, NOON, ["bolt", "nut"])
    assert (row.arguments, row.error_code, row.error_message) == ({"epochs": "20"}, 3, "dataset too small")


def test_nothing_new_writes_nothing_and_keeps_the_version(harbor: Organization) -> None:
    take(harbor, job())
    before = harbor.version
    assert not take(harbor, job())
    assert harbor.version == before


def test_a_change_raises_the_version_and_marks_the_row_with_it(harbor: Organization) -> None:
    take(harbor, job(), job("job-2"))
    take(harbor, job(status=JobStatus.IN_PROGRESS, last_modified=NOON + timedelta(minutes=1)), job("job-2"))
    assert harbor.version == 2
    assert dict(harbor.jobs.values_list("viam_id", "version")) == {"job-1": 2, "job-2": 1}


def test_each_change_of_status_is_kept_with_its_time(harbor: Organization) -> None:
    later = NOON + timedelta(minutes=1)
    take(harbor, job())
    take(harbor, job(status=JobStatus.IN_PROGRESS, last_modified=later))
    seen = list(StatusChange.objects.values_list("status", "cloud_time"))
    assert seen == [(JobStatus.PENDING, NOON), (JobStatus.IN_PROGRESS, later)]


def test_the_first_load_is_the_past_and_makes_no_history(harbor: Organization) -> None:
    harbor.completed_at = None
    harbor.save()
    take(harbor, job())
    assert not StatusChange.objects.exists()


def test_an_answer_to_an_earlier_request_never_overwrites_one_to_a_later_request(harbor: Organization) -> None:
    """Row 125: what counts is when the request was sent."""
    take(harbor, job())
    earlier = fetch.begin_request(harbor)
    take(harbor, job(status=JobStatus.CANCELING), is_complete=False, is_single=True)
    assert not take(harbor, job(status=JobStatus.IN_PROGRESS), request=earlier)
    assert harbor.jobs.get().state == JobStatus.CANCELING


@pytest.mark.parametrize(
    "changes",
    [
        {"status": JobStatus.COMPLETED, "last_modified": NOON - timedelta(seconds=1)},
        {"status": JobStatus.COMPLETED, "last_modified": None},
        {"synced_model_id": "model-1"},
        {"arguments": {"epochs": "21"}},
        {"labels": ("bolt",)},
        {"error_code": 3, "error_message": "dataset too small"},
    ],
    ids=lambda changes: "-".join(changes),
)
def test_a_complete_list_is_the_truth_whatever_last_modified_says(
    harbor: Organization, changes: dict[str, Any]
) -> None:
    """Row 125: an older stamp, or none, or the same as before."""
    take(harbor, listed(job()))
    assert take(harbor, listed(job(**changes))).changed
    row = harbor.jobs.get()
    assert all(mirror_value(row, name) == value for name, value in changes.items())


def test_what_a_list_tells_again_is_neither_read_nor_written(harbor: Organization) -> None:
    take(harbor, listed(job()))
    with CaptureQueriesContext(connection) as asked:
        take(harbor, listed(job()))
    about_jobs = [query["sql"] for query in asked if "jobs_job" in query["sql"]]
    assert len(about_jobs) == 1
    assert "search_text" not in about_jobs[0]


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_order_of_answers_ends_with_the_latest_request(harbor: Organization, data: st.DataObject) -> None:
    """Row 125: lists whose requests and answers cross each other in any way; the latest that was sent is the truth."""
    harbor.jobs.all().delete()
    ids = ("job-1", "job-2", "job-3")
    told = st.sampled_from([JobStatus.PENDING, JobStatus.IN_PROGRESS, JobStatus.COMPLETED])
    lists = data.draw(st.lists(st.dictionaries(st.sampled_from(ids), told, min_size=1), min_size=1, max_size=5))
    requests = [(fetch.begin_request(harbor), jobs) for jobs in lists]
    latest = lists[-1]
    for request, jobs in data.draw(st.permutations(requests)):
        take(harbor, *(listed(job(id_, status=status)) for id_, status in jobs.items()), request=request)
        age(harbor)
    alive = harbor.jobs.filter(missing_since=None)
    assert {row.viam_id: row.state for row in alive} == latest


def test_a_list_that_lacks_many_jobs_is_asked_for_again(harbor: Organization) -> None:
    """Row 132: 44 jobs cut to one; the second list that says so is believed."""
    jobs = [job(f"job-{number}") for number in range(44)]
    take(harbor, *jobs)
    age(harbor)
    assert not take(harbor, *jobs[:1]).gone
    assert harbor.doubted_at
    assert len(take(harbor, *jobs[:1]).gone) == 43
    assert harbor.doubted_at is None


def test_what_is_back_in_the_second_list_never_went(harbor: Organization) -> None:
    """Row 132: of what both lists lack, and of that alone, there are tombstones."""
    jobs = [job(f"job-{number}") for number in range(44)]
    take(harbor, *jobs)
    age(harbor)
    take(harbor, *jobs[:1])
    take(harbor, *jobs[:40])
    assert set(harbor.jobs.filter(missing_since__isnull=False).values_list("viam_id", flat=True)) == {
        row.id for row in jobs[40:]
    }
    assert not harbor.jobs.filter(missing_since=None, missing_in__isnull=False).exists()


def test_lists_that_each_lack_something_else_take_nothing_away(harbor: Organization) -> None:
    """Row 132: a cloud that answers from one half of its data, then from the other."""
    jobs = [job(f"job-{number}") for number in range(20)]
    take(harbor, *jobs)
    age(harbor)
    for half in (jobs[:10], jobs[10:], jobs[:10], jobs[10:]):
        take(harbor, *half)
    assert not harbor.jobs.filter(missing_since__isnull=False).exists()


def test_a_few_deleted_jobs_are_believed_at_once(harbor: Organization) -> None:
    jobs = [job(f"job-{number}") for number in range(60)]
    take(harbor, *jobs)
    age(harbor)
    assert len(take(harbor, *jobs[6:]).gone) == 6


def test_a_job_that_was_seen_in_the_future_can_vanish(harbor: Organization) -> None:
    """Row 126: the clock was a day ahead when it was seen."""
    take(harbor, job(), job("job-2"))
    harbor.jobs.update(seen_at=timezone.now() + timedelta(days=1))
    take(harbor, job())
    assert harbor.jobs.get(viam_id="job-2").missing_since


def test_a_job_without_times_is_compared_field_by_field(harbor: Organization) -> None:
    take(harbor, job(created_on=None, last_modified=None))
    assert not take(harbor, job(created_on=None, last_modified=None))
    assert take(harbor, job(created_on=None, last_modified=None, status=JobStatus.FAILED)).changed


def test_a_job_missing_in_a_complete_answer_becomes_a_tombstone(harbor: Organization) -> None:
    take(harbor, job(), job("job-2"))
    age(harbor)
    take(harbor, job())
    assert harbor.jobs.get(viam_id="job-2").missing_since
    assert harbor.jobs.get(viam_id="job-1").missing_since is None


def test_a_job_missing_in_a_partial_answer_stays(harbor: Organization) -> None:
    take(harbor, job(), job("job-2"))
    age(harbor)
    take(harbor, job(), is_complete=False)
    assert not harbor.jobs.filter(missing_since__isnull=False).exists()


def test_a_job_that_the_cloud_says_it_does_not_know_is_gone(harbor: Organization) -> None:
    take(harbor, job())
    age(harbor)
    take(harbor, is_complete=False, missing=["job-1"])
    assert harbor.jobs.get().missing_since


def test_a_job_that_was_just_submitted_is_not_gone_because_a_list_was_older(harbor: Organization) -> None:
    take(harbor, job(), is_complete=False)
    assert not take(harbor)
    assert harbor.jobs.get().missing_since is None


def test_a_job_that_comes_back_is_no_tombstone_any_more(harbor: Organization) -> None:
    take(harbor, job())
    age(harbor)
    take(harbor)
    take(harbor, job())
    assert harbor.jobs.get().missing_since is None


def test_search_finds_name_version_id_dataset_script_and_labels(harbor: Organization) -> None:
    take(harbor, job(model_version="V7", dataset_id="DS-1", script_id="viam:Tflite", labels=("Große Mutter",)))
    text = harbor.jobs.get().search_text
    assert all(word in text for word in ("bolt-detector", "v7", "job-1", "ds-1", "viam:tflite", "große mutter"))


def test_a_refresh_is_one_transaction(harbor: Organization, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*_: object, **__: object) -> None:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(StatusChange.objects, "bulk_create", breaks)
    with pytest.raises(RuntimeError):
        take(harbor, job())
    harbor.refresh_from_db()
    assert (harbor.version, Job.objects.count()) == (0, 0)


def test_ten_thousand_jobs_of_which_one_changed_write_one_row(
    harbor: Organization, django_assert_max_num_queries: object
) -> None:
    many = [job(f"job-{number}") for number in range(10_000)]
    take(harbor, *map(listed, many))
    many[7] = replace(many[7], status=JobStatus.FAILED)
    with django_assert_max_num_queries(14):  # type: ignore[operator]
        difference = take(harbor, *map(listed, many))
    assert [row.viam_id for row in difference.changed] == ["job-7"]


def test_a_job_that_begins_to_run_is_expected_to_run_as_long_as_usual(harbor: Organization) -> None:
    made: dict[str, object] = {"is_custom": True, "script_id": "bolt:weld"}
    past: dict[str, object] = {
        "status": JobStatus.COMPLETED,
        "training_started": NOON,
        "training_ended": NOON + timedelta(minutes=38),
    }
    take(harbor, *(job(f"past-{number}", **made, **past) for number in range(3)), job("now", **made))
    assert harbor.jobs.get(viam_id="now").usual_seconds is None

    runs = {"status": JobStatus.IN_PROGRESS, "training_started": NOON, "last_modified": NOON + timedelta(minutes=1)}
    take(harbor, job("now", **made, **runs), is_complete=False)

    assert harbor.jobs.get(viam_id="now").usual_seconds == 38 * 60
