"""Row 114: no regular expression of ours takes more than its share of time, whatever it is given to read."""

from __future__ import annotations

import re
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from jobs.compare.differences import plain
from tests.sweeps.patterns import Use, hard_texts, uses

# Ten times the text may take this much longer. Below FLOOR seconds nothing is measured well, and nothing is hurt.
TENFOLD, FLOOR = 12, 0.002
LENGTHS = (30, 300, 3_000, 30_000)
SHORT = 0.02
ENDLESS = 5.0


@pytest.mark.parametrize("use", uses(), ids=str)
def test_time_grows_with_the_text(use: Use) -> None:
    """Row 114."""
    texts = hard_texts(use.pattern)
    assert texts, "nothing hard was found for this pattern, so nothing was tried"
    assert hasattr(use.pattern, use.how), "nobody uses this pattern, or not in a way that this sweep can follow"
    assert next((worst for make in texts for worst in grows(use, make)), None) is None


@pytest.mark.parametrize(
    "pattern",
    [
        r"(a+)+b",
        r"\b(?:0x)?(?=[0-9a-f-]*\d)[0-9a-f]{8,}(?:-[0-9a-f]{4,})*\b",
        r"\d{1,3}%\|.*\|\s*\d+/\d+",
        r"<[a-z][^>]*>",
        r"x*y",
        r"Edg\w*/",
        r"\{%.*?%\}|\S+",
    ],
)
def test_the_sweep_finds_what_is_slow(pattern: str) -> None:
    """Row 114: the patterns that were here before, and those of the textbooks."""
    use = Use("made up", re.compile(pattern, re.IGNORECASE), "findall")
    assert any(True for make in hard_texts(use.pattern) for _ in grows(use, make))


def test_a_line_of_a_megabyte_is_made_plain_in_no_time() -> None:
    """Row 114: what was found first."""
    assert seconds(lambda: plain("a-" * 500_000)) < 2


def grows(use: Use, make: Callable[[int], str]) -> Iterator[str]:
    """Says so when ten times the text takes more than TENFOLD the time, at the first length where that can be seen."""
    before = FLOOR
    for length in LENGTHS:
        text = make(length)
        took = seconds(lambda: use.run(text))  # noqa: B023
        if took > SHORT and took > TENFOLD * before:
            # Once more, and the shorter one as well: the machine has others to serve.
            shorter = make(length // 10)
            before = max(FLOOR, min(seconds(lambda: use.run(shorter)) for _ in range(5)))  # noqa: B023
            took = min(took, *(seconds(lambda: use.run(text)) for _ in range(2)))  # noqa: B023
            if took > TENFOLD * before:
                yield f"{text[:30]!r}: {length} characters take {took:.3f} s, a tenth of them {before:.4f} s"
                return
        before = max(FLOOR, took)


def seconds(run: Callable[[], object]) -> float:
    """Of the processor. What never ends counts as ENDLESS."""
    started = time.process_time()
    try:
        with at_most(ENDLESS):
            run()
    except TimeoutError:
        return ENDLESS
    return time.process_time() - started


@contextmanager
def at_most(limit: float) -> Iterator[None]:
    """Python's engine looks for signals now and then while it searches."""

    def stop(*_: object) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, limit)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
