"""Whatever goes wrong, it is one of our errors, and it carries the cloud's words."""

from __future__ import annotations

import pytest
from grpc import StatusCode
from pytest_django import Settings

from jobs import viam
from jobs.domain import Credentials
from jobs.viam import errors
from protos import ml_training_pb2
from tests.viam.small_cloud import Refusal, SmallCloud

EXPECTED = {
    StatusCode.CANCELLED: errors.Abandoned,
    StatusCode.UNKNOWN: errors.Unavailable,
    StatusCode.INVALID_ARGUMENT: errors.Rejected,
    StatusCode.DEADLINE_EXCEEDED: errors.TimedOut,
    StatusCode.NOT_FOUND: errors.NotFound,
    StatusCode.ALREADY_EXISTS: errors.Rejected,
    StatusCode.PERMISSION_DENIED: errors.Forbidden,
    StatusCode.RESOURCE_EXHAUSTED: errors.Limited,
    StatusCode.FAILED_PRECONDITION: errors.Rejected,
    StatusCode.ABORTED: errors.Unavailable,
    StatusCode.OUT_OF_RANGE: errors.Rejected,
    StatusCode.UNIMPLEMENTED: errors.NotOffered,
    StatusCode.INTERNAL: errors.Unavailable,
    StatusCode.UNAVAILABLE: errors.Unavailable,
    StatusCode.DATA_LOSS: errors.Unavailable,
    StatusCode.UNAUTHENTICATED: errors.Refused,
}
AT_SIGN_IN = {
    StatusCode.UNAUTHENTICATED: errors.Refused,
    StatusCode.PERMISSION_DENIED: errors.Refused,
    StatusCode.INVALID_ARGUMENT: errors.Refused,
    StatusCode.NOT_FOUND: errors.Refused,
    StatusCode.FAILED_PRECONDITION: errors.Refused,
    StatusCode.UNAVAILABLE: errors.Unavailable,
}


def test_every_code_has_its_error() -> None:
    assert set(EXPECTED) == set(StatusCode) - {StatusCode.OK}


@pytest.mark.parametrize("code", EXPECTED, ids=lambda code: code.name)
def test_a_code_becomes_its_error(small_cloud: SmallCloud, client: viam.Cloud, code: StatusCode) -> None:
    small_cloud.reply("GetTrainingJob", Refusal(code, "so it is"))
    with pytest.raises(errors.CloudError, match="so it is") as caught:
        client.get_job("j-1")
    assert type(caught.value) is EXPECTED[code]
    assert caught.value.words == "so it is"


@pytest.mark.parametrize("code", AT_SIGN_IN, ids=lambda code: code.name)
def test_a_code_at_sign_in(small_cloud: SmallCloud, client: viam.Cloud, code: StatusCode) -> None:
    small_cloud.reply("Authenticate", Refusal(code, "failed to authenticate"))
    with pytest.raises(errors.CloudError, match="failed to authenticate") as caught:
        client.get_job("j-1")
    assert type(caught.value) is AT_SIGN_IN[code]


def test_a_failure_without_words_says_a_sentence(small_cloud: SmallCloud, client: viam.Cloud) -> None:
    small_cloud.reply("GetTrainingJob", Refusal(StatusCode.NOT_FOUND))
    with pytest.raises(errors.NotFound, match=errors.NotFound.sentence):
        client.get_job("j-1")


def test_twelve_thousand_jobs_come_through(small_cloud: SmallCloud, client: viam.Cloud) -> None:
    answer = _many_jobs(12_000)
    assert answer.ByteSize() > 4 * 2**20
    small_cloud.reply("ListTrainingJobs", answer)
    assert len(client.list_jobs("o-1", expected=12_000)) == 12_000


def test_an_answer_past_the_limit_names_the_setting(small_cloud: SmallCloud, settings: Settings) -> None:
    settings.VIAM_RECEIVE_LIMIT_MIB = 1
    small_cloud.reply("ListTrainingJobs", _many_jobs(4_000))
    with pytest.raises(errors.TooLarge, match="VIAM_RECEIVE_LIMIT_MIB"):
        viam.connect(small_cloud.endpoint, Credentials("id", "of-a-new-connection")).list_jobs("o-1")


def _many_jobs(count: int) -> ml_training_pb2.ListTrainingJobsResponse:
    jobs = [ml_training_pb2.TrainingJobMetadata(id=f"{number:024x}", model_name="m" * 350) for number in range(count)]
    return ml_training_pb2.ListTrainingJobsResponse(jobs=jobs)
