"""static/css/tokens.css, read: sizes, spaces, and colours with the contrast that they have by day and by night."""

from __future__ import annotations

import re
from math import cos, radians, sin
from typing import NamedTuple

from django.conf import settings

SIZE = re.compile(r"--(size-\d+): ")
SPACE = re.compile(r"--(space-\d+): ")
COLOUR = re.compile(r"(?<![\w-])--([\w-]+): (?:light-dark\()?(oklch\([^()]*\))(?:, (oklch\([^()]*\)))?")
# What a colour stands on, where that isn't the page.
GROUNDS = {
    "blue": "blue-fill",
    "green": "green-fill",
    "amber": "amber-fill",
    "danger-text": "red-fill",
    "on-fill": "red",
}
# What text stands on.
SURFACES = {"page", "raised", "sunken", "blue-fill", "green-fill", "red-fill", "amber-fill"}
# Filled with, below what is written in --on-fill.
FILLS = {"action", "action-hover", "danger", "danger-hover", "red"}


class Colour(NamedTuple):
    """A role; `by_day` and `by_night` are its contrast to `other`, None for what lets others shine through."""

    name: str
    other: str
    by_day: float | None
    by_night: float | None


class Tokens(NamedTuple):
    """Names without the two dashes."""

    sizes: list[str]
    spaces: list[str]
    colours: list[Colour]

    @property
    def halves(self) -> tuple[list[Colour], list[Colour]]:
        """The colours for two columns."""
        middle = (len(self.colours) + 1) // 2
        return self.colours[:middle], self.colours[middle:]


def read() -> Tokens:
    text = (settings.ROOT / "static/css/tokens.css").read_text()
    known = {name: (day, night or day) for name, day, night in COLOUR.findall(text)}
    return Tokens(SIZE.findall(text), SPACE.findall(text), [_colour(name, known) for name in known])


def _colour(name: str, known: dict[str, tuple[str, str]]) -> Colour:
    other = "text" if name in SURFACES else "on-fill" if name in FILLS else GROUNDS.get(name, "page")
    day, night = (contrast(one, to) for one, to in zip(known[name], known[other], strict=True))
    return Colour(name, other, day, night)


def contrast(one: str, other: str) -> float | None:
    """WCAG's contrast of two opaque colours, from 1 to 21."""
    if "/" in one + other:
        return None
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def luminance(oklch: str) -> float:
    """How bright an ordinary screen shows it, from 0 to 1 (Ottosson's Oklab, clipped to sRGB)."""
    light, chroma, hue = map(float, oklch.removeprefix("oklch(").removesuffix(")").split())
    a, b = chroma * cos(radians(hue)), chroma * sin(radians(hue))
    long = (light + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (light - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (light - 0.0894841775 * a - 1.2914855480 * b) ** 3
    red = 4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short
    green = -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short
    blue = -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short
    parts = zip((0.2126, 0.7152, 0.0722), (red, green, blue), strict=True)
    return sum(weight * min(1.0, max(0.0, value)) for weight, value in parts)
