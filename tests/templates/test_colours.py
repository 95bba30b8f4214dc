"""What is written can be read: contrast of the colours of tokens.css, by day and by night."""

from __future__ import annotations

import math
import re

import pytest

from dashboard.settings import ROOT

TOKENS = (ROOT / "static/css/tokens.css").read_text()
COLOUR = re.compile(r"--([\w-]+): (?:light-dark\()?oklch\(([^)]*)\)(?:, oklch\(([^)]*)\))?")
BY_DAY, BY_NIGHT = 0, 1

# Text, what it stands on, and the contrast that it has at least (WCAG 2: 4.5 to be read, 7 to be read with ease).
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
]


@pytest.mark.parametrize("mode", [BY_DAY, BY_NIGHT], ids=["day", "night"])
@pytest.mark.parametrize(("text", "ground", "least"), PAIRS)
def test_text_stands_out(text: str, ground: str, least: float, mode: int) -> None:
    light, dark = sorted((luminance(colours()[name][mode]) for name in (text, ground)), reverse=True)

    assert (light + 0.05) / (dark + 0.05) >= least


def colours() -> dict[str, tuple[str, str]]:
    """Every colour by name, by day and by night."""
    return {name: (day, night or day) for name, day, night in COLOUR.findall(TOKENS)}


def luminance(oklch: str) -> float:
    """Relative luminance of `oklch(L C H)`, out-of-gamut parts cut (Ottosson's OKLab, WCAG's weights)."""
    lightness, chroma, hue = map(float, oklch.split("/")[0].split())
    a, b = chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    red = 4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short
    green = -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short
    blue = -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short
    shown = [min(1.0, max(0.0, part)) for part in (red, green, blue)]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), shown, strict=True))
