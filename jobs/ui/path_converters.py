"""How names and ids of the cloud stand in our addresses: as they are wherever that is unambiguous, escaped otherwise.

An escaped one begins with `~`; in it every character but letters and digits of ASCII, `.`, `_` and `-` is `~` and two
hexadecimal digits for each byte of its UTF-8: `new` is at `~new`, `a/b` at `~a~2Fb`.
"""

from __future__ import annotations

import re

ESCAPE = "~"
# Words that stand below /orgs/<slug>/jobs/ and /jobs/ in jobs/urls.py where an id could: tests/sweeps/test_ids.py.
RESERVED = frozenset({"filters", "new"})
# Browsers leave them out of an address.
DOTS = (".", "..")
_AS_IT_IS = re.compile(r"[A-Za-z0-9._-]")
_UNFIT = re.compile(r"[/\x00-\x20\x7f%\\]")
_ESCAPED = re.compile(r"~([0-9A-F]{2})")


class CloudId:
    """An id of the cloud: opaque, in one segment."""

    regex = r"~[^/\x00-\x20\x7f]{1,2500}|[^/\x00-\x20\x7f]{1,200}"

    def to_python(self, value: str) -> str:
        """What isn't escaped as we do it stands for itself."""
        found = _read(value.removeprefix(ESCAPE)) if value.startswith(ESCAPE) else None
        return found if found is not None and self.to_url(found) == value else value

    def to_url(self, value: str) -> str:
        return value if self._is_plain(value) else ESCAPE + "".join(map(_escape, value))

    def _is_plain(self, value: str) -> bool:
        return not (value.startswith(ESCAPE) or value in RESERVED or value in DOTS or _UNFIT.search(value))


class ModelName(CloudId):
    """A model's name: any string, says Viam, so slashes and spaces too."""

    regex = r"[^\x00]+"

    def _is_plain(self, value: str) -> bool:
        return not (value.startswith(ESCAPE) or any(part in ("", *DOTS) for part in value.split("/")) or "\\" in value)


def _escape(character: str) -> str:
    if _AS_IT_IS.fullmatch(character):
        return character
    return "".join(f"{ESCAPE}{byte:02X}" for byte in character.encode())


def _read(escaped: str) -> str | None:
    """None when that was not made by us."""
    if not escaped.isascii():
        return None
    try:
        return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), escaped).encode("latin-1").decode()
    except UnicodeDecodeError:
        return None
