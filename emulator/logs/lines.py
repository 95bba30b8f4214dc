"""A line of a log, and a log of any length that costs nothing until it is read."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import overload

from emulator.timestamps import stamp
from protos import ml_training_pb2 as ml


@dataclass(frozen=True, slots=True)
class LogLine:
    level: str
    at: float | None
    """Seconds since 1970; None is sent as a line without a time."""
    message: str

    def entry(self) -> ml.TrainingJobLogEntry:
        time = None if self.at is None else stamp(self.at)
        return ml.TrainingJobLogEntry(level=self.level, time=time, message=self.message)


class CountedLog(Sequence[LogLine]):
    """`length` numbered lines, a millisecond apart, made when somebody reads them."""

    def __init__(self, length: int, since: float) -> None:
        self._length = length
        self._since = since

    def __len__(self) -> int:
        return self._length

    @overload
    def __getitem__(self, index: int) -> LogLine: ...
    @overload
    def __getitem__(self, index: slice) -> list[LogLine]: ...
    def __getitem__(self, index: int | slice) -> LogLine | list[LogLine]:
        if isinstance(index, slice):
            return [self._line(number) for number in range(*index.indices(self._length))]
        return self._line(range(self._length)[index])

    def _line(self, number: int) -> LogLine:
        level = "WARNING" if number % 50 == 49 else "INFO"
        message = f"step {number + 1}/{self._length} - loss: {1 / (1 + number):.6f}"
        return LogLine(level, self._since + number / 1000, message)
