"""What failed most: by model, and by message, where messages that differ in numbers and ids alone are the same."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
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
    keys = _keys({message for _, _, message in rows})
    counts = Counter(keys[message] for _, _, message in rows)
    largest = [key for key, _ in counts.most_common(MOST)]
    members = {key: [row for row in rows if keys[row[2]] == key] for key in largest}
    jobs = Job.objects.select_related("organization").in_bulk([members[key][0][0] for key in largest])
    return [
        FailureGroup(
            title=title(members[key][0][2]),
            count=counts[key],
            models=len({name for _, name, _ in members[key]}),
            newest=jobs.get(members[key][0][0]),
        )
        for key in largest
    ]


def _keys(messages: Iterable[str]) -> dict[str, str]:
    return {message: alike(message) for message in messages}
