"""How long ago something was, for clocks that may jump."""

from __future__ import annotations

from datetime import datetime, timedelta


def is_within(moment: datetime | None, span: timedelta, now: datetime) -> bool:
    """Whether it was less than `span` ago.

    A moment in the future counts as never: a clock that was wrong wrote it, and whoever waited for it would wait as
    long as that clock was ahead. Hosts whose clocks differ by less than `span` are no reason to begin anew.
    """
    return moment is not None and now - span < moment < now + span
