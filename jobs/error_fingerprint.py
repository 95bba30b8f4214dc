"""What a failure's message says, and which messages say the same: those that differ in numbers and ids alone."""

from __future__ import annotations

import re

from jobs.log_parser import TRACEBACK_START
from jobs.tracebacks import last_line

MAX_TITLE = 160
NO_MESSAGE = "Viam gave no error message."
# What is stored of failures without a message. It is never shown, and stays as it is: jobs are grouped by it.
_NONE = "Viam gave no words."

# Whether one has a digit in it is looked at afterwards: asked ahead of each match, it took the square of the time.
_IDS = re.compile(r"\b(?:0x)?[0-9a-f]{8,}(?:-[0-9a-f]{4,})*\b", re.IGNORECASE)
_NUMBERS = re.compile(r"\d+(?:[.,:]\d+)*")


def alike(message: str) -> str:
    """What is the same of messages that tell of one kind of failure: no ids, no numbers, one line; never empty."""
    return _NUMBERS.sub("#", without_ids(title(message))) if message.strip() else _NONE


def without_ids(text: str) -> str:
    """With # for each id: hexadecimal, eight characters or more, at least one of them a digit."""
    return _IDS.sub(lambda found: "#" if any(map(str.isdecimal, found[0].removeprefix("0x"))) else found[0], text)


def title(message: str) -> str:
    """The line that says what happened."""
    return " ".join(says_what(message).split())[:MAX_TITLE] or NO_MESSAGE


def says_what(message: str) -> str:
    """A traceback's last line without what a worker puts before each of them; anything else's first. Empty when there
    is none.
    """
    lines = [line for line in message.strip().splitlines() if line.strip()]
    starts = [number for number, line in enumerate(lines) if TRACEBACK_START in line]
    if not starts:
        return lines[0] if lines else ""
    return last_line(lines[starts[-1] :])
