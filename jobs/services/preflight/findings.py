"""One line of the checklist, in three degrees."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the checklist. `field` names the form's field that it is about."""

    level: str
    words: str
    field: str = ""

    @property
    def blocks(self) -> bool:
        return self.level == "error"

    @property
    def warns(self) -> bool:
        return self.level == "warning"


def ok(words: str, field: str = "") -> Finding:
    return Finding("ok", words, field)


def warning(words: str, field: str = "") -> Finding:
    return Finding("warning", words, field)


def error(words: str, field: str = "") -> Finding:
    return Finding("error", words, field)
