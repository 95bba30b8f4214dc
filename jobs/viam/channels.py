"""The channel under a line: made when first needed, shared, and remade when it hangs."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import monotonic

import grpc
from django.conf import settings

from jobs.viam.endpoints import Endpoint

# A half-open connection never errs by itself, and gRPC's pings find out late: these many deadlines tell sooner.
MISSES = 2
# Nothing at all on the connection for so long, though something was asked: it is given up at once.
SILENCE_SECONDS = 4.0
RECEIVE_LIMIT_MIB = 256
LARGEST_MESSAGE = 2**31 - 1  # bytes; gRPC's own end

OPTIONS: tuple[tuple[str, int], ...] = (
    # The smallest back-off is the time for connecting as well: leave room for a slow TLS handshake.
    ("grpc.initial_reconnect_backoff_ms", 500),
    ("grpc.min_reconnect_backoff_ms", 5_000),
    ("grpc.max_reconnect_backoff_ms", 5_000),
    ("grpc.keepalive_time_ms", 30_000),
    ("grpc.keepalive_timeout_ms", 10_000),
    ("grpc.http2.ping_timeout_ms", 10_000),
    ("grpc.keepalive_permit_without_calls", 0),
    ("grpc.http2.max_pings_without_data", 0),
    # A connection of one key carries no calls of another.
    ("grpc.use_local_subchannel_pool", 1),
    # A proxy named in the environment would see where we go without anybody having said so.
    ("grpc.enable_http_proxy", 0),
    # Nobody but line.py repeats anything. No retry policy may come in with a DNS record; and without retries gRPC does
    # not send a call again either of which a proxy's GOAWAY says that nobody took it up: it may have been executed.
    ("grpc.service_config_disable_resolution", 1),
    ("grpc.enable_retries", 0),
)


@dataclass(slots=True, eq=False)
class Connection:
    """A channel with the count of its users, of the deadlines that it missed in a row, and when it last answered."""

    channel: grpc.Channel
    users: int = 0
    misses: int = 0
    heard_at: float = 0.0
    is_retired: bool = False


class Connections:
    """The connection in use, one at a time. One that is given up closes when its last call has ended."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self._lock = threading.Lock()
        self._current: Connection | None = None
        self._is_closed = False

    @contextmanager
    def using(self) -> Iterator[Connection]:
        connection = self._take()
        try:
            yield connection
        finally:
            self._give_back(connection)

    def note(self, connection: Connection, *, is_late: bool, since: float) -> None:
        """Told after every call that began at `since`. The next one connects anew when this connection seems dead:

        two deadlines in a row, whatever the method, or silence during all of a long call.
        """
        now = monotonic()
        with self._lock:
            connection.misses = connection.misses + 1 if is_late else 0
            is_silent = is_late and connection.heard_at < since <= now - SILENCE_SECONDS
            if not is_late:
                connection.heard_at = now
            if is_silent or connection.misses >= MISSES:
                self._retire(connection)

    def close(self) -> None:
        """For good: a call that comes later, from somebody who still holds the line, has a connection of its own."""
        with self._lock:
            self._is_closed = True
            idle = self._current if self._current and not self._current.users else None
            if self._current:
                self._retire(self._current)
        if idle:
            idle.channel.close()

    def _take(self) -> Connection:
        with self._lock:
            connection = self._current or Connection(open_channel(self._endpoint), is_retired=self._is_closed)
            if not connection.is_retired:
                self._current = connection
            connection.users += 1
            return connection

    def _give_back(self, connection: Connection) -> None:
        with self._lock:
            connection.users -= 1
            is_over = connection.is_retired and not connection.users
        if is_over:
            connection.channel.close()

    def _retire(self, connection: Connection) -> None:
        connection.is_retired = True
        if self._current is connection:
            self._current = None


def open_channel(endpoint: Endpoint) -> grpc.Channel:
    """A channel that connects with its first call. Clear text is for endpoints that say so, which are on loopback."""
    options = [*OPTIONS, ("grpc.max_receive_message_length", receive_limit())]
    # With its scheme spelled out, no host's name is ever taken for one, for instance "vsock".
    target = f"dns:///{endpoint.address}"
    if endpoint.is_plaintext:
        return grpc.insecure_channel(target, options)
    return grpc.secure_channel(target, grpc.ssl_channel_credentials(), options)


def receive_limit() -> int:
    """Bytes that one answer may have: the setting VIAM_RECEIVE_LIMIT_MIB. gRPC's own 4 MiB end at 11,600 jobs."""
    mib = getattr(settings, "VIAM_RECEIVE_LIMIT_MIB", RECEIVE_LIMIT_MIB)
    return min(mib * 2**20, LARGEST_MESSAGE)
