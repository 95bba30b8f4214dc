"""The seconds that a call may take, over all its attempts. Signing in and waiting for others are not charged."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic


class Budget:
    def __init__(self, seconds: float) -> None:
        self.left = seconds

    @contextmanager
    def spending(self) -> Iterator[float]:
        """Charges the time of the block; gives the seconds that it may take."""
        started = monotonic()
        try:
            yield max(self.left, 0.0)
        finally:
            self.left -= monotonic() - started
