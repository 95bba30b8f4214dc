"""What lines of a log belong together: steps of an installation, and the lines around those that were searched for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import groupby, pairwise
from operator import or_

from django.db.models import Q

from jobs.log_parser import Severity
from jobs.models import Job, LogLine

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
