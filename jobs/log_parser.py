"""What a log line really says. Levels of the cloud often lie: whatever a program prints to its error stream arrives as
ERROR, TensorFlow's chatter and progress bars included. Lines are never altered; a reading stands beside the level.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.db import models


class Severity(models.IntegerChoices):
    """How bad a line is, in Python's numbers."""

    DEBUG = 10, "Debug"
    INFO = 20, "Info"
    WARNING = 30, "Warning"
    ERROR = 40, "Error"
    CRITICAL = 50, "Critical"

    @property
    def word(self) -> str:
        return self.name.lower()

    @classmethod
    def from_word(cls, word: str) -> Severity | None:
        return next((severity for severity in cls if severity.word == word), None)


# Severities of Google Cloud Logging, in which training containers log, and the words that Python uses.
_LEVELS = {
    "DEBUG": Severity.DEBUG,
    "DEFAULT": Severity.INFO,
    "INFO": Severity.INFO,
    "NOTICE": Severity.INFO,
    "WARN": Severity.WARNING,
    "WARNING": Severity.WARNING,
    "ERROR": Severity.ERROR,
    "CRITICAL": Severity.CRITICAL,
    "FATAL": Severity.CRITICAL,
    "ALERT": Severity.CRITICAL,
    "EMERGENCY": Severity.CRITICAL,
}
_LETTERS = {"I": Severity.INFO, "W": Severity.WARNING, "E": Severity.ERROR, "F": Severity.CRITICAL}

ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\-_])")
# 2026-05-06 14:30:33.123456: I tensorflow/core/platform/cpu_feature_guard.cc:210] …
_TENSORFLOW = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+: ([IWEF]) \S+:\d+\] ")
# W0506 14:30:33.123456 12345 file.cc:12] …  and  I0000 00:00:1715005833.123456 file.cc:12] … (glog, absl)
_GLOG = re.compile(r"([IWEF])\d{4} \d\d:\d\d:\d+\.\d+\s+(?:\d+ )?\S+:\d+\] ")
# INFO:root:…   [WARNING] …   2026-05-06 14:30:33,123 - INFO - …
_LOGGING = re.compile(
    r"(?:\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d\S*\s+(?:- )?(?:\S+ - )?)?"
    r"\[?(DEBUG|INFO|WARNING|WARN|ERROR|CRITICAL|FATAL)\]?(?::|\s?-|\s)\s?\S"
)
_PROGRESS = re.compile(r"\d{1,3}%\|[^|]*\|\s*\d+/\d+|(?<!\d)\d+/\d+ (?:[\[━]|\S*[━=>.]{5,})")
_PYTHON_WARNING = re.compile(r"\b\w*Warning: ")
TRACEBACK_START = "Traceback (most recent call last):"
_LAST_OF_TRACEBACK = re.compile(r"[A-Za-z_][\w.]*(?:Error|Exception|Interrupt|Exit|Warning|Iteration)?(?::|$)")


@dataclass(frozen=True, slots=True)
class Reading:
    """What a line is read as, and by which rule; no rule means that the cloud's level stands."""

    severity: Severity
    rule: str = ""


def delivered(level: str) -> Severity:
    """The severity of the cloud's own word; a word that is not known counts as information."""
    return _LEVELS.get(level.strip().upper(), Severity.INFO)


def read(level: str, message: str) -> Reading:
    """The reading of a line on its own; `TracebackReader` knows of lines that belong together."""
    text = ESCAPES.sub("", message).lstrip("\r\n ")[:2000]
    if found := _TENSORFLOW.match(text):
        return Reading(_LETTERS[found[1]], "TensorFlow")
    if found := _GLOG.match(text):
        return Reading(_LETTERS[found[1]], "glog")
    if _PROGRESS.search(text):
        return Reading(Severity.INFO, "progress bar")
    if TRACEBACK_START in text:
        return Reading(Severity.ERROR, "Python traceback")
    if found := _LOGGING.match(text):
        return Reading(_LEVELS[found[1]], "Python logging")
    if _PYTHON_WARNING.search(text):
        return Reading(Severity.WARNING, "Python warning")
    return Reading(delivered(level))


class TracebackReader:
    """Reads lines in order and knows where the last traceback begins and ends, over any number of batches.

    `first` and `last` are line numbers, 0 for none; `is_open` says that its final line was not seen yet.
    """

    def __init__(self, first: int = 0, last: int = 0, is_open: bool = False) -> None:
        self.first, self.last, self.is_open = first, last, is_open

    def read(self, number: int, level: str, message: str) -> Reading:
        text = ESCAPES.sub("", message).rstrip("\r\n")
        if TRACEBACK_START in text:
            self.first, self.last = number, number
            # A message of several lines may hold all of it.
            self.is_open = text.rstrip().endswith(TRACEBACK_START)
            return Reading(Severity.ERROR, "Python traceback")
        if self.is_open and self._belongs(text):
            self.last = number
            return Reading(Severity.ERROR, "Python traceback")
        return read(level, message)

    def _belongs(self, text: str) -> bool:
        """Indented lines go on; the first one that isn't names the error and ends it; anything else ended it before."""
        if text.startswith((" ", "\t")) or not text:
            return True
        self.is_open = False
        return bool(_LAST_OF_TRACEBACK.match(text))
