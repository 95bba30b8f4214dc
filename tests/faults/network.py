"""The stretch of network between the site and a cloud, which breaks in the ways in which networks break."""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress

from tests.viam.relay import Relay

AT_ONCE = struct.pack("ii", 1, 0)
"""Linger for no time: closing sends RST, and what was not delivered is lost."""


class Network(Relay):
    """`freeze()` stops the connections of now, `silence()` later ones as well; `heal()` lets new ones work."""

    def __init__(self, cloud_port: int) -> None:
        super().__init__(cloud_port)
        self._is_silent = False
        self._fuse: int | None = None

    @contextmanager
    def running(self) -> Iterator[Network]:
        with super().running():
            yield self

    def silence(self) -> None:
        """Connections are accepted, and carry nothing any more."""
        self._is_silent = True
        self.freeze()

    def reset(self) -> None:
        """Every connection of now ends with RST."""
        for end in list(self._open):
            with suppress(OSError):
                end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, AT_ONCE)
                # Who waits for data of this socket keeps it open: wake them, without a word to the other side.
                end.shutdown(socket.SHUT_RD)
            end.close()
            self._open.remove(end)

    def reset_after(self, size: int) -> None:
        """So many more bytes of answers pass on each connection, then it is reset."""
        self._fuse = size

    def heal(self) -> None:
        self._is_silent = False
        self._fuse = None

    def _carry(self, source: socket.socket, target: socket.socket) -> None:
        if self._is_silent:
            self._frozen.update((source, target))
        is_answering = target.getsockname()[1] == self.port
        super()._carry(source, _Fused(target, self) if is_answering else target)  # type: ignore[arg-type]


class _Fused:
    """The end at the site, with a fuse that may burn through in the middle of an answer."""

    def __init__(self, target: socket.socket, network: Network) -> None:
        self._target = target
        self._network = network
        self._passed = 0

    def sendall(self, data: bytes) -> None:
        fuse = self._network._fuse
        if fuse is None:
            self._passed = 0
            self._target.sendall(data)
            return
        self._target.sendall(data[: max(0, fuse - self._passed)])
        self._passed += len(data)
        if self._passed > fuse:
            self._network.reset()


@contextmanager
def nobody_answers(port: int) -> Iterator[None]:
    """Who connects to this port gets no answer at all, not even a refusal: its queue is full, so SYNs are dropped."""
    with ExitStack() as ends:
        ends.enter_context(socket.create_server(("127.0.0.1", port), backlog=0))
        for _ in range(4):
            waiting = ends.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(("127.0.0.1", port))
        yield
