"""What is sent again, and what is not: a job submitted twice would train twice."""

from __future__ import annotations

import pytest
from grpc import StatusCode

from jobs import viam
from jobs.viam import methods
from jobs.viam.errors import NotSent, Unavailable
from protos import app_pb2, ml_training_pb2
from tests.viam.every_call import READS, WRITES
from tests.viam.relay import Relay
from tests.viam.small_cloud import Refusal, SmallCloud

AWAY = Refusal(StatusCode.UNAVAILABLE, "upstream connect error")


@pytest.fixture(autouse=True)
def brief_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jobs.viam.session.PAUSES", (0.01, 0.02))


def test_every_call_is_named_here() -> None:
    table = [value for value in vars(methods).values() if isinstance(value, methods.Method)]
    assert {method.name for method in table if method.is_read} == {"Authenticate", *READS}
    assert {method.name for method in table if not method.is_read} == set(WRITES)


@pytest.mark.parametrize("name", READS)
def test_a_read_is_tried_three_times(small_cloud: SmallCloud, client: viam.Cloud, name: str) -> None:
    small_cloud.reply(name, AWAY)
    with pytest.raises(Unavailable, match="upstream connect error"):
        READS[name](client)
    assert small_cloud.count(name) == 3


def test_a_read_succeeds_at_its_third_attempt(small_cloud: SmallCloud, client: viam.Cloud) -> None:
    acme = app_pb2.ListOrganizationsResponse(organizations=[app_pb2.Organization(id="o-1")])
    small_cloud.reply("ListOrganizations", AWAY, AWAY, acme)
    assert [organization.id for organization in client.list_organizations()] == ["o-1"]


def test_sign_in_is_tried_three_times(small_cloud: SmallCloud, client: viam.Cloud) -> None:
    small_cloud.reply("Authenticate", AWAY)
    with pytest.raises(NotSent):
        client.cancel_job("o-1", "j-1")
    assert (small_cloud.count("Authenticate"), small_cloud.count("CancelTrainingJob")) == (3, 0)


@pytest.mark.parametrize("code", [StatusCode.INTERNAL, StatusCode.UNKNOWN, StatusCode.ABORTED], ids=lambda c: c.name)
def test_other_failures_are_final(small_cloud: SmallCloud, client: viam.Cloud, code: StatusCode) -> None:
    small_cloud.reply("GetTrainingJob", Refusal(code))
    with pytest.raises(Unavailable):
        client.get_job("j-1")
    assert small_cloud.count("GetTrainingJob") == 1


@pytest.mark.parametrize("name", WRITES)
def test_a_write_is_sent_once(small_cloud: SmallCloud, client: viam.Cloud, name: str) -> None:
    small_cloud.reply(name, AWAY)
    with pytest.raises(Unavailable, match="upstream connect error"):
        WRITES[name](client)
    assert small_cloud.count(name) == 1


@pytest.mark.parametrize("name", WRITES)
def test_a_write_whose_answer_is_lost_was_done_once(
    small_cloud: SmallCloud, relayed: viam.Cloud, relay: Relay, name: str
) -> None:
    def done_and_lost(_: object) -> Refusal:
        relay.cut()
        return AWAY

    small_cloud.reply(name, done_and_lost)
    with pytest.raises(Unavailable):
        WRITES[name](relayed)
    assert small_cloud.count(name) == 1


def test_a_read_survives_a_broken_connection(small_cloud: SmallCloud, relayed: viam.Cloud, relay: Relay) -> None:
    def lost(_: object) -> Refusal:
        relay.cut()
        return AWAY

    job = ml_training_pb2.GetTrainingJobResponse(metadata=ml_training_pb2.TrainingJobMetadata(id="j-1"))
    small_cloud.reply("GetTrainingJob", lost, job)
    assert relayed.get_job("j-1").id == "j-1"
    assert relay.connections == 2
