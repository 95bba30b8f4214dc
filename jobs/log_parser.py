"""What a log line really says. Levels of the cloud often lie: whatever a program prints to its error stream arrives as
ERROR, TensorFlow's chatter and progress bars included. Lines are never altered; a reading stands beside the level.

A line is read as less than its level only where a rule knows all of it: an error never reads as less because it stands
behind a progress bar.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import chain

from django.db import models

# Of these rules. Stored readings name theirs, and are made anew in the background where it is an older one.
RULES = 2


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
LEVELS = {
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
# Control characters, and those that change the direction of the text around them.
UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
# Of many, as in a file that a program writes into its log, a table takes a tenth of the time of a function.
_DRAWN_SIGNS = {code: f"\N{LEFT CEILING}{code:X}\N{RIGHT CEILING}" for code in range(0x2070) if UNSEEN.match(chr(code))}
# 2026-05-06 14:30:33.123456: I tensorflow/core/platform/cpu_feature_guard.cc:210] …
_TENSORFLOW = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+: ([IWEF]) \S+:\d+\] ")
# W0506 14:30:33.123456 12345 file.cc:12] …  and  I0000 00:00:1715005833.123456 file.cc:12] … (glog, absl)
_GLOG = re.compile(r"([IWEF])\d{4} \d\d:\d\d:\d+(?:\.\d+)?\s+(?:\d+ )?\S+:\d+\] ")
# [W1118 08:53:25.123456789 NNPACK.cpp:61] …  and  [W NNPACK.cpp:64] …
_TORCH = re.compile(r"\[([IWEF])(?:\d{4} \d\d:\d\d:\d\d\.\d+)? [\w/.-]+:\d+\] ")
# INFO:root:…   [WARNING] …   2026-05-06 14:30:33,123 - INFO - …
_LOGGING = re.compile(
    r"(?:\[?\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d\S*\s+(?:[-|] )?(?:\S+ - )?)?"
    r"\[? ?(DEBUG|INFO|WARNING|WARN|ERROR|CRITICAL|FATAL)\]?(?::|\s?-|\s)\s*\S"
)
# What workers put before their lines, so many at most: [rank0]:  (RayTrainWorker pid=123, ip=10.0.0.1)  train:
MAX_BEFORE = 3
_WORKER = re.compile(r"(?:\[[^\[\]]{1,80}\]:? ?|\([^()]{1,80}\) |(?:train|val|test): )")
TIMES = re.compile(
    r"\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?"
    r"|(?<!\d)\d\d:\d\d:\d\d(?:[.,]\d+)?|(?<!\d)\d{9,}(?:\.\d+)?|(?<![\d.])\d{1,8}\.\d{2,}"
)

# 45%|████▌     | 9/20 [00:04<00:05,  2.04it/s, loss=0.3]   |          | 0/? [00:00<?, ?it/s]   100% 16/16 [00:08<…]
BAR = re.compile(
    r"(?:(?<!\d)\d{1,3}% ?)?(?:\|[^|]*\| *)?(?<![\d.])\d[\d.]*[A-Za-z]{0,3}/[\d.?]+[A-Za-z]{0,3}"
    r" \[\d+(?::\d\d)+(?:\]|[<,][^\[\]]*(?:\[[^\[\]]*\][^\[\]]*)*\])"
)
# 125it [00:03, 38.24it/s]
_COUNT = re.compile(r"(?<![\w.])\d[\d.]*[A-Za-z]{1,12} \[\d+(?::\d\d)+,[^\[\]]*\]")
# 12/50 [====>.........] - ETA: 3s - loss: 0.31   24/24 ━━━━━━━━━━ 1s 21ms/step   ━━━━━━ 12.3/12.3 MB 45.2 MB/s eta 0:00
_DRAWN = re.compile(r"(?<!\d)\d+/\d+ (?:\[[=>.]{5,}\]?|[^\s━╸╺]?[━╸╺]{5,})|[━╸╺]{5,}")
_FIGURE = re.compile(
    r"[-•/]|[-+~]?[\d.:/?]+(?:e[-+]?\d+)?%?(?:[a-zA-Zµ]{1,5}(?:/\w{1,5})?)?|\w{1,40}:|nan|[kKMG]?i?B(?:/s)?"
)
_FIGURE_WORDS = frozenset(["eta", "ETA", "inf", "-inf", "it/s"])
_DOWNLOAD = re.compile(
    r"Downloading(?: data from|:)? [\"']?https?://[^\s\"']+[\"']?(?: to \S+)?(?: \([\d.]+ ?[kMG]?B\))?"
)
_TROUBLE = re.compile(
    r"error|exception|traceback|fatal|fail|out of memory|abort|killed|terminate|core dumped|panic"
    r"|cannot|can't|could not",
    re.IGNORECASE,
)
# /lib/x.py:12: UserWarning: …
_WARNS = re.compile(r"(?:^|:\d+: )\w*Warning: ")
TRACEBACK_START = "Traceback (most recent call last):"
EXCEPTION = re.compile(r"([A-Za-z_][\w.]*)(?::(?=\s|$)|$)")
_FATAL_SUFFIXES = ("Error", "Exception", "ExceptionGroup", "KeyboardInterrupt")
LAST_SUFFIXES = (*_FATAL_SUFFIXES, "Interrupt", "Exit", "Warning", "Iteration", "Timeout", "timeout", "NotFound")
_CRASH = re.compile(
    r"terminate called (?:after throwing|without an active)|Fatal Python error: |Segmentation fault|Bus error"
    r"|(?:Aborted|Killed|Illegal instruction)(?: \(core dumped\))?$"
)

# What TensorFlow, PyTorch, YOLO and their like say whenever they start, and that means nothing to the job. Collected
# from real logs; each long enough to stand in no other line.
_NOISE = (
    "Attempting to register factory for plugin cuFFT when one has already been registered",
    "Attempting to register factory for plugin cuDNN when one has already been registered",
    "Attempting to register factory for plugin cuBLAS when one has already been registered",
    "computation placer already registered. Please check linkage",
    "successful NUMA node read from SysFS had negative value (-1)",
    "could not open file to read NUMA node: ",
    "Your kernel may have been built without NUMA support.",
    "TF-TRT Warning: Could not find TensorRT",
    "TF-TRT Warning: Cannot dlopen some TensorRT libraries",
    "Could not load dynamic library 'libnvinfer",
    "oneDNN custom operations are on.",
    "This TensorFlow binary is optimized ",
    "To enable the following instructions: ",
    "All log messages before absl::InitializeLog() is called are written to STDERR",
    "NodeDef mentions attribute use_unbounded_threadpool which is not in the op definition",
    "Local rendezvous is aborting with status: OUT_OF_RANGE: End of sequence",
    "disabling MLIR crash reproducer, set env var `MLIR_CRASH_REPRODUCER_DIRECTORY` to enable.",
    "Delay kernel timed out: measured time has sub-optimal accuracy.",
    "Failed to get CPU frequency: ",
    "Could not initialize NNPACK! Reason: Unsupported hardware.",
    "[c10d] The client socket has failed to connect to [localhost]:",
    "Setting OMP_NUM_THREADS environment variable for each process to be 1 in default",
    "Redirects are currently not supported in Windows or MacOs.",
    "You are using `torch.load` with `weights_only=False`",
    "The pynvml package is deprecated. Please install nvidia-ml-py instead.",
    "Matplotlib is building the font cache; this may take a moment.",
    "Matplotlib created a temporary cache directory at ",
    "Matplotlib created a temporary config/cache directory at ",
    "Ultralytics settings reset to default values.",
    "Creating new Ultralytics Settings v",
    "user config directory is not writable, using ",
    "no model scale passed. Assuming scale=",
    "A new version of Albumentations is available",
    "Running pip as the 'root' user can result in broken permissions",
)
# Twice what a progress bar writes over in 64 KB. Whoever trains decides how many there are, and each one costs time.
MAX_PIECES = 2_000
START_UP_NOISE = "framework start-up noise"


@dataclass(frozen=True, slots=True)
class Reading:
    """What a line is read as, and by which rule; no rule means that the cloud's level stands."""

    severity: Severity
    rule: str = ""


TRACEBACK = Reading(Severity.ERROR, "Python traceback")
MESSAGE = Reading(Severity.ERROR, "error message")
PYTHON_WARNING = Reading(Severity.WARNING, "Python warning")


def delivered(level: str) -> Severity:
    """The severity of the cloud's own word; a word that is not known counts as information."""
    return LEVELS.get(level.strip().upper(), Severity.INFO)


def visible(message: str) -> str:
    """A message as a terminal would leave it: without escape sequences, and of a line that was written over again and
    again (a progress bar) what stood there last. Signs that can't be seen, or that turn text around, are drawn.
    """
    text = ESCAPES.sub("", message).rstrip()
    if "\r" in text:
        text = "\n".join(line.rstrip("\r").rpartition("\r")[2] for line in text.split("\n"))
    return text.translate(_DRAWN_SIGNS) if UNSEEN.search(text) else text


def pieces(message: str) -> list[str]:
    """Its lines, and of a line that was written over everything that stood there; none of them empty."""
    text = ESCAPES.sub("", message).replace("\r", "\n")
    return [line for line in text.split("\n") if line.strip()]


def read(level: str, message: str) -> Reading:
    """The reading of a message on its own. tracebacks.py knows of lines that belong together."""
    return read_each(level, message, lambda line: reading_of(level, line))


def read_each(level: str, message: str, read_line: Callable[[str], Reading]) -> Reading:
    """The worst that one of its lines says. What stands in the middle of a very long message is not looked at, so that
    it may be as bad as the cloud's level says.
    """
    lines = pieces(message)
    if len(lines) <= MAX_PIECES:
        return _worst(level, [read_line(line) for line in lines])
    ends = [*lines[: MAX_PIECES // 2], *lines[-MAX_PIECES // 2 :]]
    return _worst(level, [*(read_line(line) for line in ends), Reading(delivered(level))])


def _worst(level: str, readings: list[Reading]) -> Reading:
    """Of the lines of one message. What is empty tells nothing, wherever it was written to."""
    told = delivered(level)
    found = max(readings, key=lambda reading: reading.severity, default=Reading(min(told, Severity.INFO)))
    # What is worse than an error stays so.
    return Reading(told, found.rule) if found in (MESSAGE, TRACEBACK) and told > found.severity else found


def reading_of(level: str, line: str) -> Reading:
    """Of one line."""
    if TRACEBACK_START in line:
        return TRACEBACK
    text = line.strip()[:2000]
    found, rest = _by_rule(text), text
    for _ in range(MAX_BEFORE):
        if found is None and (worker := _WORKER.match(rest)):
            rest = rest[worker.end() :]
            found = _by_rule(rest)
    reading = found or Reading(delivered(level))
    if reading.severity > Severity.INFO and _is_noise(text):
        return Reading(Severity.INFO, START_UP_NOISE)
    return reading


def _by_rule(text: str) -> Reading | None:
    if is_fatal(text):
        return MESSAGE
    if "/" in text or " [" in text or "━" in text:
        bars = [found.span() for found in chain(BAR.finditer(text), _COUNT.finditer(text), _DRAWN.finditer(text))]
        if bars:
            return _beside_bars(text[: min(bars)[0]], text[max(end for _, end in bars) :])
    return _by_form(text)


def _by_form(text: str) -> Reading | None:
    if found := _TENSORFLOW.match(text):
        return Reading(_LETTERS[found[1]], "TensorFlow")
    if found := _GLOG.match(text):
        return Reading(_LETTERS[found[1]], "glog")
    if found := _TORCH.match(text):
        return Reading(_LETTERS[found[1]], "PyTorch")
    if found := _LOGGING.match(text):
        return Reading(LEVELS[found[1]], "Python logging")
    if _WARNS.search(text):
        return PYTHON_WARNING
    return Reading(Severity.INFO, "download") if _DOWNLOAD.fullmatch(text.rstrip(". ")) else None


def _beside_bars(before: str, behind: str) -> Reading | None:
    """Of a line with progress bars in it: what stands before them describes them, what stands behind may be more."""
    if any(is_fatal(part) for part in (before.strip(), behind.strip())):
        return MESSAGE
    if _TROUBLE.search(before) or not _are_figures(behind):
        found_by_form = _by_form(behind.strip()) or _by_form(before.strip())
        return found_by_form if found_by_form and found_by_form.severity > Severity.INFO else None
    return Reading(Severity.INFO, "progress bar")


def _are_figures(text: str) -> bool:
    """Whether it holds nothing but what a bar tells: names with numbers, speeds, times."""
    if _TROUBLE.search(text):
        return False
    return all(word in _FIGURE_WORDS or _FIGURE.fullmatch(word) for word in text.split())


def is_fatal(text: str) -> bool:
    """Whether it is the message of an error: the name of an exception, or the last words of a process."""
    found = EXCEPTION.match(text)
    return bool(found and found[1].endswith(_FATAL_SUFFIXES)) or bool(_CRASH.match(text))


def _is_noise(text: str) -> bool:
    return not is_fatal(text) and any(noise in text for noise in _NOISE)
