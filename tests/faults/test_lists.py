"""Answers that are well-formed and wrong: jobs that vanish, come twice, belong to others, or lie about time."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from google.protobuf.timestamp_pb2 import Timestamp

from protos import ml_training_pb2
from tests.faults.cloud import HARBOR, TrainingJob, made_job
from tests.faults.conftest import Stage
from tests.faults.visitor import LIST
from tests.faults.watching import KNOWN_FOR_LONG, RECOVERY_SECONDS, job_ids, wait_for_job
from tests.installed import wait_until

COMPLETED = ml_training_pb2.TRAINING_STATUS_COMPLETED
NOTHING = ml_training_pb2.ListTrainingJobsResponse()
NEGATIVE = re.compile(r"[-−]\d+ ?(?:s|min|h|d)\b")


def test_a_list_that_shrinks_makes_tombstones_and_keeps_the_pages(stage: Stage) -> None:
    """Row 62: what the cloud no longer lists leaves the list within two intervals, and its page says so."""
    gone = f"b0{7:022x}"
    del stage.cloud.jobs[gone]
    wait_until(lambda: gone not in job_ids(stage.site))
    page = stage.visitor.get(f"{LIST}{gone}/")
    assert (page.status, "No longer in Viam since" in page.text) == (200, True)


def test_a_list_that_is_empty_once_loses_nothing(stage: Stage) -> None:
    """Row 61: the first answer without a job is doubted, and another one asked for."""
    stage.cloud.reply("ListTrainingJobs", NOTHING)
    wait_until(lambda: stage.site.organization("doubted_at"))
    stage.cloud.heal()
    wait_for_job(stage.visitor, stage.cloud.add_job().id, RECOVERY_SECONDS)
    assert job_ids(stage.site) >= KNOWN_FOR_LONG


def test_a_list_that_stays_empty_is_believed_and_the_pages_stay(stage: Stage) -> None:
    """Row 61: tombstones, which come back to life with the jobs."""
    stage.cloud.reply("ListTrainingJobs", NOTHING)
    wait_until(lambda: not job_ids(stage.site) & KNOWN_FOR_LONG)
    assert stage.visitor.get(f"{LIST}b0{9:022x}/").status == 200
    stage.cloud.heal()
    wait_until(lambda: job_ids(stage.site) >= KNOWN_FOR_LONG)


def test_a_job_that_comes_twice_is_one_job(stage: Stage) -> None:
    """Row 60: the later modified one counts; the log names it."""
    newcomer = stage.cloud.add_job(model_name="as-it-was")
    twin = TrainingJob()
    twin.CopyFrom(newcomer)
    twin.model_name = "as-it-is"
    twin.last_modified.seconds += 60
    stage.cloud.reply("ListTrainingJobs", _listed([twin, *stage.cloud.jobs.values()]))
    page = wait_for_job(stage.visitor, newcomer.id, RECOVERY_SECONDS)
    assert (page.jobs.count(newcomer.id), "as-it-is" in page.text, "as-it-was" in page.text) == (1, True, False)
    assert f"jobs came twice, the later modified one counts: ['{newcomer.id}']" in stage.site.said


def test_a_job_without_an_id_is_dropped(stage: Stage) -> None:
    """Row 60."""
    newcomer = stage.cloud.add_job()
    nameless = TrainingJob(organization_id=stage.cloud.organization, model_name="nameless")
    stage.cloud.reply("ListTrainingJobs", _listed([nameless, *stage.cloud.jobs.values()]))
    assert "nameless" not in wait_for_job(stage.visitor, newcomer.id, RECOVERY_SECONDS).text


def test_a_job_of_another_organization_is_never_shown(stage: Stage) -> None:
    """Row 20: the answer holds a neighbor's job."""
    newcomer, foreign = stage.cloud.add_job(), made_job(HARBOR, 999, model_name="not-for-bolt")
    stage.cloud.reply("ListTrainingJobs", _listed([foreign, *stage.cloud.jobs.values()]))
    page = wait_for_job(stage.visitor, newcomer.id, RECOVERY_SECONDS)
    assert "not-for-bolt" not in page.text
    assert stage.visitor.get(f"{LIST}{foreign.id}/").status == 404
    assert f"jobs came of another organization, dropped: ['{foreign.id}']" in stage.site.said


def test_a_status_that_nobody_knows_yet_is_shown_by_its_number(stage: Stage) -> None:
    """Row 58."""
    newcomer = stage.cloud.add_job()
    newcomer.status = 42  # type: ignore[assignment]
    page = wait_for_job(stage.visitor, newcomer.id, RECOVERY_SECONDS)
    assert "Unknown (42)" in page.text


LIES = {
    "none at all": TrainingJob(),
    "zero": TrainingJob(created_on=Timestamp(), last_modified=Timestamp()),
    "the year 9999": TrainingJob(
        created_on=Timestamp(seconds=253_402_300_799), last_modified=Timestamp(seconds=100_000_000_000)
    ),
    "before time": TrainingJob(created_on=Timestamp(seconds=-62_135_596_800), training_started=Timestamp(seconds=-1)),
    "too many nanos": TrainingJob(training_started=Timestamp(seconds=1_767_000_000, nanos=1_999_999_999)),
    "ended before it began": TrainingJob(
        created_on=Timestamp(seconds=1_767_000_300),
        training_started=Timestamp(seconds=1_767_000_200),
        training_ended=Timestamp(seconds=1_767_000_100),
    ),
}


@pytest.mark.parametrize("lie", LIES)
def test_a_job_that_lies_about_time_is_shown_and_has_a_page(stage: Stage, lie: str) -> None:
    """Row 59: no negative durations, no error."""
    liar = stage.cloud.add_job()
    for name in ("created_on", "last_modified", "training_started", "training_ended"):
        liar.ClearField(name)
    liar.MergeFrom(LIES[lie])
    wait_until(lambda: liar.id in job_ids(stage.site))
    page = stage.visitor.get(f"{LIST}{liar.id}/")
    assert (page.status, stage.visitor.get().status) == (200, 200)
    assert NEGATIVE.findall(page.text) == []


def test_a_job_that_was_modified_in_the_future_still_moves(stage: Stage) -> None:
    """Row 59: a stamp from next year hides no change of today."""
    liar = stage.cloud.add_job(status=ml_training_pb2.TRAINING_STATUS_IN_PROGRESS)
    liar.last_modified.FromDatetime(datetime.now(UTC) + timedelta(days=365))
    wait_until(lambda: liar.id in job_ids(stage.site))
    liar.status = COMPLETED
    liar.last_modified.GetCurrentTime()
    wait_until(lambda: stage.site.stored("SELECT status FROM jobs_job WHERE viam_id = ?", liar.id) == [(COMPLETED,)])


def _listed(jobs: list[TrainingJob]) -> ml_training_pb2.ListTrainingJobsResponse:
    return ml_training_pb2.ListTrainingJobsResponse(jobs=jobs)
