"""One refresh of one organization, as the database sees it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from jobs import mirror
from jobs.domain import CloudJob, JobStatus
from jobs.models import Job, Organization, StatusChange

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


def take(organization: Organization, *jobs: CloudJob, **answer: object) -> mirror.Difference:
    values = {"asked_at": timezone.now(), "is_complete": True, **answer}
    return mirror.take_over(organization, mirror.Answer(jobs, **values))  # type: ignore[arg-type]


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


def test_an_older_answer_never_overwrites_a_newer_one(harbor: Organization) -> None:
    take(harbor, job(status=JobStatus.CANCELING, last_modified=NOON + timedelta(minutes=1)))
    assert not take(harbor, job(status=JobStatus.IN_PROGRESS))
    assert harbor.jobs.get().state == JobStatus.CANCELING


def test_a_job_without_times_is_compared_field_by_field(harbor: Organization) -> None:
    take(harbor, job(created_on=None, last_modified=None))
    assert not take(harbor, job(created_on=None, last_modified=None))
    assert take(harbor, job(created_on=None, last_modified=None, status=JobStatus.FAILED)).changed


def test_a_job_missing_in_a_complete_answer_becomes_a_tombstone(harbor: Organization) -> None:
    take(harbor, job(), job("job-2"))
    age(harbor)
    take(harbor, job())
    assert harbor.jobs.get(viam_id="job-2").gone_at
    assert harbor.jobs.get(viam_id="job-1").gone_at is None


def test_a_job_missing_in_a_partial_answer_stays(harbor: Organization) -> None:
    take(harbor, job(), job("job-2"))
    age(harbor)
    take(harbor, job(), is_complete=False)
    assert not harbor.jobs.filter(gone_at__isnull=False).exists()


def test_a_job_that_the_cloud_says_it_does_not_know_is_gone(harbor: Organization) -> None:
    take(harbor, job())
    age(harbor)
    take(harbor, is_complete=False, missing=["job-1"])
    assert harbor.jobs.get().gone_at


def test_a_job_that_was_just_submitted_is_not_gone_because_a_list_was_older(harbor: Organization) -> None:
    take(harbor, job(), is_complete=False)
    assert not take(harbor)
    assert harbor.jobs.get().gone_at is None


def test_a_job_that_comes_back_is_no_tombstone_any_more(harbor: Organization) -> None:
    take(harbor, job())
    age(harbor)
    take(harbor)
    take(harbor, job())
    assert harbor.jobs.get().gone_at is None


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
    take(harbor, *many)
    changed = replace(many[7], status=JobStatus.FAILED, last_modified=NOON + timedelta(minutes=1))
    with django_assert_max_num_queries(9):  # type: ignore[operator]
        difference = take(harbor, *many[:7], changed, *many[8:])
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
