"""The bearer token, and what every call says about us.

Explicit metadata: grpc's call credentials refuse plaintext clouds on loopback.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field

from grpc import StatusCode

from jobs.viam.failures import Failure

VERSION = "0.1.0"
# The version of Viam's API that protos/ was read off.
API_VERSION = "0.1.601"

Metadata = tuple[tuple[str, str], ...]
GREETING: Metadata = (("viam_client", f"trainyard;v{VERSION};v{API_VERSION}"),)


@dataclass(frozen=True, slots=True, eq=False)
class Token:
    """A bearer token. Two are never equal: it matters which sign-in one came from, not what it reads."""

    value: str = field(repr=False)

    @property
    def metadata(self) -> Metadata:
        return (*GREETING, ("authorization", f"Bearer {self.value}"))

    @property
    def is_sendable(self) -> bool:
        """Fit for metadata, where grpc would print an unfit one in its complaint."""
        return bool(self.value) and self.value.isascii() and self.value.isprintable()


# One bearer token for all callers of a session. Who needs it first signs in; all others wait for that one answer.


SignIn = Callable[[], Token | Failure]


class SharedToken:
    def __init__(self, sign_in: SignIn) -> None:
        self._sign_in = sign_in
        self._lock = threading.Lock()
        self._flight: Future[Token | Failure] | None = None

    def current(self) -> Token | Failure:
        """The token; whoever finds none signs in. A failure is shared by all who waited for it, then forgotten."""
        with self._lock:
            flight, is_first = self._flight, self._flight is None
            if flight is None:
                flight = self._flight = Future()
        if is_first:
            self._fly(flight)
        return flight.result()

    def drop(self, token: Token) -> None:
        """Forget this token. If another thread did so, and has the next one by now, that one stays."""
        with self._lock:
            if self._flight and self._flight.done() and self._flight.result() is token:
                self._flight = None

    def _fly(self, flight: Future[Token | Failure]) -> None:
        try:
            outcome = self._sign_in()
        except BaseException:
            # Ours alone, a signal for instance: those who wait shall neither hang nor be hit by it.
            self._land(flight)
            flight.set_result(Failure(StatusCode.CANCELLED, "Signing in was interrupted."))
            raise
        if isinstance(outcome, Failure):
            self._land(flight)
        flight.set_result(outcome)

    def _land(self, flight: Future[Token | Failure]) -> None:
        with self._lock:
            if self._flight is flight:
                self._flight = None
