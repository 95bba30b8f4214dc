"""No call waits for ever."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from time import monotonic, sleep

import pytest
from grpc import StatusCode

from jobs import viam
from jobs.viam import methods
from jobs.viam.errors import CloudError, TimedOut, Unavailable
from jobs.viam.session import Budget
from protos import auth_pb2
from tests.viam.every_call import READS, WRITES
from tests.viam.small_cloud import Refusal, SmallCloud

SECONDS = dict.fromkeys(READS, 5.0) | {"ListTrainingJobs": 10.0} | dict.fromkeys(WRITES, 15.0)


def about(seconds: float) -> object:
    """What is left of so many when the cloud hears of the call: on a busy machine that comes late."""
    return pytest.approx(seconds - 0.9, abs=1.0)


@pytest.mark.parametrize("name", SECONDS)
def test_every_call_carries_its_deadline(small_cloud: SmallCloud, client: viam.Cloud, name: str) -> None:
    with suppress(CloudError):
        (READS | WRITES)[name](client)
    seconds = next(call.seconds for call in small_cloud.seen if call.name == name)
    assert seconds == about(SECONDS[name])


def test_sign_in_has_a_deadline_of_its_own(small_cloud: SmallCloud, client: viam.Cloud) -> None:
    client.cancel_job("o-1", "j-1")
    assert small_cloud.seen[0].seconds == about(5)


def test_a_longer_list_may_take_longer(small_cloud: SmallCloud, client: viam.Cloud) -> None:
    client.list_jobs("o-1", expected=30_000)
    assert small_cloud.seen[-1].seconds == about(13)


def test_a_late_answer_is_not_waited_for(
    small_cloud: SmallCloud, client: viam.Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(methods, "GET_JOB", replace(methods.GET_JOB, seconds=0.2))
    small_cloud.reply("GetTrainingJob", lambda _: small_cloud.pause(60))
    started = monotonic()
    with pytest.raises(TimedOut):
        client.get_job("j-1")
    assert monotonic() - started < 30


def test_attempts_share_one_deadline(
    small_cloud: SmallCloud, client: viam.Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(methods, "GET_JOB", replace(methods.GET_JOB, seconds=0.05))
    small_cloud.reply("GetTrainingJob", Refusal(StatusCode.UNAVAILABLE))
    with pytest.raises(Unavailable):
        client.get_job("j-1")
    assert small_cloud.count("GetTrainingJob") == 1


def test_pauses_count_as_well(small_cloud: SmallCloud, client: viam.Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(methods, "GET_JOB", replace(methods.GET_JOB, seconds=0.45))
    monkeypatch.setattr("jobs.viam.session.PAUSES", (0.3, 0.3))
    small_cloud.reply("GetTrainingJob", Refusal(StatusCode.UNAVAILABLE))
    with pytest.raises(Unavailable):
        client.get_job("j-1")
    assert small_cloud.count("GetTrainingJob") == 2


def test_signing_in_does_not_use_up_the_call(
    small_cloud: SmallCloud, client: viam.Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slowly(_: object) -> auth_pb2.AuthenticateResponse:
        small_cloud.pause(0.5)
        return small_cloud.new_token()

    monkeypatch.setattr(methods, "LIST_ORGANIZATIONS", replace(methods.LIST_ORGANIZATIONS, seconds=0.4))
    small_cloud.reply("Authenticate", slowly)
    assert client.list_organizations() == []


def test_a_spent_budget_is_no_negative_time() -> None:
    budget = Budget(0.01)
    with budget.spending():
        sleep(0.02)
    with budget.spending() as seconds:
        assert seconds == 0.0
