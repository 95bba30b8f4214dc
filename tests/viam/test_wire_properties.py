"""Whatever the cloud may send: generated, not imagined."""

from __future__ import annotations

from google.protobuf.message import DecodeError
from google.protobuf.timestamp_pb2 import Timestamp
from google.rpc.status_pb2 import Status
from hypothesis import given, settings
from hypothesis import strategies as st

from jobs.domain import CloudJob
from jobs.viam import messages as messages_
from protos import ml_training_pb2

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
SMALL = st.integers(-(2**31), 2**31 - 1)
TIMES = st.builds(Timestamp, seconds=st.integers(-(2**63), 2**63 - 1) | st.integers(0, 2**33), nanos=SMALL)
JOBS = st.builds(
    ml_training_pb2.TrainingJobMetadata,
    **dict.fromkeys(("created_on", "last_modified", "training_started", "training_ended"), st.none() | TIMES),
    **dict.fromkeys(("status", "model_type", "model_framework"), SMALL),
    **dict.fromkeys(("id", "organization_id", "model_name", "registry_item_id", "synced_model_id"), TEXTS),
    **dict.fromkeys(("tags", "deployment_modular_resources"), st.lists(TEXTS, max_size=3)),
    arguments=st.dictionaries(TEXTS, TEXTS, max_size=3),
    error_status=st.none() | st.builds(Status, code=SMALL, message=TEXTS),
)


@settings(max_examples=150, deadline=None)
@given(JOBS)
def test_any_job_becomes_one_of_ours(message: ml_training_pb2.TrainingJobMetadata) -> None:
    job = messages_.job_from(message)
    assert isinstance(job, CloudJob)
    assert "\0" not in repr(job).replace("\\x00", "\0")
    assert job.status.label
    assert job.error_code == (message.error_status.code if message.HasField("error_status") else None)


@settings(max_examples=150, deadline=None)
@given(TIMES)
def test_a_time_is_exact_to_the_microsecond_or_none(stamp: Timestamp) -> None:
    moment = messages_.job_from(ml_training_pb2.TrainingJobMetadata(created_on=stamp)).created_on
    if moment is not None:
        assert (int(moment.timestamp()), moment.microsecond) == (stamp.seconds, stamp.nanos // 1000)


@settings(max_examples=150, deadline=None)
@given(st.lists(JOBS, max_size=5))
def test_a_list_names_each_job_once(messages: list[ml_training_pb2.TrainingJobMetadata]) -> None:
    ids = [job.id for job in messages_.jobs_from(messages, "o-1")]
    assert len(ids) == len(set(ids))
    assert "" not in ids


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_that_parse_become_one_of_ours(data: bytes) -> None:
    try:
        message = ml_training_pb2.TrainingJobMetadata.FromString(data)
    except DecodeError:
        return
    assert isinstance(messages_.job_from(message), CloudJob)
