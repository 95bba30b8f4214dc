"""Single values off the wire: texts that a database takes, times that can be, numbers of enums newer than we are."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from google.protobuf.timestamp_pb2 import Timestamp

from jobs.domain import MAX_TEXT, JobStatus, ModelFramework, ModelType, OpenChoices

Choice = TypeVar("Choice", bound=OpenChoices)

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# What is said to have happened outside of these years didn't: Viam is younger, and no time zone, duration or sum of
# ours then reaches an end of the calendar.
EARLIEST, LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
FIRST_SECOND, LAST_SECOND = int(EARLIEST.timestamp()), int(LATEST.timestamp()) - 1
NUL = "\x00"
ELLIPSIS = "\u2026"
UNFIT_FOR_IDS = re.compile(r"[/\x00-\x20\x7f]")
CONTROLS = re.compile(r"[\x00-\x1f\x7f]")
MAX_ID = 200


def is_usable(identity: str, longest: int = MAX_ID) -> bool:
    """Whether the id can be stored and stand in an address: cut or replaced, it would be that of something else."""
    return 0 < len(identity) <= longest and not UNFIT_FOR_IDS.search(identity)


def is_usable_for_a_job(identity: str) -> bool:
    """The same of a job, whose id has slashes and spaces as it likes: each has an address by
    jobs/ui/path_converters.py.
    """
    return 0 < len(identity) <= MAX_ID and not CONTROLS.search(identity)


def short(value: str, longest: int = MAX_TEXT) -> str:
    """The text without NUL, its end an ellipsis when it is longer than that."""
    fit = text(value)
    return fit if len(fit) <= longest else fit[: longest - 1] + ELLIPSIS


def text(value: str) -> str:
    """The text without NUL, which databases refuse."""
    return value.replace(NUL, "\ufffd") if NUL in value else value


def moment(stamp: Timestamp) -> datetime | None:
    """UTC, to the microsecond. None for an unset (it reads as zero) or impossible time."""
    seconds, nanos = stamp.seconds, stamp.nanos
    if FIRST_SECOND <= seconds <= LAST_SECOND and 0 <= nanos < 1_000_000_000:
        return EPOCH + timedelta(0, seconds, nanos // 1000)
    return None


class Choices(dict[int, Choice]):
    """The members of an enum by number: five times faster than to call the enum, which is left for unknown numbers."""

    def __init__(self, kind: type[Choice]) -> None:
        super().__init__({choice.value: choice for choice in kind})
        self._kind = kind

    def __missing__(self, number: int) -> Choice:
        return self._kind(number)


STATUSES = Choices(JobStatus)
TYPES = Choices(ModelType)
FRAMEWORKS = Choices(ModelFramework)
