"""Two jobs side by side."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from jobs.compare.differences import MAX_SHOWN, parting, plain, ratio
from jobs.compare.service import Pair, compare
from jobs.domain import JobStatus, ModelType
from jobs.models import Job, LogLine, Organization

pytestmark = pytest.mark.django_db

NOW = timezone.now()


@pytest.fixture
def harbor() -> Organization:
    return Organization.objects.create(viam_id="org", name="Harbor Pilots", slug="harbor-pilots")


def add(organization: Organization, number: int, **fields: object) -> Job:
    """Job number n is n hours old."""
    at = NOW - timedelta(hours=number)
    values = {"status": JobStatus.COMPLETED, "model_name": "bolt-detector", "search_text": f"job-{number}", **fields}
    return Job.objects.create(
        organization=organization, viam_id=f"job-{number}", created_on=at, sorted_on=at, seen_at=at, **values
    )


def say(job: Job, *messages: str) -> None:
    for number, message in enumerate(messages, start=1):
        LogLine.objects.create(job=job, number=number, message=message, delivered=20, severity=20)


def both(organization: Organization) -> Pair:
    return compare(organization, a="job-1", b="job-2")


def test_what_differs_apart_from_what_is_equal(harbor: Organization) -> None:
    harbor.datasets.create(viam_id="ds-2", name="bolts-may")
    shared = {"model_type": ModelType.OBJECT_DETECTION, "resources": ["gpu"]}
    add(harbor, 1, **shared, model_version="1", dataset_id="ds-1", arguments={"epochs": "20", "rate": "0.1"})
    add(harbor, 2, **shared, model_version="2", dataset_id="ds-2", arguments={"epochs": "50", "rate": "0.1"})
    pair = both(harbor)
    assert [(one.what, one.was, one.now) for one in pair.differences] == [
        ("Version", "1", "2"),
        ("Dataset", "ds-1", "bolts-may (ds-2)"),
        ("Argument epochs", "20", "50"),
    ]
    assert {
        "Model name": "bolt-detector",
        "Argument rate": "0.1",
        "Resources": "gpu",
        "Task": "Object detection",
    }.items() <= {one.what: one.was for one in pair.equal}.items()


def test_who_status_and_error(harbor: Organization, bo: User) -> None:
    add(harbor, 1)
    add(harbor, 2, status=JobStatus.FAILED, error_message="no labels")
    harbor.actions.create(actor=bo, action="job:submit", job_id="job-2", outcome="done")
    told = {one.what: (one.was, one.now) for one in both(harbor).differences}
    assert told == {
        "Status": ("Completed", "Failed"),
        "Error": ("", "no labels"),
        "Submitted by": ("outside Trainyard", "bo"),
    }


def test_times_with_their_ratio(harbor: Organization) -> None:
    for number, minutes in ((1, 10), (2, 24)):
        job = add(harbor, number)
        job.training_started = job.sorted_on + timedelta(minutes=3)
        job.training_ended = job.training_started + timedelta(minutes=minutes)
        job.save()
    pair = both(harbor)
    assert [(one.what, one.was, one.now, one.note) for one in pair.differences] == [
        ("Run time", "10 min", "24 min", "2.4 times as long")
    ]
    assert ("Queue time", "3 min") in [(one.what, one.was) for one in pair.equal]


@pytest.mark.parametrize(
    ("was", "now", "text"),
    [
        (60, 30, "half the time"),
        (60, 12, "a fifth of the time"),
        (60, 47, "four fifths of the time"),
        (600, 50, "less than a tenth of the time"),
        (60, 63, ""),
        (0, 9, ""),
        (10, 20, "twice as long"),
        (10, 24, "2.4 times as long"),
        (10, 171, "17 times as long"),
    ],
)
def test_ratio(was: int, now: int, text: str) -> None:
    assert ratio(timedelta(seconds=was), timedelta(seconds=now)) == text


def test_the_first_lines_that_differ(harbor: Organization) -> None:
    one, other = add(harbor, 1), add(harbor, 2)
    say(one, "2026-11-24 10:00:01 start", "epoch 1", *["a"] * 9)
    say(other, "2026-11-23 09:59:58 start", "epoch 1", "b")
    found = parting(one, other)
    assert found
    assert (found.alike, [line.number for line in found.now], len(found.was)) == (2, [3], MAX_SHOWN)


def test_one_log_may_go_on_where_the_other_ends(harbor: Organization) -> None:
    one, other = add(harbor, 1), add(harbor, 2)
    say(one, "start")
    say(other, "start", "saved")
    found = parting(one, other)
    assert found
    assert ([line.message for line in found.was], [line.message for line in found.now]) == ([], ["saved"])


def test_logs_that_are_alike_and_logs_that_are_not_saved(harbor: Organization) -> None:
    one, other, third = add(harbor, 1), add(harbor, 2), add(harbor, 3)
    say(one, "start")
    say(other, "start")
    found = parting(one, other)
    assert found
    assert found.is_none
    assert parting(one, third) is None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("11:02:03 saved", "09:59:58.123 saved"),
        ("job 65f0a1b2c3d4e5f6a7b8c9d0 started", "job 65f0a1b2c3d4e5f6a7b8c9d1 started"),
        ("10/10 3s 12ms/step", "10/10 14s 100ms/step"),
        ("\x1b[32mready\x1b[0m", "ready"),
    ],
)
def test_times_ids_and_colours_make_no_difference(one: str, other: str) -> None:
    assert plain(one) == plain(other)


def test_words_and_figures_make_one() -> None:
    assert plain("loss: 0.31") != plain("loss: 0.52")


def test_a_job_beside_itself(harbor: Organization) -> None:
    add(harbor, 1)
    pair = compare(harbor, a="job-1", b="job-1")
    assert (pair.is_same, pair.is_complete, pair.differences) == (True, False, [])


def test_another_organization_s_job_is_unknown(harbor: Organization) -> None:
    add(Organization.objects.create(viam_id="other", name="Other", slug="other"), 1)
    add(harbor, 2)
    pair = both(harbor)
    assert (pair.a.is_unknown, pair.b.is_unknown, pair.is_unknown, pair.side) == (True, False, False, "a")


def test_offers_are_what_is_most_like_it_first_and_each_once(harbor: Organization) -> None:
    add(harbor, 1, model_name="other", dataset_id="ds-1")
    add(harbor, 2, status=JobStatus.FAILED)
    add(harbor, 3, script_id="bolt:weld", dataset_id="ds-1")
    add(harbor, 4)
    add(harbor, 5, model_name="third", script_id="bolt:weld")
    add(harbor, 6, model_name="fourth")
    told = [(group.why, [job.viam_id for job in group.jobs]) for group in compare(harbor, a="job-3").offers]
    assert told == [
        ("Completed before", ["job-4"]),
        ("Same model", ["job-2"]),
        ("Same script", ["job-5"]),
        ("Same dataset", ["job-1"]),
        ("Newest", ["job-6"]),
    ]


def test_a_search_offers_what_it_finds(harbor: Organization) -> None:
    add(harbor, 1)
    add(harbor, 3)
    (found,) = compare(harbor, a="job-3", query="job-1").offers
    assert (found.why, [job.viam_id for job in found.jobs]) == ("Results", ["job-1"])


def test_nothing_is_offered_beside_two_jobs_until_somebody_chooses(harbor: Organization) -> None:
    add(harbor, 1)
    add(harbor, 2)
    add(harbor, 3)
    assert both(harbor).offers == []
    assert compare(harbor, a="job-1", b="job-2", side="a").offers
