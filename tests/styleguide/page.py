"""What is drawn on a page, and what style sheets name: classes, and states in attributes."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

from dashboard.settings import ROOT

SHEETS = [file for file in sorted((ROOT / "static/css").glob("*.css")) if file.stem != "styleguide"]
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
HEAD = re.compile(r"([^{};]+)\{")
CLASS = re.compile(r"\.([a-zA-Z][\w-]*)")
STATE = re.compile(r"\[((?:data|aria)-[\w-]+)(?:~?=\"([^\"]*)\")?\]")

State = tuple[str, str]


class Drawn(HTMLParser):
    """The classes and attributes that occur within <main>, and all icons."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.classes: set[str] = set()
        self.states: set[State] = set()
        self.icons: set[str] = set()
        self._is_main = False
        self.feed(html.replace('<dialog id="dialog"', "</main><dialog"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._is_main = self._is_main or tag == "main"
        if not self._is_main:
            return
        for name, value in attrs:
            self._note(name, value or "")

    def handle_endtag(self, tag: str) -> None:
        self._is_main = self._is_main and tag != "main"

    def _note(self, name: str, value: str) -> None:
        if name == "class":
            self.classes.update(value.split())
        elif name == "href" and value.startswith("#icon-"):
            self.icons.add(value.removeprefix("#icon-"))
        self.states |= {(name, ""), (name, value)}


def selectors(file: Path) -> str:
    """All that stands before the braces of a sheet."""
    return " ".join(HEAD.findall(COMMENT.sub("", file.read_text())))


def classes_of_sheets() -> set[str]:
    return {name for file in SHEETS for name in CLASS.findall(selectors(file))}


def states_of_sheets() -> set[State]:
    """Attributes with the value that a selector asks for, empty where any will do."""
    return {(name, value) for file in SHEETS for name, value in STATE.findall(selectors(file))}
