"""Tracebacks that lie over many lines of a log: where the last one begins and ends.

Each of their lines may have something before it (a time, the name of a worker), lines of others may stand between them,
and of several workers each may write one at the same time.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Self

from jobs.log_parser import (
    BAR,
    EXCEPTION,
    LAST_SUFFIXES,
    LEVELS,
    MESSAGE,
    PYTHON_WARNING,
    TIMES,
    TRACEBACK,
    TRACEBACK_START,
    Reading,
    is_fatal,
    read_each,
    reading_of,
)

# So many lines of others may stand within a traceback.
MAX_BETWEEN = 100
# So many workers write theirs at the same time; each line is compared with all that are open.
MAX_OPEN = 32
_FILE = re.compile(r'\s+File "')


@dataclass(slots=True, eq=False)
class _Open:
    """What stands before each line of a traceback, and the last of its lines so far.

    `is_at_file`: that line names a file, and its code comes next. `may_be_over`: a line looked like its end. `goes_on`:
    the message of the error does, in lines that are indented.
    """

    source: str
    last: int
    is_at_file: bool = False
    may_be_over: bool = False
    is_over: bool = False
    goes_on: bool = False


@dataclass(frozen=True, slots=True)
class _Line:
    """What is compared with each traceback that is open, made once: sources have no times, which differ from line to
    line. `stands_alone`: with nothing before it, it may be a line of any of them.
    """

    text: str
    timeless: str
    stands_alone: bool

    @classmethod
    def of(cls, text: str) -> Self:
        return cls(text, TIMES.sub("#", text[:400]) + text[400:], text[0].isspace() or is_fatal(text))

    def behind(self, source: str) -> str | None:
        """The line without what stands before those of a traceback."""
        if source and self.timeless.startswith(source):
            return self.timeless[len(source) :]
        return self.text if not source or self.stands_alone else None


class TracebackReader:
    """Reads lines in order, over any number of batches: whoever goes on reads those since `since` once more first.

    `first` and `last` are line numbers of the last traceback, 0 for none; `is_open` says that its end was not seen yet.
    Where there is no traceback, the first message of an error counts as one.
    """

    def __init__(self) -> None:
        self.first = self.last = 0
        self._open: list[_Open] = []
        self._newest: _Open | None = None
        self._warned = -1

    @property
    def is_open(self) -> bool:
        return any(not one.may_be_over and not one.is_over for one in self._open)

    def read(self, number: int, level: str, message: str) -> Reading:
        """The worst that one of its lines says."""
        self._open = [one for one in self._open if number - one.last <= MAX_BETWEEN]
        return read_each(level, message, lambda line: self._read(number, level, line))

    def _read(self, number: int, level: str, line: str) -> Reading:
        before, start, _ = line.partition(TRACEBACK_START)
        if start:
            self._begin(number, _source(before))
            return TRACEBACK
        if self._open:
            looked_at = _Line.of(line)
            if any(self._takes(one, number, looked_at) for one in self._open):
                return TRACEBACK
        if 0 < self.first == self.last == number - 1 and line.lstrip().startswith("what():  "):
            self.last = number
            return MESSAGE
        if 0 <= number - self._warned <= 1 and line.startswith("  "):
            # Python shows the line of code that it warns of.
            return PYTHON_WARNING
        reading = reading_of(level, line)
        if reading is PYTHON_WARNING:
            self._warned = number
        if reading is MESSAGE and not self.first:
            self.first = self.last = number
        return reading

    def _begin(self, number: int, source: str) -> None:
        self._open = [one for one in self._open if one.source != source][1 - MAX_OPEN :]
        self._newest = _Open(source, number)
        self._open.append(self._newest)
        self.first = self.last = number

    def _takes(self, one: _Open, number: int, line: _Line) -> bool:
        """Whether the line is one of this traceback, which goes on or ends with it."""
        text = line.behind(one.source)
        belongs = text is not None and _belongs(one, text)
        if belongs:
            one.last = number
            if one is self._newest:
                self.last = number
        if one.is_over and not one.goes_on:
            self._open = [other for other in self._open if other is not one]
        return belongs


def last_line(lines: list[str]) -> str:
    """Of a traceback that begins with the first of these lines, without what stands before each; what a log adds
    behind it is none of it. Of one that was cut off, the last line there is.
    """
    reader, last = TracebackReader(), len(lines)
    for number, line in enumerate(lines, 1):
        reader.read(number, "", line)
        if not reader.is_open and number > 1:
            last = reader.last
            break
    source, line = _source(lines[0].partition(TRACEBACK_START)[0]), lines[last - 1]
    return _Line.of(line).behind(source) or line


def _source(before: str) -> str:
    """What stands before each line of a traceback that begins behind this; times differ from line to line."""
    before = BAR.sub("", before)
    return "" if before.endswith("Exception Group ") else TIMES.sub("#", before[-200:])


def _belongs(one: _Open, text: str) -> bool:
    """Indented lines go on; one that isn't and names an error ends it; anything else is another's."""
    if BAR.search(text):
        text = BAR.sub("", text).strip()
    if text[:1].isspace():
        return _goes_on(one, text)
    one.goes_on = False
    found = EXCEPTION.match(text)
    if one.is_over or not found or found[1].upper() in LEVELS:
        return False
    is_sure = found[1].endswith(LAST_SUFFIXES) or "." in found[1]
    is_end = is_sure or (text[0].isupper() and not one.may_be_over and not one.is_at_file)
    one.is_over, one.may_be_over = is_sure, one.may_be_over or is_end
    one.goes_on = is_end and text.rstrip().endswith(":")
    return is_end


def _goes_on(one: _Open, text: str) -> bool:
    one.is_at_file = bool(_FILE.match(text))
    if one.may_be_over and not one.is_over and one.is_at_file:
        # What looked like its end was another's.
        one.may_be_over = False
    belongs = not one.may_be_over or one.goes_on
    # The last line of a group of errors.
    one.is_over |= belongs and text.strip("+- \t") == "" and "--" in text
    return belongs
