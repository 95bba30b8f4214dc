"""Bad luck: of a hundred calls one meets a fault, whichever comes. For soaks, which look at what that leaves behind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from random import Random

from grpc import StatusCode

from emulator.faults import Faults
from emulator.refusals import Refused

AWAY = (StatusCode.UNAVAILABLE, StatusCode.INTERNAL, StatusCode.ABORTED, StatusCode.UNKNOWN)
LATE_SECONDS = 1.0


class BadLuck(Faults):
    """Refuses before a call is executed or after it, is late, forgets all tokens, or breaks the connection off.

    Refusals that are answered with a long pause, of keys and for too many calls, would only make a soak sleep.
    """

    def __init__(self, share: float, seed: int) -> None:
        super().__init__()
        self.share = share
        self.struck: Counter[str] = Counter()
        self.forget_tokens: Callable[[], None] = lambda: None
        self.reset: Callable[[], None] = lambda: None
        self._dice = Random(seed)

    @contextmanager
    def around(self, method: str) -> Iterator[None]:
        fault = self._draw()
        self.struck.update([fault] if fault else [])
        if fault == "refused":
            raise Refused(self._dice.choice(AWAY), "bad luck")
        if fault == "late":
            self._interrupted.wait(LATE_SECONDS)
        if fault == "tokens forgotten":
            self.forget_tokens()
        with super().around(method):
            yield
        if fault == "answer lost":
            raise Refused(StatusCode.UNAVAILABLE, "bad luck")
        if fault == "connection reset":
            self.reset()

    def _draw(self) -> str:
        if self._dice.random() >= self.share:
            return ""
        return self._dice.choice(("refused", "late", "tokens forgotten", "answer lost", "connection reset"))
