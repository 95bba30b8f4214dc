"""Bearer tokens: issued for an API key, looked at with every call, revoked by tests."""

import base64
import json
import secrets
from collections.abc import Callable
from threading import Lock

import grpc

from emulator.refusals import unauthenticated
from emulator.world.tenants import Key

SCHEME = "Bearer "


class Tokens:
    """The tokens in circulation. They look like Viam's JWTs and mean nothing but what is written down here."""

    def __init__(self, clock: Callable[[], float], life: float | None = None) -> None:
        """`life` in seconds; without it a token carries no expiry and lives until it is revoked."""
        self._clock = clock
        self._life = life
        self._lock = Lock()
        self._issued: dict[str, tuple[Key, float | None]] = {}

    def issue(self, key: Key) -> str:
        now = self._clock()
        expiry = None if self._life is None else now + self._life
        token = _jwt(key.id, now, expiry)
        with self._lock:
            self._issued[token] = (key, expiry)
        return token

    def revoke_all(self) -> None:
        with self._lock:
            self._issued.clear()

    def caller(self, context: grpc.ServicerContext) -> Key:
        """The key behind a call. Raises Refused (UNAUTHENTICATED) unless the call carries exactly one living token."""
        values = authorization(context)
        if len(values) != 1:
            raise unauthenticated("authentication required")
        if not values[0].startswith(SCHEME):
            raise unauthenticated("expected Authorization: Bearer")
        with self._lock:
            key, expiry = self._issued.get(values[0].removeprefix(SCHEME), (None, None))
        if key is None:
            raise unauthenticated("unauthenticated: token is not valid")
        if expiry is not None and expiry <= self._clock():
            raise unauthenticated("unauthenticated: token has expired")
        return key


def authorization(context: grpc.ServicerContext) -> list[str]:
    """The values of all `authorization` headers of a call."""
    return [str(value) for name, value in context.invocation_metadata() if name == "authorization"]


def _jwt(subject: str, issued: float, expiry: float | None) -> str:
    header = {"alg": "RS256", "kid": "emulator", "typ": "JWT"}
    claims = {
        "sub": subject,
        "aud": ["app.viam.com"],
        "iss": "https://app.viam.com",
        "iat": int(issued),
        "jti": secrets.token_hex(16),
        "rpc_creds_type": "api-key",
    }
    if expiry is not None:
        claims["exp"] = int(expiry)
    return ".".join(
        [_base64url(json.dumps(part).encode()) for part in (header, claims)] + [_base64url(secrets.token_bytes(32))]
    )


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
