"""How people look at the site, for pictures of it: by day, by night and on a phone."""

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


LOOKS = (
    Look("light", {"width": 1280, "height": 800}, "light"),
    Look("dark", {"width": 1280, "height": 800}, "dark"),
    Look("phone", {"width": 390, "height": 844}, "light"),
)


@contextmanager
def looking(browser: Browser, look: Look) -> Iterator[Page]:
    """A tab of its own."""
    with browser.new_context(viewport=look.viewport, color_scheme=look.colours, reduced_motion="reduce") as context:
        yield context.new_page()
