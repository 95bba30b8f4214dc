"""Switches with which a test makes the cloud misbehave: answers that fail, lag, get lost or were never implemented.

A method is named by its short name (`"ListTrainingJobs"`), or `EVERY` for all of them.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Event, Lock

import grpc

from emulator.refusals import Refused, unimplemented

EVERY = "*"
CONTAINER_CALLS = (
    "ListContainers",
    "GetContainer",
    "RegisterCustomTrainingContainer",
    "DeleteCustomTrainingContainer",
)
"""The four calls that an older cloud does not know."""
LABEL_CALLS = ("TagsByFilter", "BoundingBoxLabelsByFilter")
"""The two calls that Viam has deprecated."""


@dataclass
class _Spell:
    """One misbehaviour that wears off after `times` calls (`math.inf`: never)."""

    times: float
    code: grpc.StatusCode
    details: str


class Faults:
    """All switches of one emulator. Safe to turn while calls are running."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._interrupted = Event()
        self.clear()

    def clear(self) -> None:
        """Back to good behaviour."""
        with self._lock:
            self.wrong_key_code = grpc.StatusCode.PERMISSION_DENIED
            self._failures: dict[str, _Spell] = {}
            self._losses: dict[str, _Spell] = {}
            self._delays: dict[str, float] = {}
            self._forgotten: frozenset[str] = frozenset()

    def fail(self, method: str, code: grpc.StatusCode, details: str = "", times: float = 1) -> None:
        """Answer the next calls with this status; they are not executed."""
        with self._lock:
            self._failures[method] = _Spell(times, code, details)

    def lose_answers(self, method: str, times: float = 1) -> None:
        """Execute the next calls, then break the connection off instead of answering."""
        with self._lock:
            self._losses[method] = _Spell(times, grpc.StatusCode.UNAVAILABLE, "connection reset")

    def delay(self, method: str, seconds: float) -> None:
        """Let every call wait this long (real seconds) before it is executed; 0 ends it."""
        with self._lock:
            self._delays[method] = seconds

    def forget(self, *methods: str) -> None:
        """Pretend that these methods do not exist in this cloud."""
        with self._lock:
            self._forgotten = frozenset(methods)

    def interrupt(self) -> None:
        """The server is going down: calls that wait are broken off instead of executed."""
        self._interrupted.set()

    def resume(self) -> None:
        self._interrupted.clear()

    @contextmanager
    def around(self, method: str) -> Iterator[None]:
        """Whatever has been switched on for `method`, before and after its execution."""
        if method in self._forgotten:
            raise unimplemented(f"unknown method {method}")
        if self._interrupted.wait(self._delays.get(method, self._delays.get(EVERY, 0))):
            raise Refused(grpc.StatusCode.UNAVAILABLE, "server is shutting down")
        self._strike(self._failures, method)
        yield
        self._strike(self._losses, method)

    def _strike(self, spells: dict[str, _Spell], method: str) -> None:
        with self._lock:
            spell = spells.get(method) or spells.get(EVERY)
            if spell is None or spell.times <= 0:
                return
            spell.times -= 1
        raise Refused(spell.code, spell.details)
