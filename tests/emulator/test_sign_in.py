"""An API key becomes a bearer token, and nothing else opens the door."""

import base64
import json

import grpc
import pytest

from emulator.server import Emulator
from emulator.world.tenants import DEMO_KEY, DEMO_KEY_ID, OTHER_KEY
from protos import app_pb2, app_pb2_grpc, auth_pb2, auth_pb2_grpc
from tests.emulator.people import Person, StoppedClock, authenticate, refusal

LIST = app_pb2.ListOrganizationsRequest()


def claims_of(token: str) -> dict[str, object]:
    payload = token.split(".")[1]
    claims: dict[str, object] = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return claims


def test_the_right_key_gets_a_token_without_expiry(channel: grpc.Channel) -> None:
    claims = claims_of(authenticate(channel, DEMO_KEY_ID, DEMO_KEY))
    assert claims["sub"] == DEMO_KEY_ID
    assert "exp" not in claims


def test_every_sign_in_gives_another_token(channel: grpc.Channel) -> None:
    assert authenticate(channel, DEMO_KEY_ID, DEMO_KEY) != authenticate(channel, DEMO_KEY_ID, DEMO_KEY)


@pytest.mark.parametrize("key", ["", "wrong", OTHER_KEY, "schlüssel"])
def test_a_wrong_key_is_denied(channel: grpc.Channel, key: str) -> None:
    code, details = refusal(authenticate, channel, DEMO_KEY_ID, key)
    assert code == grpc.StatusCode.PERMISSION_DENIED
    assert details.startswith("failed to authenticate: ")


def test_a_key_for_an_unknown_id_is_denied(channel: grpc.Channel) -> None:
    assert refusal(authenticate, channel, "no-such-id", DEMO_KEY).code == grpc.StatusCode.PERMISSION_DENIED


def test_a_wrong_key_may_be_unauthenticated_instead(emulator: Emulator, channel: grpc.Channel) -> None:
    emulator.faults.wrong_key_code = grpc.StatusCode.UNAUTHENTICATED
    assert refusal(authenticate, channel, DEMO_KEY_ID, "wrong").code == grpc.StatusCode.UNAUTHENTICATED


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("robot-secret", grpc.StatusCode.UNIMPLEMENTED),
        ("password", grpc.StatusCode.INVALID_ARGUMENT),
        ("", grpc.StatusCode.INVALID_ARGUMENT),
    ],
)
def test_other_credentials_are_refused(channel: grpc.Channel, kind: str, code: grpc.StatusCode) -> None:
    assert refusal(authenticate, channel, DEMO_KEY_ID, DEMO_KEY, kind).code == code


def test_no_credentials_are_refused(channel: grpc.Channel) -> None:
    request = auth_pb2.AuthenticateRequest(entity=DEMO_KEY_ID)
    call = auth_pb2_grpc.AuthServiceStub(channel).Authenticate
    assert refusal(call, request).code == grpc.StatusCode.INVALID_ARGUMENT


def test_who_is_signed_in_cannot_sign_in(channel: grpc.Channel) -> None:
    call = auth_pb2_grpc.AuthServiceStub(channel).Authenticate
    refused = refusal(call, auth_pb2.AuthenticateRequest(), metadata=(("authorization", "Bearer x"),))
    assert refused == (grpc.StatusCode.INVALID_ARGUMENT, "already authenticated")


@pytest.mark.parametrize("header", ["{}", "bearer {}", "Basic {}", "Bearer {}x", "Bearer  {}", "Bearer "])
def test_a_call_needs_a_real_token(channel: grpc.Channel, ada: Person, header: str) -> None:
    call = app_pb2_grpc.AppServiceStub(channel).ListOrganizations
    refused = refusal(call, LIST, metadata=(("authorization", header.format(ada.token)),))
    assert refused.code == grpc.StatusCode.UNAUTHENTICATED


@pytest.mark.parametrize("count", [0, 2])
def test_a_call_needs_exactly_one_token(channel: grpc.Channel, ada: Person, count: int) -> None:
    metadata = (("authorization", f"Bearer {ada.token}"),) * count
    refused = refusal(app_pb2_grpc.AppServiceStub(channel).ListOrganizations, LIST, metadata=metadata)
    assert refused == (grpc.StatusCode.UNAUTHENTICATED, "authentication required")


def test_a_revoked_token_is_worth_nothing(emulator: Emulator, ada: Person) -> None:
    emulator.revoke_tokens()
    assert refusal(ada.app.ListOrganizations, LIST).code == grpc.StatusCode.UNAUTHENTICATED


def test_tokens_may_be_made_to_expire(clock: StoppedClock) -> None:
    with Emulator(jobs=0, clock=clock, token_life=600) as emulator, grpc.insecure_channel(emulator.address) as channel:
        ada = Person(channel, authenticate(channel, DEMO_KEY_ID, DEMO_KEY), clock)
        assert claims_of(ada.token)["exp"] == int(clock()) + 600
        clock.wait(600)
        assert "expired" in refusal(ada.app.ListOrganizations, LIST).details
