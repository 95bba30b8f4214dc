"""Messages -> our words, when the messages are not what one would wish."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from google.rpc.status_pb2 import Status

from jobs.domain import JobStatus, ModelFramework, ModelType
from jobs.viam import catalogue_messages
from jobs.viam import messages as messages_
from protos import app_pb2, dataset_pb2, ml_training_pb2, packages_pb2

Job = ml_training_pb2.TrainingJobMetadata
NOON = Timestamp(seconds=1_767_268_800, nanos=123_456_789)
EARLIER = Timestamp(seconds=NOON.seconds - 60)
SCRIPT = packages_pb2.PACKAGE_TYPE_ML_TRAINING
FULL = Job(
    id="j-1",
    organization_id="o-1",
    status=ml_training_pb2.TRAINING_STATUS_FAILED,
    created_on=EARLIER,
    last_modified=NOON,
    training_started=EARLIER,
    training_ended=NOON,
    model_name="fruit",
    model_version="v1",
    model_type=ml_training_pb2.MODEL_TYPE_OBJECT_DETECTION,
    model_framework=ml_training_pb2.MODEL_FRAMEWORK_ONNX,
    is_custom_job=True,
    dataset_id="d-1",
    tags=["apple"],
    registry_item_id="acme:yolo",
    registry_item_version="7",
    container_version="tf:2.16",
    container_id="c-1",
    arguments={"epochs": "3"},
    deployment_modular_resources=["r-1"],
    synced_model_id="m-1",
    error_status=Status(code=9, message="too few images"),
)


def test_a_job_and_its_model() -> None:
    job = messages_.job_from(FULL)
    assert (job.id, job.organization_id, job.status) == ("j-1", "o-1", JobStatus.FAILED)
    assert (job.model_name, job.model_version, job.synced_model_id) == ("fruit", "v1", "m-1")
    assert (job.model_type, job.model_framework) == (ModelType.OBJECT_DETECTION, ModelFramework.ONNX)


def test_what_a_job_is_made_from() -> None:
    job = messages_.job_from(FULL)
    assert (job.is_custom, job.dataset_id, job.script_id, job.script_version) == (True, "d-1", "acme:yolo", "7")
    assert (job.container_version, job.container_id) == ("tf:2.16", "c-1")
    assert (job.labels, job.arguments, job.resources) == (("apple",), {"epochs": "3"}, ("r-1",))


def test_the_times_of_a_job_are_in_utc() -> None:
    job = messages_.job_from(FULL)
    noon, earlier = datetime(2026, 1, 1, 12, 0, 0, 123456, UTC), datetime(2026, 1, 1, 11, 59, tzinfo=UTC)
    assert (job.created_on, job.training_started) == (earlier, earlier)
    assert (job.last_modified, job.training_ended) == (noon, noon)


def test_why_a_job_failed() -> None:
    job = messages_.job_from(FULL)
    assert (job.error_code, job.error_message) == (9, "too few images")


def test_an_empty_job() -> None:
    job = messages_.job_from(Job())
    assert (job.created_on, job.last_modified, job.training_started, job.training_ended) == (None, None, None, None)
    assert (job.status, job.error_code, job.error_message) == (JobStatus.UNSPECIFIED, None, "")


def test_an_error_with_code_zero_is_an_error() -> None:
    job = messages_.job_from(Job(id="j-1", error_status=Status(message="strange")))
    assert (job.error_code, job.error_message) == (0, "strange")


@pytest.mark.parametrize(
    "lie",
    [
        Timestamp(),
        Timestamp(nanos=5),
        Timestamp(seconds=-1),
        Timestamp(seconds=-62_135_596_800),
        Timestamp(seconds=1, nanos=-1),
        Timestamp(seconds=1, nanos=1_000_000_000),
        Timestamp(seconds=946_684_799, nanos=999_999_999),
        Timestamp(seconds=7_258_118_400),
        Timestamp(seconds=253_402_300_800),
        Timestamp(seconds=2**63 - 1),
    ],
    ids=lambda stamp: f"{stamp.seconds}.{stamp.nanos}",
)
def test_a_time_that_cannot_be_is_no_time(lie: Timestamp) -> None:
    assert messages_.job_from(Job(id="j-1", created_on=lie)).created_on is None


def test_the_last_time_that_can_be() -> None:
    message = Job(id="j-1", created_on=Timestamp(seconds=7_258_118_399, nanos=999_999_999))
    assert messages_.job_from(message).created_on == datetime(2199, 12, 31, 23, 59, 59, 999_999, UTC)


def test_the_first_time_that_can_be() -> None:
    message = Job(id="j-1", created_on=Timestamp(seconds=946_684_800))
    assert messages_.job_from(message).created_on == datetime(2000, 1, 1, tzinfo=UTC)


def test_numbers_that_do_not_exist_yet() -> None:
    job = messages_.job_from(Job(id="j-1", status=9, model_type=7, model_framework=12))  # type: ignore[arg-type]
    labels = (job.status.label, job.model_type.label, job.model_framework.label)
    assert labels == ("Unknown (9)", "Unknown (7)", "Unknown (12)")


def test_no_nul_reaches_a_database() -> None:
    message = Job(id="j\0", model_name="\0", tags=["a\0b"], arguments={"k\0": "\0v"})
    message.error_status.message = "no\0"
    job = messages_.job_from(message)
    assert (job.id, job.model_name, job.labels, job.error_message) == ("j\ufffd", "\ufffd", ("a\ufffdb",), "no\ufffd")
    assert job.arguments == {"k\ufffd": "\ufffdv"}


def test_a_job_without_an_id_is_dropped(caplog: pytest.LogCaptureFixture) -> None:
    assert [job.id for job in messages_.jobs_from([Job(), Job(id="j-1")], "o-1")] == ["j-1"]
    assert "1 jobs came without an id" in caplog.text


def test_a_job_of_another_organization_is_dropped(caplog: pytest.LogCaptureFixture) -> None:
    foreign = Job(id="j-2", organization_id="o-2", model_name="secret plan")
    assert [job.id for job in messages_.jobs_from([Job(id="j-1", organization_id="o-1"), foreign], "o-1")] == ["j-1"]
    assert "of another organization, dropped: ['j-2']" in caplog.text
    assert "secret plan" not in caplog.text


def test_a_thousand_odd_jobs_are_one_line(caplog: pytest.LogCaptureFixture) -> None:
    assert messages_.jobs_from([Job(id=f"j-{number}", organization_id="o-2") for number in range(1000)], "o-1") == []
    assert len(caplog.records) == 1
    assert len(caplog.text) < 500


@pytest.mark.parametrize("turn", [1, -1])
def test_of_twins_the_later_modified_one_counts(caplog: pytest.LogCaptureFixture, turn: int) -> None:
    twins = [
        Job(id="j-1", last_modified=EARLIER, status=ml_training_pb2.TRAINING_STATUS_PENDING),
        Job(id="j-1", last_modified=NOON, status=ml_training_pb2.TRAINING_STATUS_IN_PROGRESS),
        Job(id="j-1", status=ml_training_pb2.TRAINING_STATUS_PENDING),
    ][::turn]
    assert [job.status for job in messages_.jobs_from(twins, "o-1")] == [JobStatus.IN_PROGRESS]
    assert "came twice, the later modified one counts: ['j-1'" in caplog.text


def test_log_lines_keep_their_order_and_may_have_no_time() -> None:
    lines = [
        ml_training_pb2.TrainingJobLogEntry(level="error", time=NOON, message="b\0"),
        ml_training_pb2.TrainingJobLogEntry(message="a"),
    ]
    page = messages_.log_page_from(ml_training_pb2.GetTrainingJobLogsResponse(logs=lines))
    assert [(line.level, line.message) for line in page.lines] == [("error", "b\ufffd"), ("", "a")]
    assert page.lines[1].time is None
    assert page.next_token == ""


def test_datasets_of_another_organization_are_left_out() -> None:
    messages = [
        dataset_pb2.Dataset(id=name, organization_id=of) for name, of in (("a", "o-1"), ("b", "o-2"), ("c", ""))
    ]
    assert [dataset.id for dataset in catalogue_messages.datasets_from(messages, "o-1")] == ["a", "c"]


def test_versions_of_a_script_newest_first() -> None:
    versions = [
        app_pb2.MLTrainingVersion(version="undated"),
        app_pb2.MLTrainingVersion(version="old", created_on=EARLIER),
        app_pb2.MLTrainingVersion(version="new", created_on=NOON),
    ]
    item = app_pb2.RegistryItem(item_id="a:b", ml_training_metadata=app_pb2.MLTrainingMetadata(versions=versions))
    assert catalogue_messages.script_from(item).versions == ("new", "old", "undated")


def test_drafts_of_others_are_left_out() -> None:
    draft = app_pb2.MLTrainingMetadata(draft=True)
    items = [
        app_pb2.RegistryItem(item_id=f"{of}:x", organization_id=of, type=SCRIPT, ml_training_metadata=draft)
        for of in ("o-1", "o-2")
    ]
    assert [script.id for script in catalogue_messages.scripts_from(items, "o-1")] == ["o-1:x"]


def test_other_things_of_the_registry_are_left_out() -> None:
    model = app_pb2.RegistryItem(item_id="o-1:x", organization_id="o-1", type=packages_pb2.PACKAGE_TYPE_ML_MODEL)
    assert catalogue_messages.scripts_from([model, app_pb2.RegistryItem(type=SCRIPT)], "o-1") == []


def test_two_own_images_with_one_key_are_two_containers() -> None:
    images = [
        ml_training_pb2.Container(key="zoo:1", id=name, organization_id="o-1", eol=NOON) for name in ("c-1", "c-2")
    ]
    found = catalogue_messages.containers_from({}, images, "o-1")
    assert [(container.id, container.end_of_life is not None) for container in found] == [("c-1", True), ("c-2", True)]


@pytest.mark.parametrize(("words", "told"), [("Use y.", "Use y."), (" ", "No reason is given.")])
def test_a_deprecated_script_says_why(words: str, told: str) -> None:
    status = app_pb2.DeprecatedStatus(message=words)
    item = app_pb2.RegistryItem(item_id="o-1:x", organization_id="o-1", type=SCRIPT, deprecated_status=status)
    assert catalogue_messages.script_from(item).deprecated == told
    item.ClearField("deprecated_status")
    assert catalogue_messages.script_from(item).deprecated == ""
