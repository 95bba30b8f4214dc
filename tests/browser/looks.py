"""How people look at the site, for pictures of it: by day, by night and on a phone; and the style guide, as a whole."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, Page, ViewportSize

DOCS = Path(__file__).resolve().parents[2] / "docs"


@dataclass(frozen=True, slots=True)
class Look:
    """How somebody looks at the site."""

    name: str
    viewport: ViewportSize
    colours: Literal["light", "dark"]
    scale: float = 1.0


LOOKS = (
    Look("light", {"width": 1280, "height": 800}, "light"),
    Look("dark", {"width": 1280, "height": 800}, "dark"),
    Look("phone", {"width": 390, "height": 844}, "light"),
)
# So wide that the style guide stands in two columns, and drawn at half its size.
GUIDE_LOOKS = (
    Look("light", {"width": 2816, "height": 1600}, "light", scale=0.5),
    Look("dark", {"width": 2816, "height": 1600}, "dark", scale=0.5),
)


@contextmanager
def looking(browser: Browser, look: Look) -> Iterator[Page]:
    """A tab of its own."""
    with browser.new_context(
        viewport=look.viewport,
        color_scheme=look.colours,
        device_scale_factor=look.scale,
        reduced_motion="reduce",
    ) as context:
        yield context.new_page()
