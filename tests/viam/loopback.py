"""A guard: no channel of gRPC leaves this machine while tests run.

Guards that patch sockets can't see gRPC, which opens its own below Python. So it stands where channels are made.
"""

from __future__ import annotations

import functools
import ipaddress
from collections.abc import Callable
from typing import Any

import grpc
import pytest


class NotLoopback(AssertionError):
    """A test asked for a channel to another machine."""


def refuse_other_machines(monkeypatch: pytest.MonkeyPatch) -> None:
    """From here on every way in gRPC to make a channel raises NotLoopback unless its target is on loopback."""
    for module in (grpc, grpc.aio):
        for name in ("insecure_channel", "secure_channel"):
            monkeypatch.setattr(module, name, _guarded(getattr(module, name)))


def is_loopback(target: str) -> bool:
    """Whether a target of gRPC names this machine: localhost, 127.0.0.0/8 or ::1, with or without scheme and port."""
    host = target.rpartition("/")[2].removeprefix("dns:").removeprefix("ipv4:").removeprefix("ipv6:")
    host = host.rpartition(":")[0] or host
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


def _guarded(make: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(make)
    def guarded(target: str, *args: Any, **kwargs: Any) -> Any:
        if not is_loopback(target):
            raise NotLoopback(f"Tests speak to this machine only, not to {target}.")
        return make(target, *args, **kwargs)

    return guarded
