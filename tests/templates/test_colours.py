"""Colours of tokens.css, by day and by night: what is written can be read, and statuses are told apart by every eye."""

from __future__ import annotations

import re
from itertools import combinations

import pytest
from coloraide import Color

from dashboard.settings import ROOT

TOKENS = (ROOT / "static/css/tokens.css").read_text()
COLOUR = re.compile(r"--([\w-]+): (?:light-dark\()?(oklch\([^)]*\))(?:, (oklch\([^)]*\)))?")
BY_DAY, BY_NIGHT = 0, 1

# What is read or used, what it stands on, and the contrast that it has at least (WCAG 2: 4.5 to be read, 7 to be read
# with ease).
PAIRS = [
    ("text", "page", 7),
    ("text", "raised", 7),
    ("text", "sunken", 7),
    ("text", "amber-fill", 7),
    ("text", "red-fill", 7),
    ("quiet", "page", 4.5),
    ("quiet", "raised", 4.5),
    ("quiet", "sunken", 4.5),
    ("quiet", "amber-fill", 4.5),
    ("quiet", "red-fill", 4.5),
    ("accent", "page", 4.5),
    ("danger-text", "page", 4.5),
    ("danger-text", "red-fill", 4.5),
    ("slate", "page", 4.5),
    ("blue", "blue-fill", 4.5),
    ("green", "green-fill", 4.5),
    ("amber", "page", 4.5),
    ("amber", "amber-fill", 4.5),
    ("on-fill", "red", 4.5),
    ("on-fill", "action", 4.5),
    ("on-fill", "danger", 4.5),
    # Lines by which fields and buttons are seen (WCAG 2, 1.4.11).
    ("control-line", "page", 3),
    ("control-line", "raised", 3),
    ("control-line", "sunken", 3),
]

# What a badge is seen by: its text and icon, and of a job that failed its fill. Pending, canceled and unknown are all
# slate: none of them needs anybody, and they differ by icon and by line.
STATUS_COLOURS = ["slate", "blue", "green", "amber", "red"]
# Without the cones for long, middle and short waves (Machado, Oliveira and Fernandes, 2009), and with all of them.
VISIONS = ["", "protan", "deutan", "tritan"]

by_day_and_by_night = pytest.mark.parametrize("mode", [BY_DAY, BY_NIGHT], ids=["day", "night"])


@by_day_and_by_night
@pytest.mark.parametrize(("text", "ground", "least"), PAIRS)
def test_what_is_read_or_used_stands_out(text: str, ground: str, least: float, mode: int) -> None:
    assert shown(text, mode).contrast(shown(ground, mode)) >= least


@by_day_and_by_night
@pytest.mark.parametrize("vision", VISIONS)
@pytest.mark.parametrize(("one", "other"), list(combinations(STATUS_COLOURS, 2)))
def test_statuses_are_told_apart(one: str, other: str, vision: str, mode: int) -> None:
    """By more than 10 of CIEDE2000."""
    seen = [shown(name, mode).filter(vision) if vision else shown(name, mode) for name in (one, other)]

    assert seen[0].delta_e(seen[1], method="2000") > 10


def shown(name: str, mode: int) -> Color:
    """The colour of that name on an ordinary screen."""
    return Color(colours()[name][mode]).convert("srgb").clip()


def colours() -> dict[str, tuple[str, str]]:
    """Every colour by name, by day and by night."""
    return {name: (day, night or day) for name, day, night in COLOUR.findall(TOKENS)}
