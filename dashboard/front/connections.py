"""Connections themselves: as many as the operating system lets us have, and none to somebody who doesn't read."""

from __future__ import annotations

import os
import resource
import socket
import stat
from contextlib import suppress

SILENT_SECONDS = 30
"""How long somebody may leave unread what was sent, before the operating system closes the connection."""


def raise_descriptors() -> None:
    """Each connection is a descriptor, and shells and services often begin with 1,024 of them."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        with suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def close_unread() -> None:
    """From now on, connections close when nothing of what was sent is taken for `SILENT_SECONDS` (RFC 5482): granian
    has no deadline for that. It is set on the sockets that listen, from which Linux hands it on. To be called once
    granian listens.
    """
    if not hasattr(socket, "TCP_USER_TIMEOUT") or not os.path.isdir("/proc/self/fd"):
        return
    for name in os.listdir("/proc/self/fd"):
        with suppress(OSError):
            _bound(int(name))


def _bound(descriptor: int) -> None:
    """Raises OSError for what is no socket."""
    if not stat.S_ISSOCK(os.fstat(descriptor).st_mode):
        return
    with socket.socket(fileno=os.dup(descriptor)) as found:
        is_internet = found.family in (socket.AF_INET, socket.AF_INET6)
        if is_internet and found.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
            found.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, SILENT_SECONDS * 1000)
