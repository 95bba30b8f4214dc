"""AuthService: an API key becomes a bearer token."""

import hmac

import grpc

from emulator.faults import Faults
from emulator.refusals import Refused, invalid, unimplemented
from emulator.tokens import Tokens, authorization
from emulator.world.tenants import KEYS, Key
from protos import auth_pb2, auth_pb2_grpc

# Credentials that Viam knows but does not exchange for a token in this way.
_OTHER_TYPES = frozenset({"robot-secret", "robot-location-secret", "external", "__internal", "access-token"})


class AuthService(auth_pb2_grpc.AuthServiceServicer):
    def __init__(self, tokens: Tokens, faults: Faults) -> None:
        self._tokens = tokens
        self._faults = faults

    def Authenticate(
        self, request: auth_pb2.AuthenticateRequest, context: grpc.ServicerContext
    ) -> auth_pb2.AuthenticateResponse:
        if authorization(context):
            raise invalid("already authenticated")
        _check_type(request)
        key = _key(request)
        if key is None:
            raise Refused(self._faults.wrong_key_code, "failed to authenticate: invalid credentials")
        return auth_pb2.AuthenticateResponse(access_token=self._tokens.issue(key))


def _check_type(request: auth_pb2.AuthenticateRequest) -> None:
    kind = request.credentials.type
    if not request.HasField("credentials"):
        raise invalid("credentials required")
    if kind in _OTHER_TYPES:
        raise unimplemented(f"direct authentication not supported for {kind}")
    if kind != "api-key":
        raise invalid(f"do not know how to handle credential type '{kind}'")


def _key(request: auth_pb2.AuthenticateRequest) -> Key | None:
    key = KEYS.get(request.entity)
    if key is None or not hmac.compare_digest(key.secret.encode(), request.credentials.payload.encode()):
        return None
    return key
