"""What holds for every piece of text that a person types."""

from __future__ import annotations

import re

from django import forms


def plain(text: str) -> str:
    """One line of printable characters. Raises ValidationError."""
    if not text.isprintable():
        raise forms.ValidationError("There is a character in it that can't be printed.")
    return text


def several(text: str) -> list[str]:
    """Words separated by lines, or by commas when there is one line; each once, in order."""
    parts = re.split(r"[\r\n]+" if "\n" in text.strip() else ",", text)
    return list(dict.fromkeys(part.strip() for part in parts if part.strip()))


def one_line(text: str, longest: int) -> str:
    """What somebody says, on one line and cut; nothing that they type is refused."""
    return " ".join(text.replace("\0", "").split())[:longest]
