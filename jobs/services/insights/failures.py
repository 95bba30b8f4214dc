"""What failed most: by model, and by message, where messages that differ in numbers and ids alone are the same."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from jobs.models import Job
from jobs.services.insights.questions import Rows

MOST = 6
LONGEST_TITLE = 160
NO_WORDS = "Viam gave no words."

_IDS = re.compile(r"\b(?:0x)?(?=[0-9a-f-]*\d)[0-9a-f]{8,}(?:-[0-9a-f]{4,})*\b", re.IGNORECASE)
_NUMBERS = re.compile(r"\d+(?:[.,:]\d+)*")


@dataclass(frozen=True, slots=True)
class FailureGroup:
    """Jobs that failed alike: the newest one's words, how many there are, how many models they are of."""

    title: str
    count: int
    models: int
    newest: Job | None


@dataclass(frozen=True, slots=True)
class FailedModel:
    """A model by its name, and how many of its jobs failed."""

    name: str
    count: int


def alike(message: str) -> str:
    """What is the same of messages that tell of one kind of failure: no ids, no numbers, one line."""
    return _NUMBERS.sub("#", _IDS.sub("#", title(message)))


def title(message: str) -> str:
    """A traceback's last line, anything else's first: the words that say what happened."""
    lines = [line for line in message.strip().splitlines() if line.strip()]
    if not lines:
        return NO_WORDS
    line = lines[-1] if lines[0].startswith("Traceback") else lines[0]
    return " ".join(line.split())[:LONGEST_TITLE]


def failed_models(rows: Rows) -> list[FailedModel]:
    """From the answer to `questions.failed`."""
    counts = Counter(name for _, name, _ in rows if name)
    return [FailedModel(name, count) for name, count in counts.most_common(MOST)]


def failure_groups(rows: Rows) -> list[FailureGroup]:
    """The largest groups; of each the newest job, for its words and its page."""
    keys = {message: alike(message) for message in {message for _, _, message in rows}}
    groups: dict[str, Rows] = defaultdict(list)
    for row in rows:
        groups[keys[row[2]]].append(row)
    largest = sorted(groups.values(), key=len, reverse=True)[:MOST]
    jobs = Job.objects.select_related("organization").in_bulk([group[0][0] for group in largest])
    return [_told(group, jobs) for group in largest]


def _told(group: Rows, jobs: Mapping[int, Job]) -> FailureGroup:
    newest, _, message = group[0]
    return FailureGroup(title(message), len(group), len({name for _, name, _ in group}), jobs.get(newest))
