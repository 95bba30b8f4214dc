"""What holds for every piece of text that a person types, and for figures that they read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

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


MAX_WORDS = 10
"""Of a search: each word is looked for in every row, so that a text full of words would hold its thread for seconds."""


def words_of(text: str) -> list[str]:
    """The words of a search, each once, in lower case."""
    return list(dict.fromkeys(text.lower().split()))[:MAX_WORDS]


def hits_in(text: str, words: Iterable[str]) -> list[tuple[str, bool]]:
    """The text in pieces, each with whether one of the words was found there, in whatever case. Not by a pattern, which
    words that all but occur everywhere would keep busy for seconds.
    """
    lower = text.lower()
    if len(lower) != len(text):  # A letter that is two in lower case: places would be others'.
        lower = text
    pieces, done = [], 0
    for start, end in _merged(sorted(span for word in words for span in _places(lower, word.lower()))):
        pieces += [(text[done:start], False), (text[start:end], True)]
        done = end
    return [(piece, is_hit) for piece, is_hit in [*pieces, (text[done:], False)] if piece]


def _merged(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Those that touch are one."""
    merged: list[tuple[int, int]] = []
    for start, end in spans:
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _places(text: str, word: str) -> Iterator[tuple[int, int]]:
    at = text.find(word) if word else -1
    while at >= 0:
        yield at, at + len(word)
        at = text.find(word, at + len(word))


def one_line(text: str, longest: int) -> str:
    """What somebody says, on one line and cut; nothing that they type is refused."""
    return " ".join(text.replace("\0", "").split())[:longest]


def percent(share: float) -> str:
    """In whole percent, but 100 and 0 only where it is all or nothing."""
    whole = round(100 * share)
    if share < 1:
        whole = min(99, whole)
    return f"{max(1, whole) if share else 0}%"
