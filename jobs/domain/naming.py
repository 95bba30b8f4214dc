"""Names for what nobody named, made of what is known of it."""

from __future__ import annotations

from collections.abc import Sequence

# What may be kept as a name.
LONGEST_NAME = 100


def in_brief(names: Sequence[str]) -> str:
    """Some names in few words: "Bolt Robotics", "Bolt Robotics and Harbor Pilots", "Bolt Robotics and 2 more"."""
    first, *others = names or [""]
    if not others:
        return first
    return f"{first} and {others[0] if len(others) == 1 else f'{len(others)} more'}"


def key_name(key_id: str, endpoint: str, organizations: Sequence[str] = ()) -> str:
    """An API key by the organizations that it opens; "Key 0123…cdef at app.viam.com" while it opens none."""
    name = in_brief(organizations) or f"Key {_short(key_id)} at {_host(endpoint)}"
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…"


def _short(key_id: str) -> str:
    return key_id if len(key_id) <= 12 else f"{key_id[:4]}…{key_id[-4:]}"


def _host(endpoint: str) -> str:
    """Without what every address of a cloud has in common."""
    return endpoint.removeprefix("http://").removesuffix(":443")
