"""How often each method was called, refused and failed calls included."""

from collections import Counter
from threading import Lock


class Calls:
    """`calls["ListTrainingJobs"]`, counted by threads without losing one."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._counter: Counter[str] = Counter()

    def __getitem__(self, method: str) -> int:
        with self._lock:
            return self._counter[method]

    def add(self, method: str) -> None:
        with self._lock:
            self._counter[method] += 1

    def total(self) -> int:
        with self._lock:
            return self._counter.total()

    def snapshot(self) -> dict[str, int]:
        with self._lock:
            return dict(self._counter)

    def reset(self) -> None:
        with self._lock:
            self._counter.clear()
