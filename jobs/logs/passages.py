"""Lines of a log that belong together: those that filters let through, steps of an installation, the lines around those
that were searched for, the last traceback, a page of them; and a line as text and as JSON.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import groupby, pairwise
from operator import or_
from time import monotonic
from typing import Self

from django.db.models import Q, QuerySet, Value
from django.db.models.functions import StrIndex, Upper
from django.db.models.lookups import GreaterThan

from jobs.log_parser import Severity
from jobs.models import Job, JobLog, LogLine
from jobs.tracebacks import TracebackReader
from jobs.ui.params import read_number, read_query
from jobs.ui.text import NoPattern, Pattern

# So many steps in a row are folded; fewer are no more to look past than their heading.
MIN_FOLDED = 5
# What pip says line by line while it installs: a file's progress, too. Of a longer line the beginning tells.
_STEP = re.compile(
    r"Collecting |Downloading [^ ]+[.](?:whl|gz|zip|metadata)|Using cached |Processing /|Requirement already satisfied"
    r"|Installing (?:collected|build)|Successfully (?:installed|built|uninstalled)|Building wheels? |Created wheel "
    r"|Preparing metadata|Getting requirements|Stored in directory|Attempting uninstall|Found existing installation"
    r"|Uninstalling |Looking in |━+ [0-9]"
)
LONGEST = 200
MAX_OF_TRACEBACK = 200
# Of a longer traceback, in letters, lines of others are not sifted out: somebody waits for the page.
MAX_SIFTED = 100_000


# Around each line that was searched for.
MAX_CONTEXT = 10


@dataclass(frozen=True, slots=True)
class LogFilters:
    """What to show, read from an address. `as_delivered`: go by the cloud's levels instead of our reading."""

    least: Severity = Severity.DEBUG
    query: str = ""
    as_delivered: bool = False
    before: int = 0
    after: int = 0
    around: int = 0
    # So many lines around each that matches.
    context: int = 0
    # The query read as a regular expression, and why it can't be.
    pattern: Pattern | None = None
    objection: str = ""
    is_regex: bool = False

    @classmethod
    def from_address(cls, values: Mapping[str, str]) -> Self:
        query, is_regex = read_query(values.get("q", "")), values.get("regex") == "1"
        pattern, objection = _read_pattern(query) if is_regex and query else (None, "")
        return cls(
            pattern=pattern,
            objection=objection,
            is_regex=is_regex,
            least=Severity.from_word(values.get("level", "")) or Severity.DEBUG,
            query=query,
            as_delivered=values.get("levels") == "delivered",
            before=read_number(values.get("before", "")),
            after=read_number(values.get("after", "")),
            around=read_number(values.get("line", "")),
            context=min(read_number(values.get("context", "")), MAX_CONTEXT),
        )

    @property
    def is_filtering(self) -> bool:
        return self.least > Severity.DEBUG or bool(self.sought)

    @property
    def sought(self) -> tuple[str, ...] | Pattern:
        """A log is searched for all of the text, not for each of its words. What can't be read finds nothing and hides
        nothing.
        """
        return self.pattern or ((self.query,) if self.query and not self.objection else ())


def _read_pattern(query: str) -> tuple[Pattern | None, str]:
    try:
        return Pattern(query), ""
    except NoPattern as objection:
        return None, str(objection)


@dataclass(frozen=True, slots=True)
class Passage:
    """Lines in a row; folded when all of them are steps of an installation, and open when one of them is asked for."""

    lines: list[LogLine]
    is_folded: bool = False
    is_open: bool = False


def passages(lines: Sequence[LogLine], *, around: int = 0, goes_on: bool = False) -> Iterator[Passage]:
    """All of the lines in order. While the log goes on, what is being installed last stays in view."""
    last = lines[-1].number if lines else 0
    for is_step, group in groupby(lines, key=is_step_of_installation):
        part = list(group)
        is_folded = is_step and len(part) >= MIN_FOLDED and not (goes_on and part[-1].number == last)
        yield Passage(part, is_folded, is_open=any(line.number == around for line in part))


def is_step_of_installation(line: LogLine) -> bool:
    """Whether pip says it while all goes well."""
    return line.severity <= Severity.INFO and bool(_STEP.match(line.shown[:LONGEST].lstrip()))


def with_context(job: Job, hits: Sequence[LogLine], count: int, *, before: int = 0, after: int = 0) -> list[LogLine]:
    """The hits with `count` lines around each, as `grep -C` shows them; what is not a hit says so, and what doesn't
    follow upon the line above. Lines from `before` on and up to `after` stand elsewhere on the page already.
    """
    if not hits or not count:
        return list(hits)
    near = reduce(or_, (Q(number__range=(first, last)) for first, last in _ranges(hits, count)))
    found = job.log_lines.filter(near).exclude(number__in=[line.number for line in hits])
    if before:
        found = found.filter(number__lt=before - count)
    if after:
        found = found.filter(number__gt=after + count)
    around = list(found)
    for line in around:
        line.is_context = True
    lines = sorted([*hits, *around], key=lambda line: line.number)
    for above, line in pairwise(lines):
        line.is_after_gap = line.number > above.number + 1
    return lines


def _ranges(hits: Sequence[LogLine], count: int) -> list[tuple[int, int]]:
    """The numbers around the hits, those that meet as one: the database is asked for few."""
    ranges: list[tuple[int, int]] = []
    for line in hits:
        first, last = line.number - count, line.number + count
        if ranges and first <= ranges[-1][1] + 1:
            first = ranges.pop()[0]
        ranges.append((first, last))
    return ranges


# What a search by pattern reads before it gives up: there is no index for it, and somebody waits. The newest lines are
# read first, and of those that it finds so many at most are gone through.
MAX_SECONDS = 2.0
PORTION = 1_000
MAX_FOUND = 10_000


@dataclass(frozen=True, slots=True)
class Hits:
    """The numbers of the lines that a pattern finds; `since`: the first that was read, 0 when all were."""

    numbers: tuple[int, ...]
    since: int = 0


def hits_of(lines: QuerySet[LogLine], pattern: Pattern) -> Hits:
    found: list[int] = []
    deadline, last = monotonic() + MAX_SECONDS, 0
    while True:
        before = lines.filter(number__lt=last) if last else lines
        rows = list(before.order_by("-number").values_list("number", "message", "seen")[:PORTION])
        found += [number for number, message, seen in rows if pattern.finds(message if seen is None else seen)]
        if len(rows) < PORTION:
            return Hits(tuple(reversed(found)))
        last = rows[-1][0]
        if monotonic() > deadline or len(found) >= MAX_FOUND:
            return Hits(tuple(reversed(found)), since=last)


def lines_matching(job: Job, filters: LogFilters, after: int = 0) -> tuple[QuerySet[LogLine], int]:
    """The lines behind this one that match, and the first that was looked at: see Hits."""
    lines = without_pattern(job, filters).filter(number__gt=after)
    if filters.pattern is None:
        return lines, 0
    hits = hits_of(lines, filters.pattern)
    return job.log_lines.filter(number__in=hits.numbers), hits.since


def without_pattern(job: Job, filters: LogFilters) -> QuerySet[LogLine]:
    lines = job.log_lines.all()
    if filters.least > Severity.DEBUG:
        level = "delivered__gte" if filters.as_delivered else "severity__gte"
        lines = lines.filter(**{level: filters.least})
    if filters.query and not filters.is_regex:
        as_delivered = Q(seen=None) & _says("message", filters.query)
        lines = lines.filter(as_delivered | _says("seen", filters.query))
    return lines


def _says(column: str, text: str) -> Q:
    """In any case. Not by LIKE, which SQLite compares letter by letter: 200 letters that all but occur, everywhere in a
    log, would hold a thread for minutes.
    """
    return Q(GreaterThan(StrIndex(Upper(column), Upper(Value(text))), 0))


def last_traceback(job: Job) -> list[LogLine]:
    """The lines of the last traceback of the log; empty when there is none."""
    log = JobLog.objects.filter(job=job).first()
    if log is None or not log.traceback_first:
        return []
    between = job.log_lines.filter(number__gte=log.traceback_first, number__lte=log.traceback_last)
    lines, reader = list(between[:MAX_OF_TRACEBACK]), TracebackReader()
    if sum(len(line.message) for line in lines) > MAX_SIFTED:
        return lines
    # Lines of others may stand between.
    own = [line for line in lines if _is_last_of(reader, line)]
    return own or lines


def _is_last_of(reader: TracebackReader, line: LogLine) -> bool:
    reader.read(line.number, line.level, line.message)
    return reader.last == line.number


def lines_before(matching: QuerySet[LogLine], number: int, most: int) -> tuple[list[LogLine], bool]:
    """The last lines before this one, or of all when it is 0, and whether there are more before them."""
    found = list((matching.filter(number__lt=number) if number else matching).order_by("-number")[: most + 1])
    return found[:most][::-1], len(found) > most


def lines_from(matching: QuerySet[LogLine], number: int, most: int) -> tuple[list[LogLine], bool]:
    """The first lines from this one on, and whether there are more after them."""
    found = list(matching.filter(number__gte=number)[: most + 1])
    return found[:most], len(found) > most


def text_line(line: LogLine) -> str:
    time = line.time.isoformat() if line.time else "-"
    return f"{time}\t{line.level}\t{line.message}\n"


def json_line(line: LogLine) -> str:
    values = {
        "number": line.number,
        "time": line.time.isoformat() if line.time else None,
        "level": line.level,
        "reads_as": line.get_severity_display().lower(),
        "message": line.message,
    }
    return json.dumps(values, ensure_ascii=False) + "\n"
