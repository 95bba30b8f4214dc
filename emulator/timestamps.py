"""Moments: seconds since 1970 (UTC) inside the emulator, protobuf timestamps and text outside."""

import time

from google.protobuf.timestamp_pb2 import Timestamp

MINUTE = 60.0
HOUR = 60 * MINUTE
DAY = 24 * HOUR


def stamp(moment: float) -> Timestamp:
    """A timestamp in whole milliseconds, the precision of the records in Viam's database."""
    seconds, milliseconds = divmod(round(moment * 1000), 1000)
    return Timestamp(seconds=seconds, nanos=milliseconds * 1_000_000)


def moment(stamp: Timestamp) -> float:
    return stamp.seconds + stamp.nanos / 1e9


def version_of(moment: float) -> str:
    """The model version that Viam's own clients choose when nobody names one (they use local time, we use UTC)."""
    return time.strftime("%Y-%m-%dT%H-%M-%S", time.gmtime(moment))
