"""Signing in: once for everybody, again when the token is refused, and then no more."""

from __future__ import annotations

import threading
import tomllib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import sleep
from typing import Any

import pytest
from grpc import StatusCode

from jobs import viam
from jobs.viam import session
from jobs.viam.auth import SharedToken, Token
from jobs.viam.errors import CloudError, Forbidden, Refused, Unavailable
from jobs.viam.failures import Failure
from protos import auth_pb2
from tests.viam.conftest import KEY
from tests.viam.small_cloud import Refusal, SmallCloud

THREADS = 8


def test_sign_in_sends_the_key_and_no_authorization(small_cloud: SmallCloud, client: viam.Cloud) -> None:
    client.list_organizations()
    signed_in = small_cloud.seen[0]
    assert signed_in.message.entity == KEY.key_id
    assert (signed_in.message.credentials.type, signed_in.message.credentials.payload) == ("api-key", KEY.key)
    assert "authorization" not in signed_in.metadata


def test_calls_carry_the_token_and_who_we_are(small_cloud: SmallCloud, client: viam.Cloud) -> None:
    client.list_organizations()
    metadata = small_cloud.seen[-1].metadata
    assert metadata["authorization"] == f"Bearer {next(iter(small_cloud.tokens))}"
    ours = tomllib.loads(Path("pyproject.toml").read_text())["project"]["version"]
    assert metadata["viam_client"] == f"trainyard;v{ours};v0.1.601"


def test_one_sign_in_serves_all_callers(small_cloud: SmallCloud, client: viam.Cloud) -> None:
    small_cloud.reply("Authenticate", _slowly_sign_in(small_cloud))
    assert _at_once(client.list_organizations) == [[]] * THREADS
    assert small_cloud.count("Authenticate") == 1


def test_an_expired_token_costs_one_sign_in_and_nobody_notices(small_cloud: SmallCloud, client: viam.Cloud) -> None:
    client.list_organizations()
    small_cloud.expire_tokens()
    assert _at_once(client.list_organizations) == [[]] * THREADS
    assert small_cloud.count("Authenticate") == 2
    assert small_cloud.count("ListOrganizations") <= 1 + 2 * THREADS


def test_callers_share_the_refusal_they_waited_for(small_cloud: SmallCloud, client: viam.Cloud) -> None:
    small_cloud.reply("Authenticate", _slowly(small_cloud, Refusal(StatusCode.UNAUTHENTICATED, "no such key")))
    outcomes = _at_once(client.list_organizations)
    assert [type(outcome) for outcome in outcomes] == [Refused] * THREADS
    assert small_cloud.count("Authenticate") == 1


def test_a_refusal_is_not_remembered(small_cloud: SmallCloud, client: viam.Cloud) -> None:
    small_cloud.reply("Authenticate", Refusal(StatusCode.UNAUTHENTICATED), _slowly_sign_in(small_cloud))
    with pytest.raises(Refused):
        client.list_organizations()
    assert client.list_organizations() == []


def test_a_second_refusal_ends_it(small_cloud: SmallCloud, client: viam.Cloud) -> None:
    small_cloud.reply("ListOrganizations", Refusal(StatusCode.UNAUTHENTICATED, "unauthenticated"))
    with pytest.raises(Refused):
        client.list_organizations()
    assert (small_cloud.count("Authenticate"), small_cloud.count("ListOrganizations")) == (2, 2)


def test_a_role_that_was_given_stands_in_the_next_token(small_cloud: SmallCloud, client: viam.Cloud) -> None:
    """It took effect when the process was started anew."""
    client.list_organizations()
    small_cloud.reply("ListTrainingJobs", _owners_of_the_second_token(small_cloud))
    assert client.list_jobs("o-1") == []
    assert (small_cloud.count("Authenticate"), small_cloud.count("ListTrainingJobs")) == (2, 2)


def test_a_missing_right_signs_in_anew_once_a_minute(
    small_cloud: SmallCloud, client: viam.Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    small_cloud.reply("ListOrganizations", Refusal(StatusCode.PERMISSION_DENIED, "not an owner"))
    for _ in range(3):
        with pytest.raises(Forbidden, match="not an owner"):
            client.list_organizations()
    assert (small_cloud.count("Authenticate"), small_cloud.count("ListOrganizations")) == (2, 4)
    monkeypatch.setattr(session, "BETWEEN_DENIALS", 0.0)
    with pytest.raises(Forbidden):
        client.list_organizations()
    assert (small_cloud.count("Authenticate"), small_cloud.count("ListOrganizations")) == (3, 6)


def test_a_key_that_was_taken_away_is_found_out_by_a_denial(small_cloud: SmallCloud, client: viam.Cloud) -> None:
    client.list_organizations()
    small_cloud.reply("ListTrainingJobs", Refusal(StatusCode.PERMISSION_DENIED, "no"))
    small_cloud.reply("Authenticate", Refusal(StatusCode.PERMISSION_DENIED, "failed to authenticate"))
    with pytest.raises(Refused, match="failed to authenticate"):
        client.list_jobs("o-1")


def _owners_of_the_second_token(cloud: SmallCloud) -> Callable[[Any], Refusal | None]:
    def answer(_: Any) -> Refusal | None:
        return None if cloud.count("Authenticate") > 1 else Refusal(StatusCode.PERMISSION_DENIED, "not an owner")

    return answer


@pytest.mark.parametrize("token", ["", "line\nbreak", "umläut"])
def test_a_token_that_cannot_be_sent(small_cloud: SmallCloud, client: viam.Cloud, token: str) -> None:
    small_cloud.reply("Authenticate", auth_pb2.AuthenticateResponse(access_token=token))
    with pytest.raises(Unavailable, match="no usable token"):
        client.list_organizations()


def test_a_token_that_was_replaced_is_not_dropped() -> None:
    tokens = iter([Token("first"), Token("second")])
    shared = SharedToken(lambda: next(tokens))
    first = shared.current()
    assert isinstance(first, Token)
    shared.drop(first)
    second = shared.current()
    shared.drop(first)
    assert shared.current() is second


def test_an_interrupted_sign_in_leaves_nobody_waiting() -> None:
    def interrupted() -> Token | Failure:
        sleep(0.2)
        raise KeyboardInterrupt

    shared = SharedToken(interrupted)
    with ThreadPoolExecutor(2) as pool:
        first, second = pool.submit(shared.current), pool.submit(shared.current)
    assert isinstance(first.exception(), KeyboardInterrupt)
    assert isinstance(second.result(), Failure)


def test_after_an_interrupted_sign_in_the_next_one_begins_anew() -> None:
    token = Token("next")
    attempts: Iterator[Callable[[], Token]] = iter([_interrupt, lambda: token])
    shared = SharedToken(lambda: next(attempts)())
    with pytest.raises(KeyboardInterrupt):
        shared.current()
    assert shared.current() is token


def _interrupt() -> Token:
    raise KeyboardInterrupt


def _at_once(call: Callable[[], Any]) -> list[Any]:
    """What the call gives to each of eight threads that start together: a result or a CloudError."""
    start = threading.Barrier(THREADS)

    def one(_: int) -> Any:
        start.wait(30)
        try:
            return call()
        except CloudError as error:
            return error

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(one, range(THREADS)))


def _slowly(cloud: SmallCloud, reply: Refusal) -> Callable[[Any], Refusal]:
    def answer(_: Any) -> Refusal:
        cloud.pause(0.3)
        return reply

    return answer


def _slowly_sign_in(cloud: SmallCloud) -> Callable[[Any], auth_pb2.AuthenticateResponse]:
    def answer(_: Any) -> auth_pb2.AuthenticateResponse:
        cloud.pause(0.3)
        return cloud.new_token()

    return answer
