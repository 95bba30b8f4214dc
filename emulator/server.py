"""The emulator as an object: started and stopped by a test, or by `python -m emulator`."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Self

import grpc

from emulator.calls import Calls
from emulator.faults import Faults
from emulator.interceptor import Gate
from emulator.services.app import AppService
from emulator.services.auth import AuthService
from emulator.services.data import DataService
from emulator.services.datasets import DatasetService
from emulator.services.packages import PackageService
from emulator.services.training import MLTrainingService
from emulator.tokens import Tokens
from emulator.world.state import Making, World
from protos import (
    app_pb2_grpc,
    auth_pb2_grpc,
    data_pb2_grpc,
    dataset_pb2_grpc,
    ml_training_pb2_grpc,
    packages_pb2_grpc,
)

HOST = "127.0.0.1"
_THREADS = 64
_GRACE = 0.2
"""Seconds for calls under way; stopping without any makes every client's log complain."""
_OPTIONS = (
    # Two emulators on one port would share the calls between them.
    ("grpc.so_reuseport", 0),
    ("grpc.max_receive_message_length", -1),
    ("grpc.max_send_message_length", -1),
    # Viam's servers tolerate pings that are five seconds apart, also when nothing is going on.
    ("grpc.keepalive_permit_without_calls", 1),
    ("grpc.http2.min_recv_ping_interval_without_data_ms", 5000),
)


class Emulator:
    """A cloud of its own on a loopback port. `with Emulator(jobs=20) as cloud: connect(cloud.address)`.

    The world outlives `stop()`: started again, on the same port, it has gone on in the meantime.
    """

    def __init__(
        self,
        *,
        jobs: int = 60,
        speed: float = 1.0,
        seed: int = 1,
        live: bool = False,
        busy: bool = True,
        port: int = 0,
        clock: Callable[[], float] = time.time,
        token_life: float | None = None,
        checks_late: bool = False,
    ) -> None:
        """`clock` answers seconds since 1970; `token_life` in seconds; `port` 0 chooses a free one. See `Making`."""
        making = Making(jobs=jobs, speed=speed, seed=seed, busy=busy, live=live, checks_late=checks_late)
        self.world = World(making, clock)
        self.faults = Faults()
        self.calls = Calls()
        self.port = port
        self._tokens = Tokens(clock, token_life)
        self._server: grpc.Server | None = None

    @property
    def address(self) -> str:
        return f"{HOST}:{self.port}"

    def start(self) -> Self:
        """Raises RuntimeError when the port is taken."""
        self.faults.resume()
        server = grpc.server(
            ThreadPoolExecutor(_THREADS, thread_name_prefix="emulator"),
            interceptors=[Gate(self.calls, self.faults, self._tokens, self.world.lock)],
            options=_OPTIONS,
        )
        self._add_services(server)
        self.port = server.add_insecure_port(self.address)
        server.start()
        self._server = server
        return self

    def stop(self) -> None:
        """At once: calls under way are broken off after a moment."""
        if self._server is not None:
            self.faults.interrupt()
            # A server that broke says nothing more.
            self._server.stop(_GRACE).wait(_GRACE + 10)
            self._server = None

    def revoke_tokens(self) -> None:
        """Every client has to authenticate anew."""
        self._tokens.revoke_all()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *exception: object) -> None:
        self.stop()

    def _add_services(self, server: grpc.Server) -> None:
        world, tokens = self.world, self._tokens
        auth_pb2_grpc.add_AuthServiceServicer_to_server(AuthService(tokens, self.faults), server)
        app_pb2_grpc.add_AppServiceServicer_to_server(AppService(world, tokens), server)
        data_pb2_grpc.add_DataServiceServicer_to_server(DataService(world, tokens), server)
        dataset_pb2_grpc.add_DatasetServiceServicer_to_server(DatasetService(world, tokens), server)
        packages_pb2_grpc.add_PackageServiceServicer_to_server(PackageService(world, tokens), server)
        ml_training_pb2_grpc.add_MLTrainingServiceServicer_to_server(MLTrainingService(world, tokens), server)
