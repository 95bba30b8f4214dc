"""The guard itself: tests can't reach another machine, even by gRPC."""

from __future__ import annotations

import grpc
import pytest

from jobs import viam
from jobs.viam.endpoints import parse
from tests.viam.conftest import KEY
from tests.viam.loopback import NotLoopback, is_loopback

HERE = ["localhost:1", "127.0.0.1:443", "127.8.8.8:1", "[::1]:443", "ipv4:127.0.0.1:1", "dns:///localhost:1"]
ELSEWHERE = [
    "app.viam.com:443",
    "10.0.0.1:1",
    "0.0.0.0:1",
    "[2001:db8::1]:1",
    "dns:///app.viam.com",
    "localhost.evil:1",
]


@pytest.mark.parametrize("target", HERE)
def test_this_machine(target: str) -> None:
    assert is_loopback(target)


@pytest.mark.parametrize("target", ELSEWHERE)
def test_other_machines(target: str) -> None:
    assert not is_loopback(target)


def test_our_client_is_stopped_before_it_leaves() -> None:
    with pytest.raises(NotLoopback, match=r"app\.viam\.com"):
        viam.connect(parse("app.viam.com:443"), KEY).list_organizations()


@pytest.mark.parametrize("module", [grpc, grpc.aio], ids=lambda module: str(module.__name__))
def test_every_way_to_a_channel_is_guarded(module: object) -> None:
    for name in ("insecure_channel", "secure_channel"):
        with pytest.raises(NotLoopback):
            getattr(module, name)("app.viam.com:443")
