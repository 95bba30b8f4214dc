"""A stretch of network between client and cloud that can be broken on purpose."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from jobs.viam.endpoints import Endpoint, parse


class Relay:
    """Carries bytes between those who connect to `port` and the cloud; counts its connections."""

    def __init__(self, cloud_port: int) -> None:
        self.connections = 0
        self._cloud_port = cloud_port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._open: list[socket.socket] = []
        self._frozen: set[socket.socket] = set()
        self.was_closed = threading.Event()

    @property
    def endpoint(self) -> Endpoint:
        return parse(f"http://127.0.0.1:{self.port}")

    @contextmanager
    def running(self) -> Iterator[Relay]:
        threading.Thread(target=self._accept, daemon=True).start()
        try:
            yield self
        finally:
            self._listener.shutdown(socket.SHUT_RDWR)
            self._listener.close()
            self.cut()

    def freeze(self) -> None:
        """Connections of now stay open and carry nothing any more; later ones work."""
        self._frozen.update(self._open)

    def cut(self) -> None:
        """Connections of now break; what was not delivered is lost."""
        for end in self._open:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                cloud = socket.create_connection(("127.0.0.1", self._cloud_port))
                self.connections += 1
                self._open += [client, cloud]
                for source, target in ((client, cloud), (cloud, client)):
                    threading.Thread(target=self._carry, args=(source, target), daemon=True).start()

    def _carry(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                if source not in self._frozen:
                    target.sendall(data)
        self.was_closed.set()
