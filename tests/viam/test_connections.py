"""The connection: made late, shared, remade when it hangs, closed when its key goes."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from jobs import viam
from jobs.domain import Credentials
from jobs.viam import methods
from jobs.viam.errors import TimedOut
from jobs.viam.session import session_for
from protos import app_pb2
from tests.viam.conftest import KEY
from tests.viam.relay import Relay
from tests.viam.small_cloud import Held, SmallCloud


@pytest.fixture
def brief_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(methods, "LIST_ORGANIZATIONS", replace(methods.LIST_ORGANIZATIONS, seconds=0.3))


def test_to_connect_costs_no_connection(relayed: viam.Cloud, relay: Relay) -> None:
    assert relay.connections == 0
    relayed.list_organizations()
    assert relay.connections == 1


def test_clients_of_one_key_share_connection_and_token(small_cloud: SmallCloud, relay: Relay) -> None:
    for _ in range(3):
        viam.connect(relay.endpoint, KEY).list_organizations()
    assert (relay.connections, small_cloud.count("Authenticate")) == (1, 1)


def test_another_value_of_the_same_key_is_another_connection(relayed: viam.Cloud, relay: Relay) -> None:
    rotated = Credentials(KEY.key_id, "the-rotated-key")
    relayed.list_organizations()
    viam.connect(relay.endpoint, rotated).list_organizations()
    viam.forget(relay.endpoint, rotated)
    assert relay.connections == 2


@pytest.mark.usefixtures("brief_reads")
def test_a_frozen_connection_is_left_after_two_deadlines(relayed: viam.Cloud, relay: Relay) -> None:
    relayed.list_organizations()
    relay.freeze()
    for _ in range(2):
        with pytest.raises(TimedOut):
            relayed.list_organizations()
    assert relayed.list_organizations() == []
    assert relay.connections == 2


@pytest.mark.usefixtures("brief_reads")
def test_one_slow_answer_is_no_reason_to_leave(small_cloud: SmallCloud, relayed: viam.Cloud, relay: Relay) -> None:
    small_cloud.reply("ListOrganizations", lambda _: small_cloud.pause(1))
    for _ in range(2):
        with pytest.raises(TimedOut):
            relayed.list_organizations()
        relayed.cancel_job("o-1", "j-1")
    assert relay.connections == 1


@pytest.mark.usefixtures("brief_reads")
def test_a_call_under_way_outlives_the_connection_that_is_left(small_cloud: SmallCloud, relayed: viam.Cloud) -> None:
    held = Held()
    small_cloud.reply("CancelTrainingJob", held)
    small_cloud.reply("ListOrganizations", lambda _: small_cloud.pause(1))
    with ThreadPoolExecutor(1) as pool:
        write = pool.submit(relayed.cancel_job, "o-1", "j-1")
        assert held.has_arrived.wait(30)
        for _ in range(2):
            with pytest.raises(TimedOut):
                relayed.list_organizations()
        held.let_go.set()
    assert write.exception() is None


def test_a_forgotten_key_signs_in_again(small_cloud: SmallCloud, client: viam.Cloud) -> None:
    client.list_organizations()
    viam.forget(small_cloud.endpoint, KEY)
    client.list_organizations()
    assert small_cloud.count("Authenticate") == 2


def test_forgetting_closes_the_connection(relayed: viam.Cloud, relay: Relay) -> None:
    relayed.list_organizations()
    viam.forget(relay.endpoint, KEY)
    assert relay.was_closed.wait(30)


def test_a_line_still_held_by_somebody_works_and_leaves_nothing_open(relay: Relay) -> None:
    line = session_for(relay.endpoint, KEY)
    viam.forget(relay.endpoint, KEY)
    line.call(methods.LIST_ORGANIZATIONS, app_pb2.ListOrganizationsRequest())
    assert relay.was_closed.wait(30)


def test_forgetting_a_stranger_is_no_matter(small_cloud: SmallCloud) -> None:
    viam.forget(small_cloud.endpoint, Credentials("nobody", "nothing"))


def test_a_call_under_way_outlives_the_forgetting(small_cloud: SmallCloud, client: viam.Cloud) -> None:
    held = Held()
    small_cloud.reply("CancelTrainingJob", held)
    with ThreadPoolExecutor(1) as pool:
        write = pool.submit(client.cancel_job, "o-1", "j-1")
        assert held.has_arrived.wait(30)
        viam.forget(small_cloud.endpoint, KEY)
        held.let_go.set()
    assert write.exception() is None
