"""What past jobs tell together: exact numbers over jobs that were made up for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.utils import timezone

from jobs.actions.service import claim_job
from jobs.domain import JobStatus, ModelType, Role
from jobs.error_fingerprint import alike
from jobs.insights.charts import MAX_LENGTH, recent_rates
from jobs.insights.period import Params
from jobs.insights.service import Insights, insights
from jobs.insights.stats import Percentiles, Tally, about, percentiles
from jobs.job_list.filters import Filters
from jobs.models import Actor, Job, Organization
from jobs.sync.mapping import shape
from jobs.ui.text import percent

pytestmark = pytest.mark.django_db

# A Tuesday.
NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
COMPLETED, FAILED, CANCELED = JobStatus.COMPLETED, JobStatus.FAILED, JobStatus.CANCELED


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def harbor() -> Organization:
    return Organization.objects.create(viam_id="org", name="Harbor Pilots", slug="harbor-pilots", fetched_at=NOW)


def add(
    organization: Organization,
    number: int,
    status: JobStatus = COMPLETED,
    *,
    at: datetime = NOW,
    queued: int | None = 60,
    ran: int | None = 600,
    **fields: Any,
) -> Job:
    """Seconds in the queue and of running; None for what has not happened."""
    started = at + timedelta(seconds=queued) if queued is not None else None
    ended = started + timedelta(seconds=ran) if started and ran is not None else None
    job = Job(organization=organization, viam_id=f"job-{number}", status=status, seen_at=at, **fields)
    job.created_on, job.training_started, job.training_ended = at, started, ended
    shape(job, organization)
    job.save()
    return job


def told(organization: Organization, **address: str) -> Insights:
    return insights(organization, Role.VIEWER, Params.from_address(address)).insights


def chart(found: Insights, name: str) -> dict[str, list[Any]]:
    (one,) = [chart for chart in found.charts if chart.name == name]
    return {line.role: line.values for line in one.lines}


def days_ago(days: int) -> datetime:
    return NOW - timedelta(days=days)


def test_jobs_by_day_and_outcome(harbor: Organization) -> None:
    for number, (status, days) in enumerate([(COMPLETED, 0), (COMPLETED, 0), (FAILED, 0), (CANCELED, 2)]):
        add(harbor, number, status, at=days_ago(days))
    add(harbor, 9, JobStatus(42), at=days_ago(1))
    found = chart(told(harbor, period="7"), "outcomes")
    assert found == {
        "completed": [0, 0, 0, 0, 0, 0, 2],
        "failed": [0, 0, 0, 0, 0, 0, 1],
        "canceled": [0, 0, 0, 0, 1, 0, 0],
        "active": [0, 0, 0, 0, 0, 1, 0],
    }


def test_what_is_outside_of_the_period_is_left_out(harbor: Organization) -> None:
    midnight = datetime(2026, 11, 18, tzinfo=UTC)
    add(harbor, 1, at=midnight)
    add(harbor, 2, at=midnight - timedelta(microseconds=1))
    assert told(harbor, period="7").whole.total == 1


def test_a_day_is_one_of_the_site_s_time_zone(harbor: Organization) -> None:
    """At 23:30 UTC it is the next day in Berlin, and the day on which its clocks change has 25 hours."""
    add(harbor, 1, at=datetime(2026, 11, 23, 23, 30, tzinfo=UTC))
    add(harbor, 2, at=datetime(2026, 10, 25, 22, 59, tzinfo=UTC))
    with timezone.override("Europe/Berlin"):
        found = told(harbor, period="90")
    completed = dict(zip(found.charts[0].labels, chart(found, "outcomes")["completed"], strict=True))
    assert {label: count for label, count in completed.items() if count} == {"24 Nov": 1, "25 Oct": 1}


def test_weeks_begin_on_monday(harbor: Organization) -> None:
    add(harbor, 1, at=datetime(2026, 11, 22, 12, tzinfo=UTC))
    add(harbor, 2, at=datetime(2026, 11, 23, 12, tzinfo=UTC))
    one = told(harbor, period="7", step="week").charts[0]
    assert (one.labels, one.lines[0].values) == (["18 Nov – 22 Nov", "23 Nov – 24 Nov"], [1, 1])
    assert one.queries == ["since=2026-11-18&until=2026-11-22", "since=2026-11-23&until=2026-11-24"]


def test_the_success_rate_leaves_canceled_jobs_aside(harbor: Organization) -> None:
    for number, status in enumerate([COMPLETED, COMPLETED, COMPLETED, FAILED, CANCELED, JobStatus.PENDING]):
        add(harbor, number, status)
    found = told(harbor, period="7")
    assert chart(found, "rate") == {"completed": [None, None, None, None, None, None, 0.75]}
    assert found.sentence == "6 jobs in the last 7 days, 75% completed; median run time 10 min."


def test_percentiles_of_queue_and_run_time(harbor: Organization) -> None:
    """Of 1 to 10 minutes: half took 5 or less, nine in ten took 9 or less."""
    for minutes in range(1, 11):
        add(harbor, minutes, queued=minutes * 60, ran=minutes * 120)
    add(harbor, 11, FAILED, queued=60 * 60, ran=1)
    add(harbor, 12, JobStatus.PENDING, queued=None)
    found = told(harbor, period="7")
    assert [values[-1] for values in chart(found, "running").values()] == [600, 1080]
    assert [values[-1] for values in chart(found, "waiting").values()] == [360, 600]


@pytest.mark.parametrize(
    ("parts", "half", "most"),
    [
        ([], None, None),
        ([[]], None, None),
        ([[7]], 7, 7),
        ([[1, 2]], 1, 2),
        ([[2], [], [1]], 1, 2),
        ([[0, 0], [0]], 0, 0),
        ([range(1, 101)], 50, 90),
        ([range(1, 101, 2), range(2, 101, 2)], 50, 90),
    ],
)
def test_percentiles_are_times_that_jobs_took(parts: list[list[int]], half: int | None, most: int | None) -> None:
    assert percentiles(parts) == Percentiles(half, most)


def shares(found: Insights, title: str) -> dict[str, tuple[int, float | None, int]]:
    (one,) = [breakdown for breakdown in found.breakdowns if breakdown.title == title]
    return {share.label: (share.total, share.rate, share.ran_seconds) for share in one.shares}


def test_by_type_script_and_dataset(harbor: Organization) -> None:
    harbor.datasets.create(viam_id="ds-1", name="bolts-may")
    add(harbor, 1, model_type=ModelType.OBJECT_DETECTION, dataset_id="ds-1")
    add(harbor, 2, FAILED, model_type=ModelType.OBJECT_DETECTION, dataset_id="ds-1")
    add(harbor, 3, is_custom=True, script_id="bolt:weld", dataset_id="ds-2")
    found = told(harbor, period="7")
    assert shares(found, "By type") == {"Managed: object detection": (2, 0.5, 1200), "Custom script": (1, 1.0, 600)}
    assert shares(found, "By script") == {"Managed": (2, 0.5, 1200), "bolt:weld": (1, 1.0, 600)}
    assert shares(found, "By dataset") == {"bolts-may": (2, 0.5, 1200), "ds-2": (1, 1.0, 600)}


def test_by_person(harbor: Organization, ana: User, bo: User) -> None:
    for number, person in enumerate([ana, None, bo, bo]):
        add(harbor, number, submitted_by=person)
    found = shares(told(harbor, period="7"), "Submitted by")
    assert {label: total for label, (total, _, _) in found.items()} == {"bo": 2, "Outside Trainyard": 1, "ana": 1}


def test_by_person_counts_what_the_list_shows(harbor: Organization, bo: User) -> None:
    """Bo says of a job that was started elsewhere that it is his."""
    add(harbor, 1)
    claim_job(Actor(bo), harbor, "job-1")
    by_person = told(harbor, period="7").breakdowns[-1]
    for share in by_person.shares:
        filters = Filters.from_address(share.filters)
        assert harbor.jobs.of_any_status(filters, "").count() == share.total
    assert [share.label for share in by_person.shares] == ["bo"]


def test_whose_account_is_gone_has_left(harbor: Organization, bo: User) -> None:
    """What somebody else says of a job counts more than who sent it; other actions tell nothing of a job's origin."""
    for number, (action, outcome) in enumerate(
        [("submit", "done"), ("submit", "unknown"), ("cancel", "done"), ("submit", "done")]
    ):
        add(harbor, number, submitted_by=bo if number == 3 else None)
        harbor.actions.create(action=f"job:{action}", outcome=outcome, job_id=f"job-{number}")
    found = shares(told(harbor, period="7"), "Submitted by")
    assert {label: total for label, (total, _, _) in found.items()} == {
        "Outside Trainyard": 2,
        "Former member": 1,
        "bo": 1,
    }


def test_many_scripts_are_told_in_part(harbor: Organization) -> None:
    for number in range(12):
        add(harbor, number, is_custom=True, script_id=f"bolt:script-{number:02}")
    found = shares(told(harbor, period="7"), "By script")
    assert len(found) == 9
    assert found["4 others"] == (4, 1.0, 2400)


def test_the_longest_jobs(harbor: Organization) -> None:
    for number, ran in enumerate([30, 900, None, 60]):
        add(harbor, number, ran=ran)
    assert [job.viam_id for job in told(harbor, period="7").longest] == ["job-1", "job-3", "job-0"]


def test_failures_that_differ_in_numbers_and_ids_alone_are_one(harbor: Organization) -> None:
    for number, message in enumerate(
        ["ran out of memory after 310 s", "ran out of memory after 42 s", "no labels", ""]
    ):
        add(
            harbor, number, FAILED, at=NOW - timedelta(hours=number), error_message=message, model_name=f"m{number % 2}"
        )
    found = told(harbor, period="7")
    assert [(group.title, group.count, group.models) for group in found.failures] == [
        ("ran out of memory after 310 s", 2, 2),
        ("no labels", 1, 1),
        ("Viam gave no error message.", 1, 1),
    ]
    assert [(model.name, model.count) for model in found.failed_models] == [("m0", 2), ("m1", 2)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("job 65f0a1b2c3d4e5f6a7b8c9d0 exceeded 3 h", "job 65f0a1b2c3d4e5f6a7b8c9d1 exceeded 4 h"),
        ("step 1,204 of 9.500", "step 7 of 9.500"),
        ('Traceback (most recent call last):\n  File "a.py", line 3\nValueError: x', "ValueError: x"),
    ],
)
def test_alike(one: str, other: str) -> None:
    assert alike(one) == alike(other)


def test_words_are_not_ids() -> None:
    assert alike("deadbeef is a facade") == "deadbeef is a facade"
    # Stored, and grouped by: an updated site has it from before.
    assert alike("") == alike(" \n") == "Viam gave no words."


def test_jobs_that_vanished_and_those_of_others_are_left_out(harbor: Organization) -> None:
    other = Organization.objects.create(viam_id="other", name="Other", slug="other")
    add(harbor, 1)
    add(harbor, 2, missing_since=NOW)
    Job.objects.filter(viam_id="job-2").update(missing_since=NOW)
    add(other, 3)
    assert told(harbor, period="all").whole.total == 1


def test_all_of_it_begins_with_the_first_job(harbor: Organization) -> None:
    add(harbor, 1, at=datetime(2026, 11, 20, 23, 59, tzinfo=UTC))
    found = told(harbor, period="all")
    assert (found.period.first.isoformat(), found.period.step, len(found.charts[0].labels)) == ("2026-11-20", "day", 5)


def test_a_first_job_of_1970_does_not_make_a_chart_of_3000_weeks(harbor: Organization) -> None:
    add(harbor, 1, at=datetime(1970, 1, 1, 0, 1, tzinfo=UTC))
    assert len(told(harbor, period="all", step="day").charts[0].labels) <= 402


@pytest.mark.parametrize("address", [{"period": "0"}, {"period": "٣"}, {"step": "year"}, {}])
def test_what_makes_no_sense_is_thirty_days(harbor: Organization, address: dict[str, str]) -> None:
    found = told(harbor, **address).period
    assert (found.word, found.step, (found.last - found.first).days) == ("30", "day", 29)


def test_kept_until_the_mirror_changes(harbor: Organization) -> None:
    add(harbor, 1)
    assert told(harbor).whole.total == 1
    add(harbor, 2)
    assert told(harbor).whole.total == 1
    harbor.version += 1
    assert told(harbor).whole.total == 2


@pytest.mark.parametrize(("share", "text"), [(0.0, "0%"), (0.001, "1%"), (0.5, "50%"), (0.999, "99%"), (1.0, "100%")])
def test_all_and_nothing_are_said_only_when_they_are_so(share: float, text: str) -> None:
    assert percent(share) == text


@pytest.mark.parametrize(
    ("seconds", "text"), [(8, "8 s"), (750, "12 min"), (7199, "120 min"), (9000, "2.5 h"), (3_700_000, "1,028 h")]
)
def test_about(seconds: int, text: str) -> None:
    assert about(seconds) == text


def test_a_time_that_lies_makes_no_negative_duration(harbor: Organization) -> None:
    assert add(harbor, 1, queued=-30, ran=10).queued_seconds == 0


def tally(completed: int = 0, failed: int = 0) -> Tally:
    return Tally(outcomes=Counter(completed=completed, failed=failed, canceled=3))


def test_a_rate_is_drawn_over_enough_jobs_and_from_as_few_days_as_hold_them() -> None:
    days = [tally(completed=9), tally(failed=1), tally(), tally(completed=30, failed=10), tally(failed=1)]
    assert recent_rates(days) == [None, 0.9, 0.9, 0.75, 30 / 41]


def test_a_rate_does_not_reach_back_for_ever() -> None:
    assert recent_rates([tally(completed=9)] + [tally()] * MAX_LENGTH + [tally(completed=1)])[-1] is None
