"""Logs are handed out in pages, with a token for the next one.

Every fourth page is empty although more lines follow: a client that stops at the first empty page misses them.
A token stays good: read again, the page that was the last one shows what has been written since.
"""

import base64
from collections.abc import Sequence

from emulator.logs.lines import LogLine
from emulator.refusals import invalid
from protos import ml_training_pb2 as ml

PAGE = 100
"""Lines a page."""

_CYCLE = 4
_EMPTY = 2
"""Of each cycle of pages, the number of the empty one."""


def page(job_id: str, lines: Sequence[LogLine], token: str) -> ml.GetTrainingJobLogsResponse:
    """Raises Refused (INVALID_ARGUMENT) for a token of another job or none of ours."""
    number = _number(job_id, token) if token else 0
    first = (number - (number + _CYCLE - _EMPTY - 1) // _CYCLE) * PAGE
    shown = [] if number % _CYCLE == _EMPTY else lines[first : first + PAGE]
    more = first + len(shown) < len(lines)
    return ml.GetTrainingJobLogsResponse(
        logs=[line.entry() for line in shown],
        next_page_token=_token(job_id, number + 1) if more else "",
    )


def _token(job_id: str, number: int) -> str:
    return base64.urlsafe_b64encode(f"{job_id}/{number}".encode()).decode()


def _number(job_id: str, token: str) -> int:
    try:
        owner, _, number = base64.urlsafe_b64decode(token).decode().rpartition("/")
        if owner == job_id:
            return int(number)
    except ValueError:
        pass
    raise invalid("page token is not valid")
