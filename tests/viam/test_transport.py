"""How we get there: over TLS unless the endpoint says otherwise, and straight."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import grpc
import pytest

from jobs import viam
from jobs.viam.endpoints import parse
from jobs.viam.errors import Unavailable, Untrusted
from tests.viam.certificates import self_signed
from tests.viam.conftest import KEY
from tests.viam.relay import Relay
from tests.viam.small_cloud import SmallCloud

PRIVATE_KEY, CERTIFICATE = self_signed()
# The roots that gRPC trusts are read once per process.
LIST_AND_PRINT = """
import sys
from django.conf import settings
from jobs import viam
from jobs.domain import Credentials
from jobs.viam.endpoints import parse

settings.configure()
print(viam.connect(parse(sys.argv[1]), Credentials("id", "key")).list_organizations())
"""


@pytest.fixture
def tls_cloud() -> Iterator[SmallCloud]:
    with SmallCloud(tls=grpc.ssl_server_credentials([(PRIVATE_KEY, CERTIFICATE)])).running() as cloud:
        yield cloud


def test_a_certificate_that_nobody_vouches_for(tls_cloud: SmallCloud) -> None:
    """Row 40: told as such, and nothing is sent."""
    with pytest.raises(Untrusted, match=r"(?i)certificate"):
        viam.connect(parse(f"localhost:{tls_cloud.port}"), KEY).list_organizations()
    assert tls_cloud.seen == []


def test_a_certificate_that_is_trusted(tls_cloud: SmallCloud, tmp_path: Path) -> None:
    roots = tmp_path / "roots.pem"
    roots.write_bytes(CERTIFICATE)
    command = [sys.executable, "-c", LIST_AND_PRINT, f"localhost:{tls_cloud.port}"]
    environment = os.environ | {"GRPC_DEFAULT_SSL_ROOTS_FILE_PATH": str(roots)}
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=30, check=False)
    assert ended.stdout == "[]\n", ended.stderr


@pytest.mark.parametrize(("host", "is_over"), [("localhost", True), ("app.viam.com", False)])
def test_a_certificate_that_is_over_or_another_s(tmp_path: Path, host: str, is_over: bool) -> None:
    """Row 40; Row 37: a name that leads to another machine than it should ends there, before the key is sent."""
    private, certificate = self_signed(host, is_over=is_over)
    roots = tmp_path / "roots.pem"
    roots.write_bytes(certificate)
    with SmallCloud(tls=grpc.ssl_server_credentials([(private, certificate)])).running() as cloud:
        command = [sys.executable, "-c", LIST_AND_PRINT, f"localhost:{cloud.port}"]
        environment = os.environ | {"GRPC_DEFAULT_SSL_ROOTS_FILE_PATH": str(roots)}
        ended = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=30, check=False)
        assert "jobs.viam.errors.Untrusted" in ended.stderr, ended.stderr
        assert cloud.seen == []


def test_a_key_is_not_sent_in_clear_text_unless_the_endpoint_says_so(small_cloud: SmallCloud, relay: Relay) -> None:
    """Row 39."""
    with pytest.raises(Unavailable):
        viam.connect(parse(f"127.0.0.1:{relay.port}"), KEY).list_organizations()
    assert relay.connections > 0
    assert small_cloud.seen == []


def test_nobody_listening(small_cloud: SmallCloud) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(Unavailable, match=r"(?i)connect"):
        viam.connect(parse(f"http://127.0.0.1:{port}"), KEY).list_organizations()


def test_a_proxy_of_the_environment_is_not_used(
    small_cloud: SmallCloud, client: viam.Cloud, relay: Relay, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Row 41."""
    for name in ("grpc_proxy", "http_proxy", "https_proxy"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{relay.port}")
    assert client.list_organizations() == []
    assert relay.connections == 0
