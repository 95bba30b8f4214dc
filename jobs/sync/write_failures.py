"""Whether the database takes what this process writes. What it refuses can't be written down: the process keeps it.

Pages of the same process tell of it. Until something was stored again the process tries ever more rarely, and its log
has one line for the beginning and one for the end.
"""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass, field
from datetime import datetime
from time import monotonic

from django import db
from django.utils import timezone

from jobs.storing import refusal_in
from jobs.sync import schedule
from jobs.viam.errors import NotStored

log = logging.getLogger(__name__)


Task = tuple[str, int]
TICK: Task = ("tick", 0)

# Whatever still fails is tried again by then; what isn't tried any more is forgotten.
FORGOTTEN_AFTER = 3 * schedule.MAX_PAUSE


@dataclass(slots=True)
class Trouble:
    """What is wrong and since when; `tasks` that met it, each with when it did so last, and when to try again.

    Both are monotonic.
    """

    error: NotStored
    since: datetime
    failures: int = 0
    until: float = 0.0
    tasks: dict[Task, float] = field(default_factory=dict)


_lock = threading.Lock()
_trouble: Trouble | None = None


def trouble() -> Trouble | None:
    """None while all is well, as far as this process knows."""
    return _trouble


def may_try() -> bool:
    current = _trouble
    return current is None or monotonic() >= current.until


def failed(task: Task, error: db.Error) -> None:
    """Several tasks that meet the same at once make the pause longer once."""
    global _trouble
    refused = (refusal_in(error) or NotStored)(str(error).strip())
    with _lock:
        now = monotonic()
        if _trouble is None or type(_trouble.error) is not type(refused):
            log.warning("%s %s", refused.sentence, refused.words)
            _trouble = Trouble(refused, timezone.now())
        _trouble.tasks[task] = now
        if now >= _trouble.until:
            _trouble.failures += 1
            _trouble.until = now + schedule.after_failure(refused, _trouble.failures).total_seconds()


def worked(task: Task) -> None:
    """Over when nothing is left that met it: on a full disk, small things may be stored between large ones."""
    global _trouble
    with _lock:
        if _trouble is None:
            return
        since = monotonic() - FORGOTTEN_AFTER
        _trouble.tasks = {left: at for left, at in _trouble.tasks.items() if left != task and at > since}
        if not _trouble.tasks:
            log.warning("The database takes what is written again.")
            _trouble = None
