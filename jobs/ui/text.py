"""What holds for every piece of text that a person types, and for figures that they read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from django import forms

try:
    import re2
except ImportError:  # There is no build of it for this machine: such searches say so, and everything else goes on.
    re2 = None


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
    return _pieces(text, _merged(sorted(span for word in words for span in _places(lower, word.lower()))))


def _pieces(text: str, spans: Iterable[tuple[int, int]]) -> list[tuple[str, bool]]:
    """The text in pieces, each with whether it is one of the spans, which stand in order."""
    pieces, done = [], 0
    for start, end in spans:
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


class NoPattern(ValueError):
    """The text is no regular expression, or none can be used here; its text says why."""


# What RE2 objects to, and what people read of it.
_OBJECTIONS = {
    "missing )": "( is never closed",
    "unexpected )": ") closes nothing",
    "missing ]": "[ is never closed",
    "invalid perl operator": "look-ahead and look-behind aren't supported",
    "invalid escape sequence": "this escape isn't supported",
    "no argument for repetition operator": "there is nothing to repeat",
    "bad repetition operator": "there is nothing to repeat",
    "invalid repetition size": "repeat at most 1,000 times",
    "invalid character class range": "this range is backward or unknown",
    "trailing \\": "a backslash needs a character after it",
    "pattern too large": "it is too complex",
}
_MAX_MEMORY = 8 * 2**20


class Pattern:
    """A regular expression as RE2 reads it, whose time grows with the text alone; in any case. Raises NoPattern."""

    def __init__(self, text: str) -> None:
        if re2 is None:
            raise NoPattern("Regular expressions aren't available: google-re2 isn't installed on this site's server.")
        options = re2.Options()
        options.case_sensitive, options.log_errors, options.max_mem = False, False, _MAX_MEMORY
        try:
            re2.compile(text, options)
            # Lines of a log may hold several of their own.
            self._compiled: Any = re2.compile(f"(?m){text}", options)
        except re2.error as wrong:
            raise NoPattern(_objection(text, wrong)) from None

    def finds(self, text: str) -> bool:
        return self._compiled.search(text) is not None

    def pieces(self, text: str) -> list[tuple[str, bool]]:
        """See hits_in."""
        spans = (found.span() for found in self._compiled.finditer(text))
        return _pieces(text, [(start, end) for start, end in spans if start < end])


def _objection(text: str, wrong: Exception) -> str:
    """In a sentence, with the place where it can be told."""
    told = wrong.args[0].decode(errors="replace") if wrong.args else ""
    words, _, part = told.partition(": ")
    what = _OBJECTIONS.get(words, "it can't be read")
    at = text.find(part) if part and part != text else _place_of(text)
    where = f" (character {at + 1})" if at >= 0 else ""
    return f"Not a valid regular expression: {what}{where}."


_ESCAPED = re.compile(r"\\.", re.DOTALL)


def _place_of(text: str) -> int:
    """Where a bracket stands alone, or a backslash at the end; -1 where none does."""
    bare = _ESCAPED.sub("  ", text)
    opened: list[int] = []
    for at, letter in _brackets(bare):
        if letter in "([":
            opened.append(at)
        elif not opened:
            return at
        else:
            opened.pop()
    return opened[-1] if opened else bare.find("\\")


def _brackets(bare: str) -> Iterator[tuple[int, str]]:
    """What opens and closes groups and classes; in a class other brackets are letters, and so is a first `]`."""
    start = -1
    for at, letter in enumerate(bare):
        if start < 0 and letter in "([)":
            start = at if letter == "[" else -1
            yield at, letter
        elif start >= 0 and letter == "]" and bare[start + 1 : at] not in ("", "^"):
            start = -1
            yield at, letter


def one_line(text: str, longest: int) -> str:
    """What somebody says, on one line and cut; nothing that they type is refused."""
    return " ".join(text.replace("\0", "").split())[:longest]


def percent(share: float) -> str:
    """In whole percent, but 100 and 0 only where it is all or nothing."""
    whole = round(100 * share)
    if share < 1:
        whole = min(99, whole)
    return f"{max(1, whole) if share else 0}%"
