"""A small OpenID Connect provider on loopback: discovery, authorize, token, keys. It lies when told to."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key

CLIENT, SECRET = "trainyard", "the provider's secret"

# As a lie: what the provider leaves out.
UNSAID = "unsaid"
CY = {"sub": "17", "email": "cy@example.com", "email_verified": True}


def new_key() -> RSAPrivateKey:
    return generate_private_key(public_exponent=65537, key_size=2048)


@dataclass
class Provider:
    """Whoever comes is signed in as who is `person` at that moment. `lies` are laid over the claims of the ID token."""

    issuer: str = ""
    person: dict[str, Any] = field(default_factory=lambda: {**CY})
    lies: dict[str, Any] = field(default_factory=dict)
    says: dict[str, Any] = field(default_factory=dict)
    told: dict[str, Any] = field(default_factory=dict)
    key: RSAPrivateKey = field(default_factory=new_key)
    signs_with: RSAPrivateKey | None = None
    asked: dict[str, dict[str, str]] = field(default_factory=dict)
    came: dict[str, dict[str, Any]] = field(default_factory=dict)

    def discovery(self) -> dict[str, Any]:
        places = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "keys"}
        return {
            "issuer": self.issuer,
            **{name: f"{self.issuer}/{place}" for name, place in places.items()},
            **self.says,
        }

    def keys(self) -> dict[str, Any]:
        public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key()))
        return {"keys": [{**public, "kid": "1", "alg": "RS256", "use": "sig"}]}

    def authorize(self, query: dict[str, str]) -> str:
        """Where the browser goes on to, with a code that stands for what was asked."""
        code = f"code-{len(self.came)}"
        self.asked[code], self.came[code] = query, {**self.person}
        return f"{query['redirect_uri']}?{urlencode({'code': code, 'state': query['state']})}"

    def token(self, form: dict[str, str]) -> dict[str, Any] | None:
        """None for a wrong secret or verifier."""
        asked = self.asked.pop(form["code"])
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if (challenge, form["client_secret"]) != (asked["code_challenge"], SECRET):
            return None
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": asked["nonce"]}
        if "max_age" in asked:
            claims["auth_time"] = now
        claims |= self.came[form["code"]] | self.lies
        claims = {name: value for name, value in claims.items() if value != UNSAID}
        signed = jwt.encode(claims, self.signs_with or self.key, algorithm="RS256", headers={"kid": "1"})
        return {"access_token": "an access token", "token_type": "Bearer", "id_token": signed}


@contextmanager
def provided() -> Iterator[Provider]:
    provider = Provider()

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            there = urlsplit(self.path)
            query = {name: values[0] for name, values in parse_qs(there.query).items()}
            if there.path in ("/authorize", "/away"):
                self.send_response(302)
                on = provider.authorize(query) if there.path == "/authorize" else f"{provider.issuer}/keys"
                self.send_header("Location", on)
                self.end_headers()
                return
            others = {"/keys": provider.keys(), "/userinfo": provider.told}
            self._tell(others.get(there.path) or provider.discovery())

        def do_POST(self) -> None:
            sent = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
            self._tell(provider.token({name: values[0] for name, values in sent.items()}))

        def _tell(self, told: dict[str, Any] | None) -> None:
            self.send_response(200 if told else 400)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(told or {"error": "invalid_grant"}).encode())

        def log_message(self, *_: Any) -> None:
            """Quietly."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        provider.issuer = f"http://127.0.0.1:{server.server_address[1]}"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield provider
        finally:
            server.shutdown()
